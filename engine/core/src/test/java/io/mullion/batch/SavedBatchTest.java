package io.mullion.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.Collected;
import io.mullion.TypeSample;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.HashKernel;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows that are kept together, in and out of a table of state.
@Tag("checked")
class SavedBatchTest {
    private static final Schema ROWS = Schema.of(Field.of("n", DataType.INT64), new Field("text", DataType.UTF8, true));

    private final Batches batches = new Batches();
    private final OperatorContext context = new OperatorContext(
            batches.pool, batches.scope, 64, 1 << 10, letter -> {}, new Counters(), null, null, null, null, null, null);

    @AfterEach
    void close() {
        batches.close();
    }

    private GatheredBatch gathered(Schema schema, List<List<Object>> rows) {
        GatheredBatch gathered = batches.scope.own(new GatheredBatch(schema, context, batches.account));
        for (int from = 0; from < rows.size(); from += 1_000) {
            List<List<Object>> some = rows.subList(from, Math.min(rows.size(), from + 1_000));
            try (Batch batch = batches.unowned(schema, some)) {
                gathered.add(batch, 0, some.size());
            }
        }
        return gathered;
    }

    private StateWriter written(SavedBatch saved, GatheredBatch rows) {
        BatchAllocator allocator = batches.scope.own(new BatchAllocator(batches.account));
        StateWriter writer = batches.scope.own(new StateWriter(1, 0, allocator));
        saved.write(writer, rows);
        return writer;
    }

    private static List<List<Object>> rows(GatheredBatch gathered) {
        Batch batch = gathered.rows();
        BatchRows shown = new BatchRows(batch.schema()).show(batch, 0, gathered.rowCount());
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < gathered.rowCount(); row++) {
            Object[] cells = new Object[batch.schema().size()];
            for (int column = 0; column < cells.length; column++) {
                cells[column] = Collected.cell(shown, column, row);
            }
            rows.add(Arrays.asList(cells));
        }
        shown.hide();
        return rows;
    }

    private static List<List<Object>> texts(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> Arrays.<Object>asList((long) n, n % 5 == 0 ? null : "text ".repeat(n % 17)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 63, 64, 65, 16_384, 16_385, 40_000})
    void rowsComeBackInTheirOrder(int count) {
        List<List<Object>> rows = texts(count);
        SavedBatch saved = new SavedBatch("rows", ROWS, null, batches.account);
        StateWriter written = written(saved, gathered(ROWS, rows));
        GatheredBatch read = gathered(ROWS, List.of());
        saved.read(new WrittenState(written, hash -> hash == 0), read);
        assertEquals(rows, rows(read));
        saved.read(new WrittenState(written, _ -> false), read);
        assertEquals(count, read.rowCount(), "another worker has what has no key");
    }

    @Test
    void cellsOfEveryTypeComeBack() {
        List<TypeSample> samples = TypeSample.all();
        List<Field> fields = new ArrayList<>();
        List<Object> nothing = new ArrayList<>();
        for (TypeSample sample : samples) {
            fields.add(new Field("c" + fields.size(), sample.type(), true));
            nothing.add(null);
        }
        Schema schema = new Schema(fields);
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < 9; row++) {
            int number = row;
            rows.add(
                    row == 4
                            ? nothing
                            : samples.stream()
                                    .map(sample -> sample.values()
                                            .get(number % sample.values().size()))
                                    .toList());
        }
        SavedBatch saved = new SavedBatch("rows", schema, null, batches.account);
        GatheredBatch read = gathered(schema, List.of());
        saved.read(new WrittenState(written(saved, gathered(schema, rows)), _ -> true), read);
        assertEquals(rows, rows(read));
    }

    /// By the hash of their key, here its value.
    @Test
    void eachWorkerTakesItsRows() {
        HashKernel hash = (in, active, from, to, hashes) -> {
            for (int row = from; row < to; row++) {
                long value = RawMemory.getLong(in.address(0, ColumnAddresses.DATA) + 8L * row);
                RawMemory.putLong(hashes + 8L * row, value);
            }
        };
        List<List<Object>> rows = texts(1_000);
        SavedBatch saved = new SavedBatch("rows", ROWS, hash, batches.account);
        StateWriter written = written(saved, gathered(ROWS, rows));
        for (int worker = 0; worker < 3; worker++) {
            int one = worker;
            GatheredBatch read = gathered(ROWS, List.of());
            saved.read(new WrittenState(written, value -> value % 3 == one), read);
            assertEquals(
                    rows.stream()
                            .filter(row -> (Long) row.getFirst() % 3 == one)
                            .toList(),
                    rows(read));
        }
    }

    @Test
    void otherColumnsAreRefused() {
        StateWriter written = written(new SavedBatch("rows", ROWS, null, batches.account), gathered(ROWS, texts(3)));
        Schema others = Schema.of(Field.of("n", DataType.INT64), Field.of("text", DataType.UTF8));
        SavedBatch read = new SavedBatch("rows", others, null, batches.account);
        assertThrows(
                MullionException.class,
                () -> read.read(new WrittenState(written, _ -> true), gathered(others, List.of())));
    }
}
