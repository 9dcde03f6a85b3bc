package io.mullion.bench.peers.spark;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/// A column of rows as Spark reads columns: a view of the array it lies in.
final class RowColumn extends ColumnVector {
    private static final long MICROS = 1_000;

    private final int from;
    private final long[] longs;
    private final long shift;
    private final int[] ints;
    private final double[] doubles;
    private final byte[] bytes;

    private RowColumn(DataType type, int from, long[] longs, long shift, int[] ints, double[] doubles, byte[] bytes) {
        super(type);
        this.from = from;
        this.longs = longs;
        this.shift = shift;
        this.ints = ints;
        this.doubles = doubles;
        this.bytes = bytes;
    }

    static RowColumn of(long[] values, int from) {
        return new RowColumn(DataTypes.LongType, from, values, 0, null, null, null);
    }

    /// @param millis moved on by `shift`; Spark has microseconds
    static RowColumn times(long[] millis, int from, long shift) {
        return new RowColumn(DataTypes.TimestampType, from, millis, shift, null, null, null);
    }

    static RowColumn of(int[] values, int from) {
        return new RowColumn(DataTypes.IntegerType, from, null, 0, values, null, null);
    }

    static RowColumn of(double[] values, int from) {
        return new RowColumn(DataTypes.DoubleType, from, null, 0, null, values, null);
    }

    static RowColumn of(byte[] bytes, int[] offsets, int from) {
        return new RowColumn(DataTypes.StringType, from, null, 0, offsets, null, bytes);
    }

    @Override
    public long getLong(int row) {
        long value = longs[from + row];
        return type == DataTypes.TimestampType ? (value + shift) * MICROS : value;
    }

    @Override
    public int getInt(int row) {
        return ints[from + row];
    }

    @Override
    public double getDouble(int row) {
        return doubles[from + row];
    }

    @Override
    public UTF8String getUTF8String(int row) {
        int start = ints[from + row];
        return UTF8String.fromBytes(bytes, start, ints[from + row + 1] - start);
    }

    @Override
    public boolean hasNull() {
        return false;
    }

    @Override
    public int numNulls() {
        return 0;
    }

    @Override
    public boolean isNullAt(int row) {
        return false;
    }

    @Override
    public void close() {}

    @Override
    public boolean getBoolean(int row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte getByte(int row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public short getShort(int row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public float getFloat(int row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ColumnarArray getArray(int row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ColumnarMap getMap(int row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Decimal getDecimal(int row, int precision, int scale) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] getBinary(int row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ColumnVector getChild(int child) {
        throw new UnsupportedOperationException();
    }
}
