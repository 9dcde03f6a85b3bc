package io.mullion.ingest;

import io.mullion.io.CellWriter;
import io.mullion.io.RowView;
import io.mullion.spec.MullionException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/// What generated codecs call for one cell of each Java type: named so that the generator finds them by the type alone.
final class RecordCells {
    private RecordCells() {}

    static void set(CellWriter row, int column, byte value) {
        row.setLong(column, value);
    }

    static void set(CellWriter row, int column, short value) {
        row.setLong(column, value);
    }

    static void set(CellWriter row, int column, int value) {
        row.setLong(column, value);
    }

    static void set(CellWriter row, int column, long value) {
        row.setLong(column, value);
    }

    static void set(CellWriter row, int column, float value) {
        row.setDouble(column, value);
    }

    static void set(CellWriter row, int column, double value) {
        row.setDouble(column, value);
    }

    static void set(CellWriter row, int column, boolean value) {
        row.setBool(column, value);
    }

    static void set(CellWriter row, int column, String value) {
        row.setUtf8(column, value);
    }

    static void set(CellWriter row, int column, byte[] value) {
        row.setBinary(column, value);
    }

    static void set(CellWriter row, int column, BigDecimal value) {
        row.setDecimal(column, value);
    }

    static void set(CellWriter row, int column, LocalDate value) {
        row.setDate(column, value);
    }

    static void set(CellWriter row, int column, Instant value) {
        row.setInstant(column, value);
    }

    static void set(CellWriter row, int column, Byte value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setLong(column, value);
        }
    }

    static void set(CellWriter row, int column, Short value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setLong(column, value);
        }
    }

    static void set(CellWriter row, int column, Integer value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setLong(column, value);
        }
    }

    static void set(CellWriter row, int column, Long value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setLong(column, value);
        }
    }

    static void set(CellWriter row, int column, Float value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setDouble(column, value);
        }
    }

    static void set(CellWriter row, int column, Double value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setDouble(column, value);
        }
    }

    static void set(CellWriter row, int column, Boolean value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setBool(column, value);
        }
    }

    static byte getbyte(RowView row, int column) {
        requireValue(row, column);
        return (byte) row.int64(column);
    }

    static short getshort(RowView row, int column) {
        requireValue(row, column);
        return (short) row.int64(column);
    }

    static int getint(RowView row, int column) {
        requireValue(row, column);
        return (int) row.int64(column);
    }

    static long getlong(RowView row, int column) {
        requireValue(row, column);
        return row.int64(column);
    }

    static float getfloat(RowView row, int column) {
        requireValue(row, column);
        return (float) row.float64(column);
    }

    static double getdouble(RowView row, int column) {
        requireValue(row, column);
        return row.float64(column);
    }

    static boolean getboolean(RowView row, int column) {
        requireValue(row, column);
        return row.bool(column);
    }

    static String getString(RowView row, int column) {
        return row.isNull(column) ? null : row.utf8(column);
    }

    static byte[] getbyteArray(RowView row, int column) {
        return row.isNull(column) ? null : row.binary(column);
    }

    static BigDecimal getBigDecimal(RowView row, int column) {
        return row.isNull(column) ? null : row.decimal(column);
    }

    static LocalDate getLocalDate(RowView row, int column) {
        return row.isNull(column) ? null : row.date(column);
    }

    static Instant getInstant(RowView row, int column) {
        return row.isNull(column) ? null : row.instant(column);
    }

    static Byte getByte(RowView row, int column) {
        return row.isNull(column) ? null : (byte) row.int64(column);
    }

    static Short getShort(RowView row, int column) {
        return row.isNull(column) ? null : (short) row.int64(column);
    }

    static Integer getInteger(RowView row, int column) {
        return row.isNull(column) ? null : (int) row.int64(column);
    }

    static Long getLong(RowView row, int column) {
        return row.isNull(column) ? null : row.int64(column);
    }

    static Float getFloat(RowView row, int column) {
        return row.isNull(column) ? null : (float) row.float64(column);
    }

    static Double getDouble(RowView row, int column) {
        return row.isNull(column) ? null : row.float64(column);
    }

    static Boolean getBoolean(RowView row, int column) {
        return row.isNull(column) ? null : row.bool(column);
    }

    private static void requireValue(RowView row, int column) {
        if (row.isNull(column)) {
            throw new MullionException(
                    MullionException.Reason.USER_CODE,
                    "null for a primitive record component: "
                            + row.schema().field(column).name());
        }
    }
}
