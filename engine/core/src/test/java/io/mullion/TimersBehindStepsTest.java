package io.mullion;

import static io.mullion.KeyedStateTest.note;
import static io.mullion.KeyedStateTest.process;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.KeyedStateTest.Count;
import io.mullion.KeyedStateTest.Note;
import io.mullion.KeyedStateTest.Sale;
import io.mullion.KeyedStateTest.Silence;
import io.mullion.expr.Expr;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.RowView;
import io.mullion.io.Timers;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Timers of functions that stand behind other steps fire between the same rows, however rows are cut into batches.
@Tag("checked")
class TimersBehindStepsTest {
    @RegisterExtension
    final Engines engines = new Engines();

    private enum Step {
        SELECT,
        SELECT_OF_FILTERED,
        FILTER_OF_SELECTED,
        MAP,
        FLAT_MAP,
        SPLIT;

        DataStream of(DataStream sales) {
            Expr[] columns = {col("time"), col("shop"), col("amount")};
            return switch (this) {
                case SELECT -> sales.select(columns);
                case SELECT_OF_FILTERED -> sales.filter(col("amount").gt(0)).select(columns);
                case FILTER_OF_SELECTED ->
                    sales.select(columns).filter(col("amount").gt(0));
                case MAP -> sales.map(Sale.class, Sale.class, sale -> sale);
                case FLAT_MAP ->
                    sales.flatMap(Sale.class, Sale.class, (sale, out) -> {
                        for (long i = 0; i < sale.amount(); i++) {
                            out.accept(new Sale(sale.time(), sale.shop(), i + 1));
                        }
                    });
                case SPLIT -> sales.flatMap(col("time"), split(col("shop"), " ").as("shop"), col("amount"));
            };
        }
    }

    /// Rows of a step that hands them on under other numbers, or as several for each.
    @ParameterizedTest
    @EnumSource
    void timersFireThereAlsoBehind(Step step) throws InterruptedException {
        List<List<Object>> byRow = silencesBehind(step, 1);
        assertEquals(note(15, "b", 1, "silent: b"), byRow.get(3));
        for (int rowsAtATime : new int[] {3, 100}) {
            assertEquals(byRow, silencesBehind(step, rowsAtATime), "rows at a time: " + rowsAtATime);
        }
    }

    private List<List<Object>> silencesBehind(Step step, int rowsAtATime) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Sale> sales = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
        Collected results = new Collected();
        process(step.of(sales.stream()), results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        KeyedStateTest.feed(engine, job.producer(sales), rowsAtATime);
        job.drain();
        job.await();
        return results.rows;
    }

    /// What a window has come to is a row of its last moment: a timer for an earlier one has fired.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void timersFireBetweenResultsOfWindows(int workers) throws InterruptedException {
        List<List<Object>> byRow = sorted(silencesOfWindows(1, 1));
        assertEquals(
                List.of(
                        note(5, "a", 1, "row"),
                        note(10, "b", 1, "row"),
                        note(15, "a", 1, "silent: a"),
                        note(20, "b", 1, "silent: b"),
                        note(35, "a", 1, "row")),
                silencesOfWindows(1, 1).subList(0, 5));
        for (int rowsAtATime : new int[] {3, 100}) {
            assertEquals(byRow, sorted(silencesOfWindows(rowsAtATime, workers)), "rows at a time: " + rowsAtATime);
        }
    }

    /// The rows of each shop as they came: which shop comes first at one time is not promised.
    private static List<List<Object>> sorted(List<List<Object>> rows) {
        return rows.stream()
                .sorted(Comparator.comparing(row -> (String) row.get(1)))
                .toList();
    }

    private List<List<Object>> silencesOfWindows(int rowsAtATime, int workers) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Sale> sales = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
        Collected results = new Collected();
        sales.stream()
                .keyBy("shop")
                .window(Window.tumbling(Duration.ofSeconds(5)))
                .aggregate(sum(col("amount")).as("amount"))
                .select(col("window_end"), col("shop"), col("amount"))
                .filter(col("shop").ne("e"))
                .keyBy("shop")
                .process(RowView.class, StateSpec.of(Count.class), Note.class, new Silences())
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        KeyedStateTest.feed(engine, job.producer(sales), rowsAtATime);
        job.drain();
        job.await();
        return results.rows;
    }

    /// The same as [Silence] for rows of any type.
    private static final class Silences implements KeyedFunction<RowView, Count, Note> {
        private final Silence silence = new Silence();

        @Override
        public void onRow(RowView row, KeyedState<Count> state, Timers timers, Consumer<? super Note> out) {
            silence.onRow(null, state, timers, out);
        }

        @Override
        public void onTimer(KeyedState<Count> state, Timers timers, Consumer<? super Note> out) {
            silence.onTimer(state, timers, out);
        }
    }
}
