package io.mullion.codegen;

import io.mullion.routine.Checked;
import io.mullion.routine.VectorSupport;

/// Which variant of the kernels to generate.
///
/// @param vector whether loops use the Vector API
/// @param checked whether every access is bounded by the rows and bytes that [ColumnAddresses] states
public record KernelOptions(boolean vector, boolean checked) {

    /// The fastest variant that this JVM can run, checked if `-Dmullion.checked=true`.
    public static KernelOptions best() {
        return new KernelOptions(VectorSupport.available(), Checked.ACCESS);
    }

    public KernelOptions {
        if (vector && !VectorSupport.available()) {
            throw new IllegalArgumentException("vector kernels asked for, but " + VectorSupport.reason());
        }
    }

    public KernelOptions withVector(boolean vector) {
        return new KernelOptions(vector, checked);
    }
}
