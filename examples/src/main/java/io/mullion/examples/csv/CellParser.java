package io.mullion.examples.csv;

import io.mullion.expr.TimeUnit;
import io.mullion.io.RowWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/// Reads the cells of one column as values of its type. [#parse] and then [#write]: a row is written when all of its
/// cells could be read.
final class CellParser {
    private final CellType type;
    private final TimeUnit unit;
    private final int maxTextBytes;
    private final IsoTime time = new IsoTime();
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder(); // reports what is malformed
    private long integer;
    private double floating;
    private byte[] text;

    /// @param unit of a timestamp
    CellParser(CellType type, TimeUnit unit, int maxTextBytes) {
        this.type = type;
        this.unit = unit;
        this.maxTextBytes = maxTextBytes;
    }

    /// @param cell not null, not blank
    /// @return what is wrong with it, or null
    String parse(String cell) {
        return switch (type) {
            case INT64 -> parseInt64(cell.strip());
            case FLOAT64 -> parseFloat64(cell.strip());
            case BOOL -> parseBool(cell.strip());
            case TIMESTAMP -> parseTimestamp(cell.strip());
            case DATE32 -> parseDate(cell.strip());
            case UTF8 -> parseText(cell);
        };
    }

    /// Writes what was parsed last.
    void write(RowWriter row, int column) {
        switch (type) {
            case INT64, TIMESTAMP, DATE32 -> row.setLong(column, integer);
            case FLOAT64 -> row.setDouble(column, floating);
            case BOOL -> row.setBool(column, integer == 1);
            case UTF8 -> row.setUtf8(column, text, 0, text.length);
        }
    }

    private String parseInt64(String cell) {
        NumberText text = NumberText.of(cell);
        boolean digits = text == NumberText.INTEGER || text == NumberText.PADDED && cell.indexOf('.') < 0;
        if (!digits || cell.indexOf('e') >= 0 || cell.indexOf('E') >= 0) {
            return "a whole number was expected";
        }
        try {
            integer = Long.parseLong(cell);
            return null;
        } catch (NumberFormatException e) {
            return "it is beyond int64";
        }
    }

    private String parseFloat64(String cell) {
        if (NumberText.of(cell) == NumberText.NONE) {
            return "a number was expected";
        }
        floating = NumberText.float64(cell);
        boolean said = NumberText.word(cell, cell.charAt(0) == '-' || cell.charAt(0) == '+' ? 1 : 0);
        return Double.isInfinite(floating) && !said ? "it is beyond float64" : null;
    }

    private String parseBool(String cell) {
        integer = cell.equalsIgnoreCase("true") ? 1 : 0;
        return TypeEvidence.isBool(cell) ? null : "true or false was expected";
    }

    private String parseTimestamp(String cell) {
        if (!time.parse(cell)) {
            return "a time was expected, ISO-8601 (2013-01-31T06:00:00Z)";
        }
        try {
            integer = Math.addExact(Math.multiplyExact(time.second(), unit.perSecond()), unit.fromNanos(time.nano()));
            return null;
        } catch (ArithmeticException e) {
            return "it is beyond what int64 holds in " + unit.suffix();
        }
    }

    private String parseDate(String cell) {
        if (!time.parse(cell) || !time.dateOnly()) {
            return "a day was expected, ISO-8601 (2013-01-31)";
        }
        integer = Math.floorDiv(time.second(), 86_400L);
        return null;
    }

    private String parseText(String cell) {
        text = CsvRows.bytes(cell);
        if (text.length > maxTextBytes) {
            return "a text may have " + maxTextBytes + " bytes, and this one has " + text.length;
        }
        return cell.chars().allMatch(c -> c < 0x80) || decodes() ? null : "it is no UTF-8";
    }

    private boolean decodes() {
        try {
            utf8.decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
