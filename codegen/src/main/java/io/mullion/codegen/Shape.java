package io.mullion.codegen;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.Supplier;

/// A class of kernels, which makes kernels with other literals.
///
/// Whoever has a kernel's [Compiled] has this, and nobody else for long. *Thread*: immutable.
final class Shape<K> {
    private final Class<K> role;
    private final MethodHandle constructor;
    private final List<KernelClass.LiteralKey> literals;
    private final Supplier<String> code;
    private final String variant;
    private final long scratchBytes;

    /// @param constructor takes the title, the values of literals, and the forms
    /// @param literals of the kernel that it was made for, in the order of the constructor; null if some are in the
    /// code
    /// @param code what the listing shows below the title
    Shape(
            Class<K> role,
            MethodHandle constructor,
            List<KernelClass.LiteralKey> literals,
            Supplier<String> code,
            String variant,
            long scratchBytes) {
        this.role = role;
        this.constructor = constructor;
        this.literals = literals;
        this.code = code;
        this.variant = variant;
        this.scratchBytes = scratchBytes;
    }

    /// @param forms what the kernel hands calls of other forms on to, or null
    Compiled<K> kernel(Object title, Object[] values, Forms<K> forms) {
        try {
            return new Compiled<>(role.cast(constructor.invoke(title, values, forms)), title, this);
        } catch (Throwable broken) {
            throw new IllegalStateException("a generated kernel is broken: " + listing(title), broken);
        }
    }

    /// Where in the literals of a key those of the constructor stand, or -1 for what is no number and the same in all
    /// kernels of the key; null if the key does not tell.
    int[] places(List<KernelClass.LiteralKey> known) {
        if (literals == null) {
            return null;
        }
        int[] places = new int[literals.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = known.indexOf(literals.get(i));
            if (places[i] < 0 && !literals.get(i).type().isArray()) {
                return null;
            }
        }
        return places;
    }

    /// The kernel with literals that stand at these places.
    Compiled<K> kernel(Object title, int[] places, List<KernelClass.LiteralKey> known, Forms<K> forms) {
        Object[] values = new Object[places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (places[i] < 0 ? literals.get(i) : known.get(places[i])).value();
        }
        return kernel(title, values, forms);
    }

    String listing(Object title) {
        return KernelClass.listing(title, code.get());
    }

    String variant() {
        return variant;
    }

    long scratchBytes() {
        return scratchBytes;
    }
}
