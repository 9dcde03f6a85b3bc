package io.mullion.keyed;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Copies of small classes, one for each operation of a job, so that the JIT sees what each of them calls alone.
///
/// A call of a user's function and of a record's codec is inlined only if its profile knows no more than two targets,
/// and a profile belongs to the code and not to the object. In a class that all operations share it would be lost with
/// the third; in a copy it has one target for ever.
final class OwnProfile {
    private OwnProfile() {}

    /// An object of a copy of `type`.
    ///
    /// @param type a class of this package that mentions itself in no signature, has no lambdas and one constructor
    /// @param <T> a type of this package above it
    @SuppressWarnings("unchecked") // a copy is what the original is, but for its name
    static <T> T copy(Class<?> type, Object... arguments) {
        try (InputStream file = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            MethodHandles.Lookup copy = MethodHandles.lookup().defineHiddenClass(file.readAllBytes(), true);
            Class<?>[] parameters = type.getDeclaredConstructors()[0].getParameterTypes();
            return (T) copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class, parameters))
                    .invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a class of the engine cannot be copied: " + type, e);
        }
    }
}
