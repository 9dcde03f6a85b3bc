package io.mullion.routine;

import jdk.incubator.vector.VectorShape;

/// Loaded only after it is known that the Vector API is there.
public final class VectorWidth {
    private VectorWidth() {}

    public static int preferredBits() {
        return VectorShape.preferredShape().vectorBitSize();
    }
}
