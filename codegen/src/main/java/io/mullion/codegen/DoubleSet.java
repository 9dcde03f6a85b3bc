package io.mullion.codegen;

import java.util.stream.DoubleStream;

/// The values of an `in` list of floating-point numbers, where NaN equals NaN and -0.0 equals 0.0. It never changes.
final class DoubleSet {
    private final LongSlots slots;

    DoubleSet(double... values) {
        slots = new LongSlots(
                DoubleStream.of(values).mapToLong(Hashing::canonicalBits).toArray(), null);
    }

    static boolean contains(double value, DoubleSet set) {
        return set.slots.find(Hashing.canonicalBits(value)) >= 0;
    }

    /// How many values differ.
    int size() {
        return slots.size();
    }
}
