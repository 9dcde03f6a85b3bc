package io.mullion.checkpoint;

import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// The text that says what a checkpoint has: lines of fields with tabs between them. The first line has the version of
/// the format, the last one a checksum of all before it; that much holds in every version.
final class Manifest {
    private static final int VERSION = 1;
    private static final String TITLE = "mullion-checkpoint";
    private static final String EPOCH = "epoch";
    private static final String PROPERTY = "property";
    private static final String TABLE = "table";
    private static final String CHECKSUM = "crc32c";
    private static final int CHECKSUM_LINE_BYTES = CHECKSUM.length() + 10;

    private Manifest() {}

    static byte[] encode(StoredCheckpoint checkpoint) {
        StringBuilder text = new StringBuilder();
        line(text, TITLE, Integer.toString(VERSION));
        line(text, EPOCH, Long.toString(checkpoint.epoch()));
        checkpoint.properties().forEach((name, value) -> line(text, PROPERTY, name, value));
        for (StoredTable table : checkpoint.tables()) {
            line(
                    text,
                    TABLE,
                    table.owner(),
                    table.name(),
                    table.file(),
                    Long.toString(table.rows()),
                    Long.toString(table.bytes()),
                    hex(table.crc32c()));
        }
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] end = (CHECKSUM + "\t" + hex(checksum(body)) + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(body, body.length + end.length);
        System.arraycopy(end, 0, all, body.length, end.length);
        return all;
    }

    /// @throws IOException if the text is not whole
    /// @throws MullionException `CHECKPOINT` if it is, and of a later format
    static StoredCheckpoint decode(byte[] bytes) throws IOException {
        String body = checkedBody(bytes);
        List<String[]> lines = body.lines().map(line -> line.split("\t", -1)).toList();
        requireVersion(lines.getFirst());
        SortedMap<String, String> properties = new TreeMap<>();
        List<StoredTable> tables = new ArrayList<>();
        long epoch = -1;
        try {
            for (String[] fields : lines.subList(1, lines.size())) {
                switch (fields[0]) {
                    case EPOCH -> epoch = Long.parseLong(fields[1]);
                    case PROPERTY -> properties.put(unescaped(fields[1]), unescaped(fields[2]));
                    case TABLE -> tables.add(table(fields));
                    default -> throw new IOException("a line that nobody knows: " + fields[0]);
                }
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("a line that cannot be understood: " + e.getMessage(), e);
        }
        return new StoredCheckpoint(epoch, properties, tables);
    }

    private static String checkedBody(byte[] bytes) throws IOException {
        int end = bytes.length - CHECKSUM_LINE_BYTES;
        if (end < 0) {
            throw new IOException("it is torn: bytes=" + bytes.length);
        }
        byte[] body = Arrays.copyOf(bytes, end);
        String last = new String(bytes, end, CHECKSUM_LINE_BYTES, StandardCharsets.UTF_8);
        if (!last.equals(CHECKSUM + "\t" + hex(checksum(body)) + "\n")) {
            throw new IOException("it is torn or corrupt: its checksum is not that of its lines");
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private static void requireVersion(String[] first) throws IOException {
        if (first.length != 2 || !first[0].equals(TITLE)) {
            throw new IOException("it does not begin with " + TITLE);
        }
        if (!first[1].equals(Integer.toString(VERSION))) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "a checkpoint of another format: format=" + first[1] + ", this version of the engine knows "
                            + VERSION);
        }
    }

    private static StoredTable table(String[] fields) {
        return new StoredTable(
                unescaped(fields[1]),
                unescaped(fields[2]),
                unescaped(fields[3]),
                Long.parseLong(fields[4]),
                Long.parseLong(fields[5]),
                Integer.parseUnsignedInt(fields[6], 16));
    }

    private static void line(StringBuilder text, String... fields) {
        for (int i = 0; i < fields.length; i++) {
            text.append(i == 0 ? "" : "\t").append(escaped(fields[i]));
        }
        text.append('\n');
    }

    private static String escaped(String field) {
        return field.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char next = field.charAt(i);
            if (next == '\\' && i + 1 < field.length()) {
                next = switch (field.charAt(++i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> field.charAt(i);
                };
            }
            text.append(next);
        }
        return text.toString();
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static String hex(int value) {
        return String.format("%08x", value);
    }
}
