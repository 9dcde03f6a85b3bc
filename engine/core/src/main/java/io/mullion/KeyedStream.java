package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.RowView;
import io.mullion.io.StateFunction;
import io.mullion.io.Timers;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.RankStep;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A stream grouped by a key.
public final class KeyedStream {
    private final Pipeline pipeline;
    private final LogicalStep step;
    private final List<String> keys;

    KeyedStream(Pipeline pipeline, LogicalStep step, List<String> keys) {
        this.pipeline = pipeline;
        this.step = step;
        this.keys = keys;
    }

    /// Computes new values for each row; the key stays, and so does the event-time column.
    public DataStream mapValues(Expr... values) {
        return new DataStream(pipeline, LogicalStep.Select.of(step, withKeys(values), false));
    }

    /// Computes any number of rows from each row: one of the values is a `split`, and the key and the event time stand
    /// beside each of its pieces.
    public DataStream flatMapValues(Expr... values) {
        return new DataStream(pipeline, LogicalStep.Select.of(step, withKeys(values), true));
    }

    private List<Expr> withKeys(Expr... values) {
        return Stream.concat(keys.stream().map(Expressions::col), Arrays.stream(values))
                .toList();
    }

    /// The rows of each key by window.
    public WindowedStream window(Window window) {
        return new WindowedStream(pipeline, step, keys, window);
    }

    /// Of the results of each window and key the rows with the greatest values: see [DataStream#topOfWindow].
    ///
    /// @param rows of a key in a window, at least 1
    public DataStream topOfWindow(int rows, String... columns) {
        return new DataStream(pipeline, RankStep.top(step, keys, rows, List.of(columns)));
    }

    /// Calls a function with the rows of each key, which may keep a state for it and set timers.
    ///
    /// Rows are read as records, whose components are found by name, or as they are if `row` is [RowView]. The results
    /// have the event-time column if rows have one, the columns of the key, and then the components of `out`.
    ///
    /// No row is late here: one behind the watermark is handed on as any other. Timers fire when time passes them;
    /// behind a filter, and where the input itself is keyed, that is between the rows where the watermark passed them,
    /// behind steps that make new rows it is between runs of rows.
    ///
    /// *Cost*: off the heap, a word for each component of the state and two for text, bytes and decimals, beside the
    /// key. On the heap a record for each row, none if `row` is [RowView]; one whenever the state is asked for; and
    /// those that the function makes. Nothing else is allocated. *Failure*: what the function throws fails the job.
    ///
    /// @param row a record type, or [RowView]
    /// @param out a record type
    public <R, S, O> StatefulStream process(
            Class<R> row, StateSpec<S> state, Class<O> out, KeyedFunction<R, S, O> function) {
        return stateful("process", row, state, out, function);
    }

    /// Calls a function for each row with the state of its key, and, where the state has a time-out, once for each key
    /// that has been idle for longer. For the rest see [#process].
    public <R, S, O> StatefulStream mapWithState(
            Class<R> row, StateSpec<S> state, Class<O> out, StateFunction<R, S, O> function) {
        return stateful("mapWithState", row, state, out, keyed(function));
    }

    /// A function that is called in the same way for rows and for keys that time out.
    static <R, S, O> KeyedFunction<R, S, O> keyed(StateFunction<R, S, O> function) {
        Objects.requireNonNull(function, "function");
        return new KeyedFunction<>() {
            @Override
            public void onRow(R row, KeyedState<S> state, Timers timers, Consumer<? super O> out) {
                function.apply(row, state, out);
            }

            @Override
            public void onTimeOut(KeyedState<S> state, Timers timers, Consumer<? super O> out) {
                function.apply(null, state, out);
            }
        };
    }

    private <R, S, O> StatefulStream stateful(
            String name, Class<R> row, StateSpec<S> state, Class<O> out, KeyedFunction<R, S, O> function) {
        return new StatefulStream(pipeline, LogicalStep.Keyed.of(step, name, keys, row, state, out, function, null));
    }
}
