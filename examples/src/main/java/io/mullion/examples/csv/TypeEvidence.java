package io.mullion.examples.csv;

import io.mullion.expr.TimeUnit;

/// What the cells of a column have in common, and so its type: the first of these that all of them are.
///
/// | type | cells |
/// |---|---|
/// | int64 | whole numbers |
/// | float64 | numbers, `NaN`, `Infinity` |
/// | bool | `true`, `false` |
/// | date32 | ISO-8601 days |
/// | timestamp | ISO-8601 points in time, or days |
/// | utf8 | anything |
///
/// Numbers that float64 would make others of stay text: those with zeros before them, and columns of whole numbers of
/// which one is beyond int64. A column without a single value is float64, of which all aggregates can be asked.
final class TypeEvidence {
    private final IsoTime time = new IsoTime();
    private boolean whole = true;
    private boolean inInt64 = true;
    private boolean number = true;
    private boolean bool = true;
    private boolean days = true;
    private boolean times = true;
    private int fractionDigits;
    private String culprit;
    private long culpritLine;

    /// Looks at one more cell that is not null.
    void add(String cell, long line) {
        if (!number && !bool && !times) {
            return;
        }
        addNumber(cell);
        bool &= isBool(cell);
        if (times) {
            times = time.parse(cell);
            days &= times && time.dateOnly();
            fractionDigits = Math.max(fractionDigits, times ? time.fractionDigits() : 0);
        }
        if (type() != CellType.UTF8) {
            // Whole numbers beyond int64 may yet turn out to be float64.
            culprit = null;
        } else if (culprit == null) {
            culprit = cell;
            culpritLine = line;
        }
    }

    CellType type() {
        if (whole) {
            // All of them are still true where there was no cell.
            return bool ? CellType.FLOAT64 : inInt64 ? CellType.INT64 : CellType.UTF8;
        }
        return number
                ? CellType.FLOAT64
                : bool ? CellType.BOOL : days ? CellType.DATE32 : times ? CellType.TIMESTAMP : CellType.UTF8;
    }

    /// The unit that a timestamp of this column needs: that of its shortest fraction, at least microseconds.
    TimeUnit unit() {
        return fractionDigits > 6 ? TimeUnit.NANOS : TimeUnit.MICROS;
    }

    /// Why the column is text: the cell that left nothing else, or null.
    String culprit() {
        return culprit;
    }

    long culpritLine() {
        return culpritLine;
    }

    static boolean isBool(String cell) {
        return cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false");
    }

    /// Whether a whole number is one that int64 holds.
    static boolean isInt64(String digits) {
        if (digits.length() < 19) {
            return true;
        }
        try {
            Long.parseLong(digits);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void addNumber(String cell) {
        if (!number) {
            return;
        }
        NumberText text = NumberText.of(cell);
        number = text == NumberText.INTEGER || text == NumberText.FLOATING;
        whole &= text == NumberText.INTEGER;
        inInt64 &= whole && isInt64(cell);
    }
}
