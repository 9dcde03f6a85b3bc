package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.spec.MullionException;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/// What a [StateWriter] was given, read without a disk between.
public record WrittenState(StateWriter written, LongPredicate owned) implements StateReader {
    @Override
    public String text(String name) {
        String text = written.values().get(name);
        if (text == null) {
            throw MullionException.invalid("not written: " + name);
        }
        return text;
    }

    @Override
    public void require(String name, String expected) {
        if (!text(name).equals(expected)) {
            throw MullionException.invalid(name + ": saved=" + text(name) + ", expected=" + expected);
        }
    }

    @Override
    public long value(String name) {
        return Long.parseLong(text(name));
    }

    @Override
    public long value(String name, long otherwise) {
        return written.values().containsKey(name) ? value(name) : otherwise;
    }

    @Override
    public List<Table> tables(String name) {
        return written.tables().stream()
                .filter(table -> table.name().equals(name))
                .<Table>map(WrittenTable::new)
                .toList();
    }

    @Override
    public boolean owns(long hash) {
        return owned.test(hash);
    }

    @Override
    public void notice(String text) {
        throw new IllegalStateException(text);
    }

    private record WrittenTable(StateTable table) implements Table {
        @Override
        public Schema schema() {
            return table.schema();
        }

        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public long rows() {
            return table.pieces().stream().mapToLong(StateTable.Piece::rows).sum();
        }

        @Override
        public int batches() {
            return table.pieces().size();
        }

        @Override
        public void read(int first, Predicate<Batch> rows) {
            table.pieces().stream()
                    .skip(first)
                    .allMatch(piece -> rows.test(piece.batch().readableRows(piece.rows())));
        }
    }
}
