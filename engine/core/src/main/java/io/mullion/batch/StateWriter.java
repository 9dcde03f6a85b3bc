package io.mullion.batch;

import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Takes the state of one [Stateful]: numbers and short texts by name, and tables.
///
/// *Thread*: the worker, then that which brings it to disk. *Ownership*: of the tables.
public final class StateWriter implements AutoCloseable {
    /// A table that an earlier checkpoint has written, and that has not changed.
    public record Reference(String table, long epoch) {}

    private final long epoch;
    private final long lastComplete;
    private final BatchAllocator allocator;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<StateTable> tables = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();

    /// @param epoch number of the checkpoint
    /// @param lastComplete number of the last one that is whole; 0 if there is none
    /// @param allocator of the tables
    public StateWriter(long epoch, long lastComplete, BatchAllocator allocator) {
        this.epoch = epoch;
        this.lastComplete = lastComplete;
        this.allocator = allocator;
    }

    /// Number of the checkpoint.
    public long epoch() {
        return epoch;
    }

    /// Number of the last one that is whole; 0 if there is none. What those behind it have written is lost.
    public long lastComplete() {
        return lastComplete;
    }

    public void value(String name, long value) {
        values.put(name, Long.toString(value));
    }

    public void text(String name, String text) {
        values.put(name, text);
    }

    /// A further table.
    public StateTable table(String name, Schema schema) {
        StateTable table = new StateTable(name, schema, allocator);
        tables.add(table);
        return table;
    }

    /// The table of that name in an earlier checkpoint belongs to this one, too.
    public void reference(String table, long epoch) {
        references.add(new Reference(table, epoch));
    }

    /// Numbers, as text, and texts.
    public Map<String, String> values() {
        return values;
    }

    public List<StateTable> tables() {
        return tables;
    }

    public List<Reference> references() {
        return references;
    }

    @Override
    public void close() {
        tables.forEach(StateTable::close);
    }
}
