package io.mullion.keyed;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchAllocator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.codegen.HashKernel;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.io.CellWriter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.state.StateCells;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// Gives keys that are Java values their groups, one at a time, before the first row.
///
/// *Ownership*: owns its memory.
public final class InitialKeys implements AutoCloseable {
    private final KeyedColumns columns;
    /// Null if all keys are entered.
    private final KeyShare share;

    private final RunningKernel<HashKernel> hash;
    private final BatchAllocator allocator;
    /// One row, of which only the key is written.
    private final Batch batch;

    private final StateCells cells;
    /// The hash or the group of a key.
    private final OffHeapArray found;

    InitialKeys(KeyedColumns columns, KeyShare share, OperatorContext context, MemoryAccount account) {
        this.columns = columns;
        this.share = share;
        hash = share == null ? null : new RunningKernel<>("hash of an initial key", share.hash(), context, account);
        allocator = new BatchAllocator(account);
        batch = allocator.batch(columns.rows(), 1, context.batchDataBytes());
        cells = new StateCells(columns.key(), account);
        found = new OffHeapArray(account, Long.BYTES);
        // What is no key is zeros, and no kernel of keys reads it.
        batch.clear();
    }

    /// Whether a value may be one of a column: integers as any of Java's integers, timestamps also as the number of
    /// their unit.
    public static boolean accepts(Field column, Object value) {
        if (value == null) {
            return column.nullable();
        }
        return switch (column.type()) {
            case DataType.Bool _ -> value instanceof Boolean;
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ -> integer(value);
            case DataType.Timestamp _ -> integer(value) || value instanceof Instant;
            case DataType.Float32 _, DataType.Float64 _ -> value instanceof Double || value instanceof Float;
            case DataType.Decimal _ -> value instanceof BigDecimal;
            case DataType.Utf8 _ -> value instanceof CharSequence;
            case DataType.Binary _ -> value instanceof byte[];
            case DataType.Date32 _ -> value instanceof LocalDate;
            case DataType.ListOf _ -> false;
        };
    }

    private static boolean integer(Object value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
    }

    /// @return whether the key belongs to this worker; then it is the one that [#group] is asked for
    boolean moveTo(List<Object> values) {
        for (int i = 0; i < values.size(); i++) {
            set(cells, i, values.get(i));
        }
        String refusal = cells.takeRefusal();
        if (refusal != null) {
            throw MullionException.invalid("key of an initial state in " + columns.name() + ": " + refusal);
        }
        batch.clear();
        for (int i = 0; i < values.size(); i++) {
            int column = columns.rows().indexOf(columns.key().field(i).name());
            if (!cells.fits(i, batch, column, 0)) {
                throw MullionException.invalid("key of an initial state in " + columns.name() + " is larger than "
                        + batch.dataBytes() + " bytes");
            }
            cells.write(i, batch, column, 0);
        }
        return share == null || share.has(hash());
    }

    private long hash() {
        try {
            hash.on(batch).hash(batch.readableRows(1).readable(), 0, 0, 1, found.address());
        } catch (Exception | AssertionError e) {
            throw hash.failed(e);
        }
        return RawMemory.getLong(found.address());
    }

    int group(KeyedGroups groups) {
        groups.lookUp(batch, found.address());
        return RawMemory.getInt(found.address());
    }

    private static void set(CellWriter row, int column, Object value) {
        switch (value) {
            case null -> row.setNull(column);
            case Boolean truth -> row.setBool(column, truth);
            case Float number -> row.setDouble(column, number);
            case Double number -> row.setDouble(column, number);
            case BigDecimal number -> row.setDecimal(column, number);
            case CharSequence text -> row.setUtf8(column, text);
            case byte[] bytes -> row.setBinary(column, bytes);
            case LocalDate date -> row.setDate(column, date);
            case Instant instant -> row.setInstant(column, instant);
            default -> row.setLong(column, ((Number) value).longValue());
        }
    }

    @Override
    public void close() {
        found.close();
        cells.close();
        batch.close();
        allocator.close();
    }
}
