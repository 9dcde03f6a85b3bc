package io.mullion.examples.csv;

import io.mullion.examples.csv.CsvInput.BrokenRows;
import io.mullion.examples.csv.CsvInput.Progress;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.io.ReplayableSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/// The rows of a file as a source that can go on at any of them: it reads over those that it has given before.
public final class CsvSource implements ReplayableSource {
    private final CsvTable table;
    private final BooleanSupplier wanted;
    private final BrokenRows broken;
    private final Progress progress;
    /// How many rows had been taken whenever one could not be: between the row that was asked about last and the last.
    private final Queue<Long> refused = new ConcurrentLinkedQueue<>();

    private volatile boolean stopped;
    private long skipped;
    private long refusedBefore;

    /// @param wanted asked before each row; where it says no, the rest of the file is left alone
    /// @param broken told of rows that are not used, but for those that are read over
    public CsvSource(CsvTable table, BooleanSupplier wanted, BrokenRows broken, Progress progress) {
        this.table = table;
        this.wanted = wanted;
        this.broken = broken;
        this.progress = progress;
    }

    @Override
    public Schema schema() {
        return table.schema();
    }

    @Override
    public void open() {}

    @Override
    public void run(Producer<?> producer) throws Exception {
        CsvFeed.feed(table, producer, skipped, () -> !stopped && wanted.getAsBoolean(), broken, refused::add, progress);
    }

    @Override
    public String position(long rows) {
        while (!refused.isEmpty() && refused.peek() < rows) {
            refused.remove();
            refusedBefore++;
        }
        return Long.toString(skipped + rows + refusedBefore);
    }

    @Override
    public void seek(String position) {
        skipped = Long.parseLong(position);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {}

    @Override
    public String name() {
        return "file " + table.input().file();
    }
}
