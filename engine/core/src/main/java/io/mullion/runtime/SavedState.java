package io.mullion.runtime;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.checkpoint.CheckpointStore;
import io.mullion.checkpoint.StoredCheckpoint;
import io.mullion.checkpoint.StoredTable;
import io.mullion.checkpoint.TableReader;
import io.mullion.expr.Schema;
import io.mullion.routine.Hashing;
import io.mullion.spec.MullionException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What a checkpoint on disk has of one owner of state.
final class SavedState implements StateReader {
    private static final String WRITTEN_IN = "@";

    private final CheckpointStore store;
    private final StoredCheckpoint checkpoint;
    private final String owner;
    private final String valuePrefix;
    private final Share share;
    private final Consumer<String> notices;

    /// What is taken over of it.
    ///
    /// @param worker that reads
    /// @param workers that share the keys out among each other, as rows are
    record Share(int worker, int workers) {
        static final Share ALL = new Share(0, 1);
    }

    /// @param owner as its tables are stored
    /// @param notices takes what is to be known
    SavedState(
            CheckpointStore store,
            StoredCheckpoint checkpoint,
            String owner,
            String valuePrefix,
            Share share,
            Consumer<String> notices) {
        this.notices = notices;
        this.store = store;
        this.checkpoint = checkpoint;
        this.owner = owner;
        this.valuePrefix = valuePrefix;
        this.share = share;
    }

    /// Under which a table is stored that was written in this checkpoint.
    static String tableName(String name, long epoch) {
        return name + WRITTEN_IN + epoch;
    }

    @Override
    public String text(String name) {
        return checkpoint
                .property(valuePrefix + name)
                .orElseThrow(() -> MullionException.invalid("the checkpoint does not have: " + name));
    }

    @Override
    public void require(String name, String expected) {
        String saved = text(name);
        if (!saved.equals(expected)) {
            throw MullionException.invalid(name + " are others: saved=" + saved + ", expected=" + expected);
        }
    }

    @Override
    public long value(String name) {
        return Long.parseLong(text(name));
    }

    @Override
    public long value(String name, long otherwise) {
        return checkpoint.property(valuePrefix + name).map(Long::parseLong).orElse(otherwise);
    }

    @Override
    public List<Table> tables(String name) {
        return checkpoint.tablesOf(owner).stream()
                .filter(table -> table.name().startsWith(name + WRITTEN_IN))
                .<Table>map(SavedTable::new)
                .sorted(Comparator.comparingLong(Table::epoch))
                .toList();
    }

    @Override
    public boolean owns(long hash) {
        return Hashing.part(hash, share.workers()) == share.worker();
    }

    @Override
    public void notice(String text) {
        notices.accept(text);
    }

    private final class SavedTable implements Table {
        private final StoredTable table;

        SavedTable(StoredTable table) {
            this.table = table;
        }

        @Override
        public Schema schema() {
            try (TableReader reader = store.read(table)) {
                return reader.schema();
            }
        }

        @Override
        public long epoch() {
            return Long.parseLong(table.name().substring(table.name().lastIndexOf(WRITTEN_IN) + 1));
        }

        @Override
        public long rows() {
            return table.rows();
        }

        @Override
        public int batches() {
            try (TableReader reader = store.read(table)) {
                return reader.batches();
            }
        }

        @Override
        public void read(int first, Predicate<Batch> rows) {
            try (TableReader reader = store.read(table)) {
                reader.skipTo(first);
                Batch batch = reader.next();
                while (batch != null && rows.test(batch)) {
                    batch = reader.next();
                }
            }
        }
    }
}
