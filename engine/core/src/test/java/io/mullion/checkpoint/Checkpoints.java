package io.mullion.checkpoint;

import io.mullion.Collected;
import io.mullion.batch.Batch;
import io.mullion.batch.BatchRows;
import io.mullion.batch.Batches;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Writes and reads small checkpoints in tests; all memory is back at the end.
final class Checkpoints implements AfterEachCallback {
    static final Schema TOTALS = Schema.of(Field.nullable("key", DataType.UTF8), Field.of("count", DataType.INT64));

    final Batches batches = new Batches();

    CheckpointStore open(Path folder, int keep, Disk disk) {
        return CheckpointStore.open(folder, keep, batches.account, disk);
    }

    /// Rows that tell which checkpoint they are of.
    static List<List<Object>> totals(long epoch, int rows) {
        return LongStream.range(0, rows)
                .mapToObj(row -> Arrays.<Object>asList(row % 3 == 0 ? null : "key " + row, epoch * 1_000_000 + row))
                .toList();
    }

    StoredTable write(CheckpointWriter writer, String owner, String name, List<List<Object>> rows) {
        TableWriter table = writer.table(owner, name, TOTALS);
        try (Batch batch = batches.unowned(TOTALS, rows)) {
            table.append(batch, rows.size());
        }
        return table.end();
    }

    /// A checkpoint of two tables, the second of which is that of the checkpoint before if that has one, and a
    /// property.
    StoredCheckpoint write(CheckpointStore store, long epoch) {
        try (CheckpointWriter writer = store.begin(epoch)) {
            write(writer, "windows", "open", totals(epoch, 50));
            store.newest()
                    .flatMap(newest -> newest.table("windows", "sealed"))
                    .ifPresentOrElse(
                            before -> writer.reference("windows", "sealed", before),
                            () -> write(writer, "windows", "sealed", totals(0, 70)));
            writer.property("position", Long.toString(epoch * 10));
            return writer.finish();
        }
    }

    /// All that a checkpoint has, as values.
    SortedMap<String, Object> contents(CheckpointStore store, StoredCheckpoint checkpoint) {
        SortedMap<String, Object> contents = new TreeMap<>(checkpoint.properties());
        contents.put("epoch", checkpoint.epoch());
        for (StoredTable table : checkpoint.tables()) {
            contents.put(table.title(), rows(store, table));
        }
        return contents;
    }

    /// What [#write(CheckpointStore, long)] has stored.
    static SortedMap<String, Object> expected(long epoch) {
        return new TreeMap<>(java.util.Map.of(
                "epoch", epoch,
                "position", Long.toString(epoch * 10),
                "windows/open", totals(epoch, 50),
                "windows/sealed", totals(0, 70)));
    }

    static List<List<Object>> rows(CheckpointStore store, StoredTable table) {
        List<List<Object>> rows = new ArrayList<>();
        try (TableReader reader = store.read(table)) {
            BatchRows view = new BatchRows(reader.schema());
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                view.show(batch, 0, batch.readable().rowLimit);
                for (int row = 0; row < view.rowCount(); row++) {
                    Object[] cells = new Object[reader.schema().size()];
                    for (int column = 0; column < cells.length; column++) {
                        cells[column] = Collected.cell(view, column, row);
                    }
                    rows.add(Arrays.asList(cells));
                }
                view.hide();
            }
        }
        return rows;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        batches.close();
    }
}
