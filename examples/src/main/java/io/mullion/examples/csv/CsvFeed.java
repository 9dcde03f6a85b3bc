package io.mullion.examples.csv;

import io.mullion.examples.csv.CsvInput.BrokenRows;
import io.mullion.examples.csv.CsvInput.Progress;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/// The second reading of a file: its rows into a producer.
public final class CsvFeed {
    private static final int ROWS_A_REPORT = 1 << 10;

    private final CsvTable table;
    private final Producer<?> producer;
    private final TimeCell time;
    private final List<CellParser> parsers = new ArrayList<>();
    private final boolean[] nulls;
    private final LongConsumer refused;
    /// Good rows that are still to be read over.
    private long skipped;

    private long accepted;
    private boolean closed;

    private CsvFeed(CsvTable table, Producer<?> producer, long skipped, LongConsumer refused) {
        this.skipped = skipped;
        this.refused = refused;
        this.table = table;
        this.producer = producer;
        time = new TimeCell(table.input().epoch());
        for (CsvTable.Column column : table.columns()) {
            parsers.add(
                    new CellParser(column.type(), column.unit(), table.input().maxTextBytes()));
        }
        nulls = new boolean[parsers.size()];
    }

    /// Writes all rows of the file that are not broken; ends early where the producer is refused.
    ///
    /// @param producer of an input with the table's schema that waits where there is no room
    /// @param skipped rows that are not broken, at the beginning of the file, which are read over
    /// @param refused told how many rows the producer had taken when it could not take one
    /// @param wanted asked before each row; where it says no, the rest of the file is left alone
    /// @throws IOException also if the file ends before so many rows are read over
    public static void feed(
            CsvTable table,
            Producer<?> producer,
            long skipped,
            BooleanSupplier wanted,
            BrokenRows broken,
            LongConsumer refused,
            Progress progress)
            throws IOException {
        CsvFeed feed = new CsvFeed(table, producer, skipped, refused);
        try (CsvRows rows = CsvRows.open(table.input().file(), table.input().wanted())) {
            for (long count = 0; !feed.closed && wanted.getAsBoolean(); count++) {
                if (!rows.next()) {
                    feed.requireAllSkipped();
                    break;
                }
                String defect = rows.defect() == null ? feed.offer(rows) : rows.defect();
                if (defect != null && feed.skipped == 0) {
                    broken.accept(rows.line(), defect);
                }
                if (count % ROWS_A_REPORT == 0) {
                    progress.at(rows.position());
                }
            }
        }
    }

    private void requireAllSkipped() throws IOException {
        if (skipped > 0) {
            throw new IOException("the file has fewer rows than a checkpoint has taken of it: file="
                    + table.input().file() + ", missing=" + skipped);
        }
    }

    /// @return what is wrong with the row, or null
    private String offer(CsvRows row) {
        CsvInput input = table.input();
        String defect = input.timeDefect(time, row.cell(0));
        for (int i = 0; defect == null && i < parsers.size(); i++) {
            String cell = row.cell(i + 1);
            nulls[i] = input.isNull(cell);
            defect = nulls[i]
                    ? null
                    : input.defect(
                            table.columns().get(i).name(), cell, parsers.get(i).parse(cell));
        }
        return defect == null ? write(row) : defect;
    }

    private String write(CsvRows row) {
        long units;
        try {
            units = time.in(table.unit());
        } catch (ArithmeticException e) {
            return table.input()
                    .defect(
                            table.input().timeColumn(),
                            row.cell(0),
                            "it is beyond what int64 holds in " + table.unit().suffix());
        }
        if (skipped > 0) {
            skipped--;
            return null;
        }
        RowWriter writer = producer.row().setLong(0, units);
        for (int i = 0; i < nulls.length; i++) {
            if (nulls[i]) {
                writer.setNull(i + 1);
            } else {
                parsers.get(i).write(writer, i + 1);
            }
        }
        return switch (writer.commit()) {
            case ACCEPTED -> {
                accepted++;
                yield null;
            }
            case CLOSED -> {
                closed = true;
                yield null;
            }
            case DEAD_LETTERED -> {
                refused.accept(accepted);
                yield "it cannot be taken, as the dead letter says";
            }
            case BACK_PRESSURED, DROPPED -> throw new IllegalStateException("the input was to wait");
        };
    }
}
