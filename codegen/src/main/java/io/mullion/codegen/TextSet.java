package io.mullion.codegen;

import java.util.List;

/// The values of an `in` list of utf8 or binary. It never changes.
final class TextSet {
    private final TextSlots slots;

    TextSet(List<byte[]> values) {
        slots = new TextSlots(values, null);
    }

    static boolean contains(long address, int length, TextSet set) {
        return set.slots.find(address, length) >= 0;
    }

    /// How many values differ.
    int size() {
        return slots.size();
    }
}
