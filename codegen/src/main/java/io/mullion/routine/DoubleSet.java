package io.mullion.routine;

import java.util.stream.DoubleStream;

/// The values of an `in` list of floating-point numbers, where NaN equals NaN and -0.0 equals 0.0. It never changes.
public final class DoubleSet {
    private final LongSlots slots;

    public DoubleSet(double... values) {
        slots = new LongSlots(
                DoubleStream.of(values).mapToLong(Hashing::canonicalBits).toArray(), null);
    }

    public static boolean contains(double value, DoubleSet set) {
        return set.slots.find(Hashing.canonicalBits(value)) >= 0;
    }

    /// How many values differ.
    public int size() {
        return slots.size();
    }
}
