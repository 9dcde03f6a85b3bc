package io.mullion.codegen;

import io.mullion.routine.Scratch;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
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

    /// Found when it is first asked for: there are hundreds of routines, and a kernel calls few.
    private volatile MethodTypeDesc descriptor;

    private Routine(Class<?> owner, ClassDesc vectorOwner, String method, Trait... traits) {
        this.owner = owner;
        this.vectorOwner = vectorOwner;
        this.method = method;
        this.traits = Set.of(traits);
    }

    /// The only method of that name.
    static Routine of(Class<?> owner, String method, Trait... traits) {
        return new Routine(owner, null, method, traits);
    }

    /// A routine of which a class of vector code has a twin of the same signature.
    ///
    /// @param vectorOwner a name, since the class may not be loaded without the Vector API
    static Routine withVectorTwin(Class<?> owner, String vectorOwner, String method, Trait... traits) {
        return new Routine(owner, ClassDesc.of(owner.getPackageName(), vectorOwner), method, traits);
    }

    private static Method only(Class<?> owner, String name) {
        Method found = null;
        for (Method candidate : owner.getDeclaredMethods()) {
            if (candidate.getName().equals(name)) {
                if (found != null) {
                    throw new IllegalStateException(
                            "a routine is the only method of its name: " + owner.getSimpleName() + "." + name);
                }
                found = candidate;
            }
        }
        if (found == null) {
            throw new IllegalStateException("no such routine: " + owner.getSimpleName() + "." + name);
        }
        return found;
    }

    boolean fails() {
        return refuses() || makesText();
    }

    /// Whether it fails for some values, and not just for want of memory.
    boolean refuses() {
        return traits.contains(Trait.FAILS);
    }

    boolean yieldsNull() {
        return traits.contains(Trait.NULLS);
    }

    boolean makesText() {
        return traits.contains(Trait.TEXT);
    }

    boolean takesScratch() {
        MethodTypeDesc found = descriptor();
        int parameters = found.parameterCount();
        return parameters > 0 && found.parameterType(parameters - 1).equals(Types.SCRATCH);
    }

    ClassDesc owner(boolean vector) {
        return vector && vectorOwner != null ? vectorOwner : Types.of(owner);
    }

    String method() {
        return method;
    }

    MethodTypeDesc descriptor() {
        MethodTypeDesc known = descriptor;
        if (known == null) {
            Method found = only(owner, method);
            Class<?>[] parameters = found.getParameterTypes();
            ClassDesc[] types = new ClassDesc[parameters.length];
            for (int i = 0; i < types.length; i++) {
                types[i] = Types.of(parameters[i]);
            }
            known = MethodTypeDesc.of(Types.of(found.getReturnType()), types);
            descriptor = known;
        }
        return known;
    }

    /// Calls the routine, for a value that is known when a kernel is made.
    Object invoke(List<Object> arguments) {
        try {
            return only(owner, method).invoke(null, arguments.toArray());
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("a routine cannot be called: " + this + arguments, broken);
        }
    }

    @Override
    public String toString() {
        return owner.getSimpleName() + "." + method;
    }
}
