package io.mullion.codegen;

import io.mullion.expr.AggregateState;
import io.mullion.routine.RawMemory;
import java.util.Objects;

/// The state of a user's aggregate in the row of a group: a flyweight that goes from row to row. *Thread*: one.
final class StateWords implements AggregateState {
    private final int words;
    private long address;

    StateWords(int words) {
        this.words = words;
    }

    StateWords at(long address) {
        this.address = address;
        return this;
    }

    @Override
    public long int64(int word) {
        return RawMemory.getLong(address(word));
    }

    @Override
    public void setInt64(int word, long value) {
        RawMemory.putLong(address(word), value);
    }

    @Override
    public double float64(int word) {
        return RawMemory.getDouble(address(word));
    }

    @Override
    public void setFloat64(int word, double value) {
        RawMemory.putDouble(address(word), value);
    }

    @Override
    public void clear() {
        RawMemory.fill(address, (long) Long.BYTES * words, (byte) 0);
    }

    private long address(int word) {
        return address + (long) Long.BYTES * Objects.checkIndex(word, words);
    }
}
