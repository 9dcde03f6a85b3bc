package io.mullion.routine;

import java.util.List;

/// The values of an `in` list of utf8 or binary. It never changes.
public final class TextSet {
    private final TextSlots slots;

    public TextSet(List<byte[]> values) {
        slots = new TextSlots(values, null);
    }

    public static boolean contains(long address, int length, TextSet set) {
        return set.slots.find(address, length) >= 0;
    }

    /// How many values differ.
    public int size() {
        return slots.size();
    }
}
