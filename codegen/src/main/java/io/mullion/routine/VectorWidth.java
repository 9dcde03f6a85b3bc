package io.mullion.routine;

import jdk.incubator.vector.LongVector;

/// Loaded only after it is known that the Vector API is there.
public final class VectorWidth {
    private VectorWidth() {}

    public static int preferredBits() {
        return LongVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
