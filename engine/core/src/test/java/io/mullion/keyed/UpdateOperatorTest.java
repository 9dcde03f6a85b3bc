package io.mullion.keyed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Collected;
import io.mullion.batch.Batch;
import io.mullion.batch.BatchAllocator;
import io.mullion.batch.BatchRows;
import io.mullion.batch.Batches;
import io.mullion.batch.Counters;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Site;
import io.mullion.batch.StateWriter;
import io.mullion.batch.States;
import io.mullion.batch.Timetable;
import io.mullion.batch.Turn;
import io.mullion.batch.WrittenState;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordColumns;
import io.mullion.io.RowView;
import io.mullion.io.UpdateFunction;
import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every key in every batch, on the operator: rows, then the end of the interval.
@Tag("checked")
class UpdateOperatorTest {
    private static final long INTERVAL = 1_000;
    private static final Schema ROWS = Schema.of(
            new Field("word", DataType.UTF8, true),
            Field.of("n", DataType.INT64),
            Field.of("unread", DataType.FLOAT64));

    record Word(String word, long n) {}

    record Seen(long sum, Integer idle, String trace) {}

    private final Batches batches = new Batches();
    private final Turn turn = new Turn(16, null);
    private final OperatorContext context = new OperatorContext(
            batches.pool,
            batches.scope,
            16,
            1 << 12,
            letter -> {},
            new Counters(),
            new Site(turn, new Timetable(), null),
            null,
            new States(null, false),
            null,
            null,
            null);
    private final Out out = new Out();

    /// What was handed on, by the time that was advanced behind it.
    private static final class Out implements Operator {
        final Map<Long, List<List<Object>>> byTime = new HashMap<>();
        private List<List<Object>> rows = new ArrayList<>();
        long time = Long.MIN_VALUE;

        @Override
        public void process(Batch batch, long active, int from, int to) {
            BatchRows shown = new BatchRows(batch.schema()).show(batch, from, to);
            for (int row = 0; row < to - from; row++) {
                List<Object> cells = new ArrayList<>();
                for (int column = 0; column < batch.schema().size(); column++) {
                    cells.add(Collected.cell(shown, column, row));
                }
                rows.add(cells);
            }
        }

        @Override
        public void advance(long time) {
            assertTrue(time > this.time, "time is advanced once");
            this.time = time;
            byTime.put(time, rows);
            rows = new ArrayList<>();
        }

        @Override
        public void flush() {}
    }

    @AfterEach
    void close() {
        batches.close();
    }

    private <R> UpdateOperator<R, Seen> operator(
            Class<R> row, Map<List<Object>, Seen> initial, UpdateFunction<R, Seen> function) {
        Schema state = RecordColumns.schema(Seen.class);
        Schema key = new Schema(KernelCompiler.keyFields(ROWS, List.of("word")));
        Schema result = new Schema(
                Stream.concat(key.fields().stream(), state.fields().stream()).toList());
        KeyedColumns columns = new KeyedColumns(
                "updateState",
                new KernelCompiler(KernelOptions.best()).keys(ROWS, List.of("word")),
                key,
                ROWS,
                -1,
                0,
                INTERVAL,
                state,
                result);
        UpdateOperator<R, Seen> operator = new UpdateOperator<>(
                columns, new KeyedTypes<>(row, Seen.class, Seen.class, state, initial, null), function, context, out);
        operator.advance(0);
        assertEquals(List.of(), out.byTime.get(0L), "the start is the end of no batch");
        return operator;
    }

    private void rows(UpdateOperator<?, ?> operator, List<List<Object>> rows, int most) {
        for (int from = 0; from < rows.size(); from += most) {
            List<List<Object>> some = rows.subList(from, Math.min(rows.size(), from + most));
            Batch batch = batches.unowned(
                    ROWS,
                    some.stream()
                            .map(row -> Arrays.asList(row.get(0), row.get(1), (Object) 0.5))
                            .toList());
            operator.process(batch, 0, 0, some.size());
            // What is kept of it is copied.
            batch.close();
        }
    }

    private List<List<Object>> end(UpdateOperator<?, ?> operator, long batch) {
        turn.begin();
        operator.advance(batch * INTERVAL);
        while (turn.suspended()) {
            turn.begin();
            turn.resume();
        }
        return out.byTime.get(batch * INTERVAL);
    }

    private static Seen sum(Iterable<Word> words, Seen old, long time) {
        long sum = old == null ? 0 : old.sum();
        for (Word word : words) {
            sum += word.n();
        }
        return new Seen(sum, null, null);
    }

    private static List<Object> row(Object word, long sum, Integer idle, String trace) {
        return Arrays.asList(word, sum, idle == null ? null : (long) idle, trace);
    }

    @Test
    void everyKeyIsThereInEveryBatchAlsoInAnEmptyOneAndThoseOfTheStartFromTheFirst() {
        UpdateOperator<Word, Seen> operator = operator(
                Word.class,
                Map.of(List.of("a"), new Seen(1, null, null), List.of("c"), new Seen(2, null, null)),
                UpdateOperatorTest::sum);
        rows(operator, List.of(List.of("a", 1L)), 1);
        assertEquals(2, end(operator, 1).size());
        assertTrue(out.byTime.get(INTERVAL).contains(row("a", 2, null, null)));
        assertTrue(out.byTime.get(INTERVAL).contains(row("c", 2, null, null)));
        rows(operator, List.of(List.of("a", 1L), List.of("", 7L)), 8);
        assertEquals(3, end(operator, 2).size());
        assertEquals(3, end(operator, 3).size());
        assertTrue(out.byTime.get(3 * INTERVAL).contains(row("", 7, null, null)));
    }

    @Test
    void theFunctionSeesTheTimeOfTheBatchAndRowsAsTheyAre() {
        UpdateOperator<RowView, Seen> operator = operator(RowView.class, Map.of(), (rows, old, time) -> {
            String trace = "";
            for (RowView row : rows) {
                trace += row.utf8("word") + row.int64("n") + row.float64("unread");
            }
            // Once more from the start.
            return rows.iterator().hasNext() ? new Seen(time, (int) time, trace) : old;
        });
        rows(operator, List.of(List.of("a", 1L), List.of("b", 9L), List.of("a", 2L)), 2);
        assertEquals(List.of(row("a", 1_000, 1_000, "a10.5a20.5"), row("b", 1_000, 1_000, "b90.5")), end(operator, 1));
        rows(operator, List.of(List.of("b", 3L)), 2);
        assertEquals(List.of(row("a", 1_000, 1_000, "a10.5a20.5"), row("b", 2_000, 2_000, "b30.5")), end(operator, 2));
    }

    @Test
    void whatTheFunctionThrowsNamesOperationKeyAndBatch() {
        UpdateOperator<Word, Seen> operator = operator(Word.class, Map.of(), (words, old, time) -> {
            throw new IllegalStateException("no");
        });
        rows(operator, List.of(List.of("a", 1L)), 1);
        MullionException failure = assertThrows(MullionException.class, () -> end(operator, 1));
        assertEquals(MullionException.Reason.USER_CODE, failure.reason());
        assertEquals(
                "function failed in updateState: java.lang.IllegalStateException: no, key={word=a}, batch time=1000",
                failure.getMessage());
    }

    /// A key of which nothing came in two batches goes, and starts afresh.
    private static Seen dropIdle(Iterable<Word> words, Seen old, long time) {
        long sum = 0;
        StringBuilder trace = new StringBuilder();
        for (Word word : words) {
            sum += word.n();
            trace.append(word.n()).append(' ');
        }
        int idle = sum == 0 ? (old == null || old.idle() == null ? 0 : old.idle()) + 1 : 0;
        if (idle == 2) {
            return null;
        }
        return new Seen((old == null ? 0 : old.sum()) + sum, idle == 0 ? null : idle, trace.toString());
    }

    @Test
    void randomBatchesAreThoseOfAMap() {
        for (int seed = 0; seed < 6; seed++) {
            randomly(seed, seed % 2 == 0 ? 8 : 300);
        }
    }

    private void randomly(long seed, int keys) {
        Random random = new Random(seed);
        out.byTime.clear();
        out.time = Long.MIN_VALUE;
        Map<Object, Seen> naive = new HashMap<>();
        UpdateOperator<Word, Seen> operator = operator(Word.class, Map.of(), UpdateOperatorTest::dropIdle);
        for (int batch = 1; batch <= 60; batch++) {
            List<List<Object>> rows = new ArrayList<>();
            int count = random.nextInt(4) == 0 ? 0 : random.nextInt(120);
            for (int i = 0; i < count; i++) {
                int key = random.nextInt(keys);
                rows.add(Arrays.asList(key == 0 ? null : "word".repeat(key % 9) + key, (long) random.nextInt(3)));
            }
            rows(operator, rows, 1 + random.nextInt(40));
            Map<Object, List<Word>> words = new HashMap<>();
            naive.keySet().forEach(word -> words.put(word, new ArrayList<>()));
            rows.forEach(row -> words.computeIfAbsent(row.getFirst(), _ -> new ArrayList<>())
                    .add(new Word((String) row.get(0), (Long) row.get(1))));
            long time = batch * INTERVAL;
            Map<Object, List<Object>> expected = new HashMap<>();
            words.forEach((word, values) -> {
                Seen state = dropIdle(values, naive.get(word), time);
                if (state == null) {
                    naive.remove(word);
                } else {
                    naive.put(word, state);
                    expected.put(word, row(word, state.sum(), state.idle(), state.trace()));
                }
            });
            List<List<Object>> found = end(operator, batch);
            Map<Object, List<Object>> byWord = new HashMap<>();
            found.forEach(
                    row -> assertFalse(byWord.containsKey(row.getFirst()) || byWord.put(row.getFirst(), row) != null));
            assertEquals(expected, byWord, "seed=" + seed + ", batch=" + batch);
        }
    }

    @Test
    void memoryFollowsTheKeysThatHaveAState() {
        UpdateOperator<Word, Seen> operator = operator(
                Word.class,
                Map.of(),
                (words, old, time) -> old == null ? new Seen(1, 2, "a text that is not empty".repeat(5)) : null);
        long few = 0;
        for (int batch = 1; batch <= 40; batch += 2) {
            List<List<Object>> rows = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                rows.add(List.of("batch " + batch + " word " + i, 1L));
            }
            rows(operator, rows, 500);
            assertEquals(3_000, end(operator, batch).size());
            assertEquals(0, end(operator, batch + 1).size());
            if (batch == 5) {
                few = batches.pool.bytesOut();
            }
        }
        assertTrue(batches.pool.bytesOut() <= few, few + " " + batches.pool.bytesOut());
    }

    private StateWriter written(UpdateOperator<?, ?> operator) {
        BatchAllocator allocator = batches.scope.own(new BatchAllocator(batches.account));
        StateWriter writer = batches.scope.own(new StateWriter(1, 0, allocator));
        operator.writeTo(writer);
        return writer;
    }

    /// States, and the rows of the interval that is open, of two workers for one.
    @Test
    void partsOfSeveralWorkersComeTogether() {
        UpdateFunction<Word, Seen> function = (rows, old, time) -> {
            long sum = old == null ? 0 : old.sum();
            StringBuilder trace = new StringBuilder(old == null ? "" : old.trace());
            for (Word row : rows) {
                sum += row.n();
                trace.append(row.n()).append(' ');
            }
            return new Seen(sum, null, trace.toString());
        };
        Map<List<Object>, Seen> initial =
                Map.of(List.of("a"), new Seen(5, 1, "first "), List.of("z"), new Seen(6, null, ""));
        List<StateWriter> parts = new ArrayList<>();
        for (List<String> words : List.of(List.of("a", "b", "c"), List.of("d", "e"))) {
            out.time = Long.MIN_VALUE;
            UpdateOperator<Word, Seen> part = operator(Word.class, words.contains("a") ? initial : Map.of(), function);
            rows(part, words.stream().map(word -> List.<Object>of(word, 1L)).toList(), 2);
            end(part, 1);
            // Of the second interval; of `b` more than one.
            rows(part, words.stream().map(word -> List.<Object>of(word, 10L)).toList(), 1);
            rows(part, List.of(List.of(words.get(1), 100L)), 1);
            parts.add(written(part));
        }
        out.time = Long.MIN_VALUE;
        UpdateOperator<Word, Seen> whole = operator(
                Word.class, Map.of(List.of("z"), new Seen(0, 0, "again"), List.of("y"), new Seen(0, 0, "")), function);
        parts.forEach(part -> whole.readFrom(new WrittenState(part, _ -> true)));
        whole.restored();
        rows(whole, List.of(List.of("e", 1_000L)), 1);
        assertEquals(
                List.of(
                        Arrays.asList("a", 16L, null, "first 1 10 "),
                        Arrays.asList("b", 111L, null, "1 10 100 "),
                        Arrays.asList("c", 11L, null, "1 10 "),
                        Arrays.asList("d", 11L, null, "1 10 "),
                        Arrays.asList("e", 1_111L, null, "1 10 100 1000 "),
                        Arrays.asList("z", 6L, null, "")),
                end(whole, 2).stream()
                        .sorted(Comparator.comparing(row -> (String) row.getFirst()))
                        .toList());
    }
}
