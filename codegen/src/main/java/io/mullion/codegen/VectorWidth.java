package io.mullion.codegen;

import jdk.incubator.vector.LongVector;

/// Loaded only after it is known that the Vector API is there.
final class VectorWidth {
    private VectorWidth() {}

    static int preferredBits() {
        return LongVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
