package io.mullion.codegen;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A static method that generated row loops call; the JIT inlines it. See [Scratch] for how it answers.
///
/// Its parameters are the words of its arguments (see [Words]), then constants that are known when the kernel is
/// made, then a [Scratch] if it needs one. It is the only method of its name in its class.
final class Routine {
    enum Trait {
        /// May leave a failure.
        FAILS,
        /// May yield null where no argument is null: says so at each call.
        NULLS,
        /// Makes text, or works, in the memory of the [Scratch], and fails if there is too little of it.
        TEXT
    }

    private final Class<?> owner;
    private final ClassDesc vectorOwner;
    private final String method;
    private final Set<Trait> traits;
    private final MethodTypeDesc descriptor;
    private final boolean scratch;

    private Routine(Class<?> owner, ClassDesc vectorOwner, Method method, Trait... traits) {
        Class<?>[] parameters = method.getParameterTypes();
        this.owner = owner;
        this.vectorOwner = vectorOwner;
        this.method = method.getName();
        this.traits = Set.of(traits);
        this.descriptor = MethodTypeDesc.of(
                Types.of(method.getReturnType()),
                Arrays.stream(parameters).map(Types::of).toArray(ClassDesc[]::new));
        this.scratch = parameters.length > 0 && parameters[parameters.length - 1] == Scratch.class;
    }

    /// The only method of that name.
    static Routine of(Class<?> owner, String method, Trait... traits) {
        return new Routine(owner, null, only(owner, method), traits);
    }

    /// A routine of which a class of vector code has a twin of the same signature.
    ///
    /// @param vectorOwner a name, since the class may not be loaded without the Vector API
    static Routine withVectorTwin(Class<?> owner, String vectorOwner, String method, Trait... traits) {
        return new Routine(
                owner, ClassDesc.of("io.mullion.codegen", vectorOwner), only(owner, method), traits);
    }

    private static Method only(Class<?> owner, String name) {
        List<Method> found = Arrays.stream(owner.getDeclaredMethods())
                .filter(it -> it.getName().equals(name))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(
                    "a routine is the only method of its name: " + owner.getSimpleName() + "." + name + ": " + found);
        }
        return found.getFirst();
    }

    boolean fails() {
        return traits.contains(Trait.FAILS) || makesText();
    }

    boolean yieldsNull() {
        return traits.contains(Trait.NULLS);
    }

    boolean makesText() {
        return traits.contains(Trait.TEXT);
    }

    boolean takesScratch() {
        return scratch;
    }

    ClassDesc owner(boolean vector) {
        return vector && vectorOwner != null ? vectorOwner : Types.of(owner);
    }

    String method() {
        return method;
    }

    MethodTypeDesc descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return owner.getSimpleName() + "." + method;
    }
}
