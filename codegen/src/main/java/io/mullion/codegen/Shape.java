package io.mullion.codegen;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/// A class of kernels, which makes kernels with other literals.
///
/// Whoever has a kernel's [Compiled] has this, and nobody else for long. *Thread*: immutable.
final class Shape<K> {
    private final Class<K> role;
    private final MethodHandle constructor;
    private final List<KernelClass.Literal> literals;
    private final KernelClass made;
    private final String variant;
    private final long scratchBytes;

    /// @param constructor takes the title, and the values of literals with the forms behind them
    /// @param literals of the kernel that it was made for, in the order of the constructor; null if some are in the
    /// code
    /// @param made what the class was made by, which can list it
    Shape(
            Class<K> role,
            MethodHandle constructor,
            List<KernelClass.Literal> literals,
            KernelClass made,
            String variant,
            long scratchBytes) {
        this.role = role;
        this.constructor = constructor;
        this.literals = literals;
        this.made = made;
        this.variant = variant;
        this.scratchBytes = scratchBytes;
    }

    /// @param forms what the kernel hands calls of other forms on to, or null
    Compiled<K> kernel(Object title, Object[] values, Forms<K> forms) {
        Object[] given = Arrays.copyOf(values, values.length + 1);
        given[values.length] = forms;
        try {
            return new Compiled<>(role.cast(constructor.invoke(title, given)), title, this);
        } catch (Throwable broken) {
            throw new IllegalStateException("a generated kernel is broken: " + listing(title), broken);
        }
    }

    /// Where in the literals of a key those of the constructor stand, or -1 for what is no number and the same in all
    /// kernels of the key; null if the key does not tell.
    int[] places(List<KernelClass.Literal> known) {
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
    Compiled<K> kernel(Object title, int[] places, List<KernelClass.Literal> known, Forms<K> forms) {
        Object[] values = new Object[places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (places[i] < 0 ? literals.get(i) : known.get(places[i])).value();
        }
        return kernel(title, values, forms);
    }

    String listing(Object title) {
        return KernelClass.listing(title, made.code());
    }

    String variant() {
        return variant;
    }

    long scratchBytes() {
        return scratchBytes;
    }
}
