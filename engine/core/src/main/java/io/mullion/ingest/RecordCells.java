package io.mullion.ingest;

import io.mullion.io.RowView;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;

/// What generated codecs call for one cell of each Java type: named so that the generator finds them by the type alone.
final class RecordCells {
    private RecordCells() {}

    static void set(RowWriter row, int column, long value) {
        row.setLong(column, value);
    }

    static void set(RowWriter row, int column, double value) {
        row.setDouble(column, value);
    }

    static void set(RowWriter row, int column, boolean value) {
        row.setBool(column, value);
    }

    static void set(RowWriter row, int column, String value) {
        row.setUtf8(column, value);
    }

    static void set(RowWriter row, int column, Long value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setLong(column, value);
        }
    }

    static void set(RowWriter row, int column, Double value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setDouble(column, value);
        }
    }

    static void set(RowWriter row, int column, Boolean value) {
        if (value == null) {
            row.setNull(column);
        } else {
            row.setBool(column, value);
        }
    }

    static long getlong(RowView row, int column) {
        requireValue(row, column);
        return row.int64(column);
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

    static Long getLong(RowView row, int column) {
        return row.isNull(column) ? null : row.int64(column);
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
