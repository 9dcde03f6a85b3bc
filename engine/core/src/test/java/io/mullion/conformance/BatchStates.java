package io.mullion.conformance;

import static io.mullion.expr.Expressions.col;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.KeyedBatchedStream;
import io.mullion.StatefulBatchedStream;
import io.mullion.batch.MicroBatches;
import io.mullion.conformance.BatchStream.Number;
import io.mullion.conformance.BatchStream.Word;
import io.mullion.io.KeyedState;
import io.mullion.io.RowView;
import io.mullion.io.StateFunction;
import io.mullion.io.UpdateFunction;
import io.mullion.spec.StateSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// The functions with keyed state that cases name, as a user would write them.
final class BatchStates {
    /// The state of a key that goes when it has been idle twice.
    record SumAndIdle(long v, long idle) {}

    /// A list as text: its elements behind each other, each with a comma behind it.
    record Listed(String v) {}

    private BatchStates() {}

    static BatchStream update(KeyedBatchedStream pairs, JsonNode op) {
        return switch (op.get("fn").asText()) {
            case "running_sum" -> sums(pairs, op, (rows, old, time) -> new Number(value(old) + sum(rows)));
            case "add_batch_time_if_values" ->
                sums(
                        pairs,
                        op,
                        (rows, old, time) -> new Number(value(old)
                                + (rows.iterator().hasNext() ? MicroBatches.UNIT.toNanos(time) / 1_000_000 : 0)));
            case "running_sum_drop_after_2_idle" ->
                new BatchStream(
                        pairs.updateState(
                                RowView.class,
                                spec(op, SumAndIdle.class, state -> new SumAndIdle(state.asLong(), 0)),
                                BatchStates::dropAfterTwoIdle),
                        BatchStream.PAIR);
            case "append_list" ->
                new BatchStream(
                        pairs.updateState(
                                RowView.class, spec(op, Listed.class, BatchStates::listed), (rows, old, time) -> {
                                    StringBuilder list = new StringBuilder(old == null ? "" : old.v());
                                    rows.forEach(
                                            row -> list.append(row.int64("v")).append(','));
                                    return new Listed(list.toString());
                                }),
                        List.of("k", new BatchStream.ListText("v")));
            default -> throw new IllegalArgumentException("a function without translation: " + op);
        };
    }

    private static SumAndIdle dropAfterTwoIdle(Iterable<RowView> rows, SumAndIdle old, long time) {
        long sum = sum(rows);
        if (sum != 0) {
            return new SumAndIdle((old == null ? 0 : old.v()) + sum, 0);
        }
        SumAndIdle idle = old == null ? new SumAndIdle(0, 1) : new SumAndIdle(old.v(), old.idle() + 1);
        return idle.idle() == 2 ? null : idle;
    }

    private static BatchStream sums(KeyedBatchedStream pairs, JsonNode op, UpdateFunction<RowView, Number> function) {
        return new BatchStream(
                pairs.updateState(RowView.class, spec(op, Number.class, state -> new Number(state.asLong())), function),
                BatchStream.PAIR);
    }

    /// @param stateful is told what it becomes
    static BatchStream map(KeyedBatchedStream pairs, JsonNode op, Consumer<StatefulBatchedStream> stateful) {
        StateSpec<Number> spec = spec(op, Number.class, state -> new Number(state.asLong()));
        String function = op.get("fn").asText();
        StatefulBatchedStream mapped = function.equals("running_count_key_doubled")
                ? pairs.mapWithState(RowView.class, spec, Word.class, (row, state, out) -> {
                    add(row, state);
                    out.accept(new Word(row.utf8("k").repeat(2)));
                })
                : pairs.mapWithState(RowView.class, spec, Number.class, numbers(function));
        stateful.accept(mapped);
        if (op.path("output").asText().equals("state_snapshots")) {
            return new BatchStream(mapped.stateSnapshots(), BatchStream.PAIR);
        }
        return switch (function) {
            case "running_count_return_pair" -> new BatchStream(mapped, BatchStream.PAIR);
            // Their output is the key, which every row of the result has.
            case "remove_if_exists_else_set_return_removed_key", "set_one_return_key_on_timeout" ->
                new BatchStream(mapped.select(col("k").as("v")), BatchStream.SCALAR);
            default -> new BatchStream(mapped.select(col("v")), BatchStream.SCALAR);
        };
    }

    private static StateFunction<RowView, Number, Number> numbers(String function) {
        return switch (function) {
            case "running_count_return_sum", "running_count_return_pair" ->
                (row, state, out) -> out.accept(add(row, state));
            case "running_count_none", "running_count_return_none" -> (row, state, out) -> add(row, state);
            case "remove_if_exists_else_set_return_removed_key" ->
                (row, state, out) -> {
                    if (state.exists()) {
                        state.remove();
                        out.accept(new Number(0));
                    } else {
                        state.update(new Number(row.int64("v")));
                    }
                };
            case "set_one_return_key_on_timeout" ->
                (row, state, out) -> {
                    if (state.isTimingOut()) {
                        out.accept(new Number(0));
                    } else {
                        state.update(new Number(1));
                    }
                };
            default -> throw new IllegalArgumentException("a function without translation: " + function);
        };
    }

    private static Number add(RowView row, KeyedState<Number> state) {
        Number sum = new Number((state.exists() ? state.get().v() : 0) + row.int64("v"));
        state.update(sum);
        return sum;
    }

    private static long value(Number state) {
        return state == null ? 0 : state.v();
    }

    private static long sum(Iterable<RowView> rows) {
        long sum = 0;
        for (RowView row : rows) {
            sum += row.int64("v");
        }
        return sum;
    }

    private static Listed listed(JsonNode list) {
        StringBuilder text = new StringBuilder();
        list.forEach(element -> text.append(element.asLong()).append(','));
        return new Listed(text.toString());
    }

    private static <S> StateSpec<S> spec(JsonNode op, Class<S> type, Function<JsonNode, S> initial) {
        StateSpec<S> spec = StateSpec.of(type);
        if (op.has("timeout_ms")) {
            spec = spec.withTimeOut(Duration.ofMillis(op.get("timeout_ms").asLong()));
        }
        if (op.has("initial")) {
            Map<Object, S> states = new HashMap<>();
            op.get("initial")
                    .forEach(pair -> states.put(
                            pair.get(0).isNumber()
                                    ? (Object) pair.get(0).asLong()
                                    : pair.get(0).asText(),
                            initial.apply(pair.get(1))));
            spec = spec.withInitial(states);
        }
        return spec;
    }
}
