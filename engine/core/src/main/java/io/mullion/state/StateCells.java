package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.batch.CellKind;
import io.mullion.batch.Int128;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.CellWriter;
import io.mullion.io.RowView;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import io.mullion.spec.MullionException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// The cells of one row as [StateLayout] has them: a flyweight that is moved from row to row, or stands on a row of its
/// own, into which records are written before they go elsewhere.
///
/// *Ownership*: owns its row and the texts that were written to it, borrows all others. *Failure*: a value that its
/// column cannot hold is not written; [#refusal] says so. *Thread*: one.
public final class StateCells implements RowView, CellWriter, AggregateInputs, AutoCloseable {
    /// Bytes of UTF-8 that a char may take.
    private static final int BYTES_PER_CHAR = 3;

    final StateLayout layout;
    private final CellKind[] kinds;
    private final int[] offsets;
    private final boolean[] nullable;
    /// Null where it has no row of its own.
    private final OffHeapArray own;
    /// By column: the text that was written last, null where there is none.
    private final OffHeapArray[] texts;

    long row;
    private String refusal;

    /// To be moved over rows.
    StateCells(StateLayout layout) {
        this.layout = layout;
        kinds = layout.kinds;
        offsets = layout.offsets;
        nullable = layout.nullable;
        own = null;
        texts = null;
    }

    /// A row of its own.
    public StateCells(Schema schema, MemoryAccount account) {
        this(new StateLayout(schema), account);
    }

    StateCells(StateLayout layout, MemoryAccount account) {
        this.layout = layout;
        kinds = layout.kinds;
        offsets = layout.offsets;
        nullable = layout.nullable;
        own = new OffHeapArray(account, layout.rowBytes);
        row = own.address();
        RawMemory.fill(row, layout.rowBytes, (byte) 0);
        texts = new OffHeapArray[kinds.length];
        for (int column = 0; column < kinds.length; column++) {
            texts[column] = kinds[column].variableSize() ? new OffHeapArray(account) : null;
        }
    }

    /// What was wrong with a cell since the last call, or null.
    public String takeRefusal() {
        String found = refusal;
        refusal = null;
        return found;
    }

    /// Whether it stands on a row that there is.
    public boolean exists() {
        return (RawMemory.getLong(row) & StateLayout.EXISTS) != 0;
    }

    /// Takes a row of a batch, whose texts it borrows.
    ///
    /// @param columns of the batch, by column of the row
    public void copy(Batch batch, int[] columns, int from) {
        for (int column = 0; column < kinds.length; column++) {
            copy(column, batch, columns[column], from);
        }
    }

    void copy(int column, Batch batch, int source, int from) {
        if (batch.isNull(source, from)) {
            setNull(column);
            return;
        }
        switch (kinds[column]) {
            case LONG, INT, SHORT, BYTE -> put(column, batch.int64(source, from));
            case FLOAT, DOUBLE -> put(column, Double.doubleToRawLongBits(batch.float64(source, from)));
            case BIT -> put(column, batch.bool(source, from) ? 1 : 0);
            case DECIMAL -> put(column, batch.decimalLow(source, from), batch.decimalHigh(source, from));
            case TEXT, BINARY -> put(column, batch.utf8Address(source, from), batch.utf8Length(source, from));
            case LIST -> throw wrongType(column, "kept");
        }
    }

    /// Whether a cell fits into what is left of a batch's data area behind the rows before `to`.
    public boolean fits(int column, Batch batch, int batchColumn, int to) {
        return !kinds[column].variableSize() || end(batch, batchColumn, to) + second(column) <= batch.dataBytes();
    }

    /// Writes a cell, which fits, to a batch whose rows before `to` are written. The columns are of one type, and the
    /// batch's may be null if this one may.
    public void write(int column, Batch batch, int batchColumn, int to) {
        ColumnAddresses columns = batch.writable();
        long validity = columns.address(batchColumn, ColumnAddresses.VALIDITY);
        if (validity == 0 && kinds[column].word()) {
            RawMemory.putLong(columns.address(batchColumn, ColumnAddresses.DATA) + 8L * to, word(column));
            return;
        }
        if (validity != 0) {
            Bitmap.put(validity, to, !isNull(column));
        }
        int end = kinds[column].variableSize() ? end(batch, batchColumn, to) : 0;
        writeValue(column, columns.address(batchColumn, ColumnAddresses.DATA), to, end);
        if (kinds[column].variableSize()) {
            int length = bytesLength(column);
            RawMemory.putInt(columns.address(batchColumn, ColumnAddresses.OFFSETS) + 4L * to + 4, end + length);
        }
    }

    /// Writes the value of a cell to the data of a column: to a row of it, or, if it is of variable size, to `end`.
    void writeValue(int column, long data, int row, int end) {
        switch (kinds[column]) {
            case LONG, DOUBLE -> RawMemory.putLong(data + 8L * row, word(column));
            case INT -> RawMemory.putInt(data + 4L * row, (int) word(column));
            case SHORT -> RawMemory.putShort(data + 2L * row, (short) word(column));
            case BYTE -> RawMemory.putByte(data + row, (byte) word(column));
            case FLOAT -> RawMemory.putFloat(data + 4L * row, (float) Double.longBitsToDouble(word(column)));
            case BIT -> Bitmap.put(data, row, word(column) != 0);
            case DECIMAL -> {
                RawMemory.putLong(data + 16L * row, word(column));
                RawMemory.putLong(data + 16L * row + 8, second(column));
            }
            case TEXT, BINARY -> {
                int length = bytesLength(column);
                if (length > 0) {
                    RawMemory.copy(word(column), data + end, length);
                }
            }
            case LIST -> throw wrongType(column, "written");
        }
    }

    /// Takes a value as it lies in a column, a bool as a byte; texts are borrowed.
    void take(int column, long address, int length) {
        switch (kinds[column]) {
            case LONG, DOUBLE -> put(column, RawMemory.getLong(address));
            case INT -> put(column, RawMemory.getInt(address));
            case SHORT -> put(column, RawMemory.getShort(address));
            case BYTE, BIT -> put(column, RawMemory.getByte(address));
            case FLOAT -> put(column, Double.doubleToRawLongBits(RawMemory.getFloat(address)));
            case DECIMAL -> put(column, RawMemory.getLong(address), RawMemory.getLong(address + Long.BYTES));
            case TEXT, BINARY -> put(column, address, length);
            case LIST -> throw wrongType(column, "kept");
        }
    }

    private static int end(Batch batch, int column, int row) {
        return RawMemory.getInt(batch.writable().address(column, ColumnAddresses.OFFSETS) + 4L * row);
    }

    @Override
    public Schema schema() {
        return layout.schema;
    }

    @Override
    public DataType type(int column) {
        return layout.schema.field(column).type();
    }

    @Override
    public byte[] bytes(int column) {
        byte[] bytes = new byte[bytesLength(column)];
        if (bytes.length > 0) {
            RawMemory.copy(word(column), bytes, 0, bytes.length);
        }
        return bytes;
    }

    @Override
    public boolean isNull(int column) {
        return nullable[column] && (RawMemory.getLong(row) & StateLayout.nullBit(column)) != 0;
    }

    @Override
    public long int64(int column) {
        if (kinds[column] != CellKind.LONG && !kinds[column].integer()) {
            throw wrongType(column, "read as an integer, date32 or timestamp");
        }
        return word(column);
    }

    @Override
    public double float64(int column) {
        if (kinds[column] != CellKind.DOUBLE && kinds[column] != CellKind.FLOAT) {
            throw wrongType(column, "read as float64 or float32");
        }
        return Double.longBitsToDouble(word(column));
    }

    @Override
    public boolean bool(int column) {
        require(column, CellKind.BIT, "read as bool");
        return word(column) != 0;
    }

    @Override
    public String utf8(int column) {
        require(column, CellKind.TEXT, "read as utf8");
        int length = bytesLength(column);
        // The bytes of an empty text were not kept.
        return length == 0 ? "" : Utf8.decode(word(column), length);
    }

    @Override
    public byte[] binary(int column) {
        require(column, CellKind.BINARY, "read as binary");
        return bytes(column);
    }

    @Override
    public List<Object> list(int column) {
        throw wrongType(column, "read as a list");
    }

    @Override
    public BigDecimal decimal(int column) {
        require(column, CellKind.DECIMAL, "read as decimal");
        DataType.Decimal type = (DataType.Decimal) layout.schema.field(column).type();
        return Int128.toBigDecimal(second(column), word(column), type.scale());
    }

    @Override
    public long decimalHigh(int column) {
        require(column, CellKind.DECIMAL, "read as decimal");
        return second(column);
    }

    @Override
    public long decimalLow(int column) {
        require(column, CellKind.DECIMAL, "read as decimal");
        return word(column);
    }

    @Override
    public LocalDate date(int column) {
        if (!(layout.schema.field(column).type() instanceof DataType.Date32)) {
            throw wrongType(column, "read as date32");
        }
        return LocalDate.ofEpochDay(word(column));
    }

    @Override
    public Instant instant(int column) {
        if (!(layout.schema.field(column).type() instanceof DataType.Timestamp type)) {
            throw wrongType(column, "read as timestamp");
        }
        return type.unit().toInstant(word(column));
    }

    int bytesLength(int column) {
        return (int) second(column);
    }

    @Override
    public StateCells setLong(int column, long value) {
        if (kinds[column] == CellKind.LONG) {
            put(column, value);
        } else {
            setInteger(column, value);
        }
        return this;
    }

    private void setInteger(int column, long value) {
        switch (kinds[column]) {
            case INT -> putIf(column, value, value == (int) value);
            case SHORT -> putIf(column, value, value == (short) value);
            case BYTE -> putIf(column, value, value == (byte) value);
            case LONG, BIT, FLOAT, DOUBLE, DECIMAL, TEXT, BINARY, LIST -> throw wrongType(column, "given a long");
        }
    }

    private void putIf(int column, long value, boolean fits) {
        if (fits) {
            put(column, value);
        } else {
            refuse(column, value);
        }
    }

    @Override
    public StateCells setDouble(int column, double value) {
        if (kinds[column] == CellKind.DOUBLE) {
            put(column, Double.doubleToRawLongBits(value));
        } else {
            setFloat(column, value);
        }
        return this;
    }

    private void setFloat(int column, double value) {
        require(column, CellKind.FLOAT, "given a double");
        float nearest = (float) value;
        if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
            refuse(column, value);
        } else {
            put(column, Double.doubleToRawLongBits(nearest));
        }
    }

    @Override
    public StateCells setBool(int column, boolean value) {
        require(column, CellKind.BIT, "given a boolean");
        put(column, value ? 1 : 0);
        return this;
    }

    @Override
    public StateCells setUtf8(int column, CharSequence value) {
        require(column, CellKind.TEXT, "given text");
        if (value == null) {
            return setNull(column);
        }
        OffHeapArray bytes = texts[column];
        bytes.ensure(Math.max(1, (long) BYTES_PER_CHAR * value.length()));
        int length = Utf8.encode(value, bytes.address(), (int) Math.min(Integer.MAX_VALUE, bytes.capacityBytes()));
        if (length < 0) {
            refusal = "malformed text: unpaired surrogate in "
                    + layout.schema.field(column).name();
        } else {
            put(column, bytes.address(), length);
        }
        return this;
    }

    @Override
    public StateCells setBinary(int column, byte[] value) {
        require(column, CellKind.BINARY, "given bytes");
        if (value == null) {
            return setNull(column);
        }
        texts[column].ensure(Math.max(1, value.length));
        RawMemory.copy(value, 0, texts[column].address(), value.length);
        put(column, texts[column].address(), value.length);
        return this;
    }

    @Override
    public StateCells setDecimal(int column, BigDecimal value) {
        require(column, CellKind.DECIMAL, "given a decimal");
        if (value == null) {
            return setNull(column);
        }
        DataType.Decimal type = (DataType.Decimal) layout.schema.field(column).type();
        BigInteger unscaled = Int128.unscaled(value, type.precision(), type.scale());
        if (unscaled == null) {
            refuse(column, value);
        } else {
            put(column, Int128.low(unscaled), Int128.high(unscaled));
        }
        return this;
    }

    @Override
    public StateCells setDate(int column, LocalDate value) {
        if (!(layout.schema.field(column).type() instanceof DataType.Date32)) {
            throw wrongType(column, "given a date");
        }
        return value == null ? setNull(column) : setLong(column, value.toEpochDay());
    }

    @Override
    public StateCells setInstant(int column, Instant value) {
        if (!(layout.schema.field(column).type() instanceof DataType.Timestamp type)) {
            throw wrongType(column, "given an instant");
        }
        if (value == null) {
            return setNull(column);
        }
        if (type.unit().fits(value)) {
            put(column, type.unit().of(value));
        } else {
            refuse(column, value);
        }
        return this;
    }

    @Override
    public StateCells setNull(int column) {
        if (!nullable[column]) {
            refusal = "null in a column that is not nullable: column="
                    + layout.schema.field(column).name();
            return this;
        }
        RawMemory.putLong(row, RawMemory.getLong(row) | StateLayout.nullBit(column));
        // So that nobody takes what lay there for a text.
        RawMemory.putLong(row + offsets[column], 0);
        if (kinds[column].variableSize()) {
            RawMemory.putLong(row + offsets[column] + Long.BYTES, 0);
        }
        return this;
    }

    private void put(int column, long value) {
        RawMemory.putLong(row + offsets[column], value);
        if (nullable[column]) {
            RawMemory.putLong(row, RawMemory.getLong(row) & ~StateLayout.nullBit(column));
        }
    }

    private void put(int column, long first, long second) {
        put(column, first);
        RawMemory.putLong(row + offsets[column] + Long.BYTES, second);
    }

    private long word(int column) {
        return RawMemory.getLong(row + offsets[column]);
    }

    private long second(int column) {
        return RawMemory.getLong(row + offsets[column] + Long.BYTES);
    }

    private void refuse(int column, Object value) {
        Field field = layout.schema.field(column);
        refusal = "value does not fit " + field.type() + ": column=" + field.name() + ", value=" + value;
    }

    private void require(int column, CellKind kind, String use) {
        if (kinds[column] != kind) {
            throw wrongType(column, use);
        }
    }

    private MullionException wrongType(int column, String use) {
        Field field = layout.schema.field(column);
        return MullionException.misuse("column " + field.name() + " is " + field.type() + ", " + use);
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
            for (OffHeapArray text : texts) {
                if (text != null) {
                    text.close();
                }
            }
        }
    }
}
