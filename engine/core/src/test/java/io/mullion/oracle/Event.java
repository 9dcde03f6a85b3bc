package io.mullion.oracle;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.RowWriter;
import java.math.BigDecimal;
import java.util.List;

/// A row of the random streams: columns of several types to be keys, numbers to aggregate, a divisor that may be zero,
/// text to split, a session gap, and a number that tells it from the others.
record Event(
        Long time,
        Long k,
        String s,
        Long at,
        Double f,
        Boolean b,
        Long x,
        Double y,
        long z,
        String words,
        Long i,
        BigDecimal d,
        Long g,
        long id) {
    /// Columns that can be keys.
    static final List<String> KEYS = List.of("k", "s", "at", "f", "b", "i", "d");

    static final List<String> COLUMNS =
            List.of("time", "k", "s", "at", "f", "b", "x", "y", "z", "words", "i", "d", "g", "id");

    /// @param timeNullable whether a row may have no time
    /// @param nullable whether any other column may have no value
    static Schema schema(TimeUnit unit, boolean timeNullable, boolean nullable) {
        return Schema.of(
                new Field("time", DataType.timestamp(unit), timeNullable),
                new Field("k", DataType.INT64, nullable),
                new Field("s", DataType.UTF8, nullable),
                new Field("at", DataType.timestamp(TimeUnit.NANOS), nullable),
                new Field("f", DataType.FLOAT64, nullable),
                new Field("b", DataType.BOOL, nullable),
                new Field("x", DataType.INT64, nullable),
                new Field("y", DataType.FLOAT64, nullable),
                Field.of("z", DataType.INT64),
                new Field("words", DataType.UTF8, nullable),
                new Field("i", DataType.INT32, nullable),
                new Field("d", DataType.decimal(30, 2), nullable),
                new Field("g", DataType.INT64, nullable),
                Field.of("id", DataType.INT64));
    }

    /// Writes all columns but does not commit. Every other null is left out in place of being set: that means the same.
    void write(RowWriter row) {
        if (time == null) {
            row.setNull(0);
        } else {
            row.setLong(0, time);
        }
        if (k == null) {
            row.setNull(1);
        } else {
            row.setLong(1, k);
        }
        if (s != null) {
            row.setUtf8(2, s);
        }
        if (at == null) {
            row.setNull(3);
        } else {
            row.setLong(3, at);
        }
        if (f != null) {
            row.setDouble(4, f);
        }
        if (b == null) {
            row.setNull(5);
        } else {
            row.setBool(5, b);
        }
        if (x != null) {
            row.setLong(6, x);
        }
        if (y == null) {
            row.setNull(7);
        } else {
            row.setDouble(7, y);
        }
        row.setLong(8, z);
        row.setUtf8(9, words);
        if (i != null) {
            row.setLong(10, i);
        }
        if (d != null) {
            row.setDecimal(11, d);
        }
        if (g != null) {
            row.setLong(12, g);
        }
        row.setLong(13, id);
    }

    /// The value of a column.
    Object cell(String column) {
        return switch (column) {
            case "time" -> time;
            case "k" -> k;
            case "s" -> s;
            case "at" -> at;
            case "f" -> f;
            case "b" -> b;
            case "x" -> x;
            case "y" -> y;
            case "z" -> z;
            case "words" -> words;
            case "i" -> i;
            case "d" -> d;
            case "g" -> g;
            case "id" -> id;
            default -> throw new IllegalArgumentException(column);
        };
    }

    /// The value of a key column, as a result shows it.
    Object key(String column) {
        return column.equals("f") && f != null ? (Object) oneZeroOneNaN(f) : cell(column);
    }

    Event withNumbers(Long x, Double y) {
        return new Event(time, k, s, at, f, b, x, y, z, words, i, d, g, id);
    }

    Event withText(String s) {
        return new Event(time, k, s, at, f, b, x, y, z, words, i, d, g, id);
    }

    private static Double oneZeroOneNaN(double value) {
        return Double.isNaN(value) ? Double.valueOf(Double.NaN) : Double.valueOf(value + 0.0);
    }
}
