package io.mullion.codegen;

import io.mullion.routine.VectorSupport;

/// What a kernel is generated for.
///
/// @param vectorBits the width of vectors, 0 for plain loops
record Target(int vectorBits, boolean checked) {
    static Target of(KernelOptions options) {
        return new Target(options.vector() ? VectorSupport.bits() : 0, options.checked());
    }

    boolean vector() {
        return vectorBits != 0;
    }

    /// @param refusal why the loop cannot use vectors, or null
    String variant(String refusal) {
        String suffix = checked ? ", checked" : "";
        if (vector()) {
            return (refusal == null ? "vector " + vectorBits : "plain: " + refusal) + suffix;
        }
        return "plain: " + (VectorSupport.available() ? "vectors are switched off" : VectorSupport.reason()) + suffix;
    }
}
