package io.mullion.examples.csv;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The rows of a file of comma-separated values with a heading (RFC 4180), one after the other.
///
/// A row that cannot be read is a row, too: [#defect] says what is wrong with it. Reading then goes on with the line
/// behind the one where it began, so that a quote that nobody closes costs its own line and not the rest of the file.
///
/// Cells are bytes: each character of a cell is one byte of the file, and [#text] makes UTF-8 of them. So malformed
/// text is a matter of its row. *Source*: RFC 4180; lines may end with LF or CR alone, empty ones are skipped, and
/// blanks around quotes do not count.
public final class CsvRows implements AutoCloseable {
    /// The longest cell that can be read.
    private static final int MAX_CELL_BYTES = 1 << 22;

    private final LineReader lines;
    private final List<String> heading;
    /// For each column of the file, its place in the cells; -1 where nobody wants it.
    private final int[] slots;
    private final String[] cells;
    private Records records;
    private long line;
    private String defect;

    private CsvRows(LineReader lines, List<String> wanted, Path file) throws IOException {
        this.lines = lines;
        records = new Records(0);
        heading = readHeading(file);
        slots = slots(wanted);
        cells = new String[wanted.size()];
    }

    /// Reads the heading of a file.
    ///
    /// @param wanted the columns whose cells are asked for, without duplicates
    /// @throws CsvException if there is no heading, or a column is missing in it or stands there twice
    public static CsvRows open(Path file, List<String> wanted) throws IOException {
        FileChannel channel = FileChannel.open(file);
        try {
            return new CsvRows(new LineReader(channel), wanted, file);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The names of the file's columns.
    public List<String> heading() {
        return heading;
    }

    /// Goes to the next row.
    ///
    /// @return whether there is one
    public boolean next() throws IOException {
        defect = null;
        try {
            if (!records.iterator.hasNext()) {
                return false;
            }
            records.iterator.next();
            line = records.line();
            lines.forgetBefore(line);
            if (records.count() != slots.length) {
                defect = slots.length + (slots.length == 1 ? " cell" : " cells") + " expected, as the heading has, and "
                        + records.count() + " found";
                if (records.spansLines) {
                    skipLine();
                }
            }
        } catch (CsvParseException e) {
            line = records.line();
            defect = reason(e);
            skipLine();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return true;
    }

    /// The number of the line at which the row begins, from 1.
    public long line() {
        return line;
    }

    /// What is wrong with the row, or null.
    public String defect() {
        return defect;
    }

    /// The bytes of a cell; only of a row without defect.
    ///
    /// @param column position in what was asked for
    public String cell(int column) {
        return cells[column];
    }

    /// A cell's bytes as text. Malformed bytes become U+FFFD.
    public static String text(String cell) {
        return new String(bytes(cell), StandardCharsets.UTF_8);
    }

    public static byte[] bytes(String cell) {
        return cell.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// How many bytes of the file have been read.
    public long position() {
        return lines.position();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private List<String> readHeading(Path file) throws IOException {
        List<String> names = new ArrayList<>();
        records.heading = names;
        try {
            if (!records.iterator.hasNext()) {
                throw new CsvException(file + " is empty: a line with the names of the columns was expected");
            }
            records.iterator.next();
        } catch (CsvParseException e) {
            throw new CsvException(file + ": line " + records.line() + ": " + reason(e));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        records.heading = null;
        return names.stream().map(name -> text(name).strip()).toList();
    }

    private int[] slots(List<String> wanted) {
        int[] found = new int[heading.size()];
        for (int column = 0; column < found.length; column++) {
            found[column] = wanted.indexOf(heading.get(column));
        }
        for (String name : wanted) {
            int index = heading.indexOf(name);
            if (index < 0) {
                throw new CsvException("no column named " + name + ": the columns are " + String.join(", ", heading));
            }
            if (index != heading.lastIndexOf(name)) {
                throw new CsvException("two columns are named " + name);
            }
        }
        return found;
    }

    /// Without the number of the line: the library counts from where it began to read.
    private static String reason(CsvParseException e) {
        return e.getMessage().replaceFirst(" \\(record starting at line \\d+\\)$", "");
    }

    private void skipLine() throws IOException {
        lines.returnTo(line + 1);
        records = new Records(line);
    }

    /// The library's reader from some line on, and what it reads.
    private final class Records extends AbstractBaseCsvCallbackHandler<Records> {
        private final CloseableIterator<Records> iterator;
        private final long linesBefore;
        private List<String> heading;
        private boolean spansLines;

        Records(long linesBefore) {
            this.linesBefore = linesBefore;
            iterator = CsvReader.builder()
                    .allowUnclosedQuote(false)
                    .trimWhitespacesAroundQuotes(true)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .maxBufferSize(MAX_CELL_BYTES)
                    .build(this, lines)
                    .iterator();
        }

        long line() {
            return linesBefore + getStartingLineNumber();
        }

        int count() {
            return getFieldCount();
        }

        @Override
        protected void handleBegin(long startingLineNumber) {
            spansLines = false;
        }

        @Override
        protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
            if (heading != null) {
                heading.add(new String(buffer, offset, length));
            } else if (index < slots.length && slots[index] >= 0) {
                cells[slots[index]] = new String(buffer, offset, length);
            }
            for (int i = offset; quoted && !spansLines && i < offset + length; i++) {
                spansLines = buffer[i] == '\n' || buffer[i] == '\r';
            }
        }

        @Override
        protected Records buildRecord() {
            return this;
        }
    }
}
