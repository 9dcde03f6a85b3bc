package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.Failure;

/// A further component of the results of [RecordStates], which has the states of them all.
final class ComponentStates extends StateColumn {
    private final RecordStates records;

    ComponentStates(
            VariableAggregate aggregate, RecordStates records, Schema rows, StateArena arena, MemoryAccount account) {
        super(aggregate, rows, false, arena, account);
        this.records = records;
    }

    @Override
    boolean stateless() {
        return true;
    }

    @Override
    void take(long cell, int row) {
        throw stateOf();
    }

    @Override
    void combine(long cell, StateColumn other, long from) {
        throw stateOf();
    }

    private IllegalStateException stateOf() {
        return new IllegalStateException(
                "the states are with " + records.reduction().name() + ": " + result);
    }

    /// Made by the records.
    @Override
    Failure result(long cell) {
        return null;
    }

    @Override
    int resultBytes() {
        return records.bytesOf(result.name());
    }

    @Override
    void write(ColumnAddresses out, int column, int row, int end) {
        records.writeComponent(result.name(), out, column, row, end);
    }
}
