package io.mullion.conformance;

import static io.mullion.expr.Expressions.aggregate;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.length;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.upper;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.BatchedStream;
import io.mullion.KeyedBatchedStream;
import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ObjectAggregate;
import io.mullion.expr.Schema;
import io.mullion.spec.KeepKeys;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A stream of a case on its way through the operations of the case, each of which is one of the public API.
///
/// @param form what a record is made of: the name of a column, or a list of forms
record BatchStream(BatchedStream stream, Object form) {
    static final List<Object> PAIR = List.of("k", "v");
    static final Object SCALAR = "v";

    /// A form: a column of lists, where none is an empty one.
    record ListOrNothing(String column) {}

    /// A form: a column of text that stands for a list of numbers.
    record ListText(String column) {}

    record Word(String v) {}

    record Number(long v) {}

    record LengthAndCharacter(long k, String v) {}

    record WordAndNumber(String k, long v) {}

    record NumberAndNumber(long k, long v) {}

    record WordAndWord(String k, String v) {}

    record NumberAndWord(long k, String v) {}

    /// Texts one behind the other.
    record Joined() implements ObjectAggregate<StringBuilder> {
        @Override
        public String name() {
            return "joined";
        }

        @Override
        public DataType resultType(List<DataType> inputs) {
            return DataType.UTF8;
        }

        @Override
        public StringBuilder create() {
            return new StringBuilder();
        }

        @Override
        public void accumulate(StringBuilder state, AggregateInputs inputs) {
            state.append(inputs.utf8(0));
        }

        @Override
        public void combine(StringBuilder into, StringBuilder from) {
            into.append(from);
        }

        @Override
        public Object result(StringBuilder state) {
            return state.toString();
        }
    }

    /// @param sides the streams that an operation names beside this one
    BatchStream then(JsonNode op, Function<JsonNode, BatchStream> sides, BatchTransforms transforms) {
        return switch (op.get("op").asText()) {
            case "map" -> map(function(op));
            case "mapValues" -> pairs(keyed().mapValues(value(function(op), "v").as("v")));
            case "flatMap" -> flatMap(function(op));
            case "flatMapValues" -> flatMapValues(function(op));
            case "filter" -> with(stream.filter(predicate(function(op))));
            case "mapPartitions" -> transforms.mapPartitions(this, op);
            case "repartition" ->
                transforms.counted(with(stream.repartition(op.get("partitions").asInt())));
            case "reduce" -> with(stream.reduce(sum("v").as("v")));
            case "reduceByKey" -> pairs(keyed().reduceByKey(sum("v").as("v")));
            case "combineByKey" -> pairs(keyed().combineByKey(combined(function(op))));
            case "groupByKey" -> pairs(keyed().groupByKey());
            case "count" -> new BatchStream(stream.count().select(col("count").as("v")), SCALAR);
            case "countByValue" -> new BatchStream(stream.countByValue(), List.of(form, "count"));
            case "join" -> joined(side(op, sides), KeyedBatchedStream::join);
            case "leftOuterJoin" -> joined(side(op, sides), KeyedBatchedStream::leftJoin);
            case "rightOuterJoin" -> joined(side(op, sides), KeyedBatchedStream::rightJoin);
            case "fullOuterJoin" -> joined(side(op, sides), KeyedBatchedStream::fullJoin);
            case "cogroup" ->
                joined(side(op, sides), KeyedBatchedStream::cogroup).withEmptyLists();
            case "updateStateByKey" -> BatchStates.update(keyed(), op);
            case "mapWithState" -> BatchStates.map(keyed(), op, transforms::stateful);
            case "sortByKey" -> with(stream.sort("k"));
            case "union" -> union(op, sides);
            case "transform", "transformWith", "cartesian_self" -> transforms.of(this, op, sides);
            case "window" -> with(op.has("slide_ms") ? stream.window(size(op), slide(op)) : stream.window(size(op)));
            case "countByWindow" ->
                new BatchStream(
                        stream.countByWindow(size(op), slide(op))
                                .select(col("count").as("v")),
                        SCALAR);
            case "reduceByWindow" -> with(reduceByWindow(op));
            case "reduceByKeyAndWindow" -> pairs(reduceByKeyAndWindow(op));
            case "groupByKeyAndWindow" -> pairs(keyed().groupByKeyAndWindow(size(op), slide(op)));
            case "countByValueAndWindow" ->
                new BatchStream(stream.countByValueAndWindow(size(op), slide(op)), List.of(form, "count"));
            default -> throw new IllegalArgumentException("an operation without translation: " + op);
        };
    }

    private static String function(JsonNode op) {
        return op.path("fn").asText();
    }

    private static String argument(String function) {
        return function.substring(function.indexOf(':') + 1);
    }

    private static Duration size(JsonNode op) {
        return Duration.ofMillis(op.get("window_ms").asLong());
    }

    private Duration slide(JsonNode op) {
        return op.has("slide_ms") ? Duration.ofMillis(op.get("slide_ms").asLong()) : stream.interval();
    }

    private BatchStream with(BatchedStream changed) {
        return new BatchStream(changed, form);
    }

    private static BatchStream pairs(BatchedStream pairs) {
        return new BatchStream(pairs, PAIR);
    }

    /// A case that asks for keys where there are none is about something else.
    private KeyedBatchedStream keyed() {
        return (form.equals(PAIR) ? stream : map("pair_self").stream).keyBy("k");
    }

    private BatchStream map(String function) {
        return switch (function) {
            case "pair_one" -> pairs(stream.select(col("v").as("k"), lit(1).as("v")));
            case "pair_x" -> pairs(stream.select(col("v").as("k"), lit("x").as("v")));
            case "pair_self" -> pairs(stream.select(col("v").as("k"), col("v")));
            case "pair_with_length" ->
                pairs(stream.select(col("v").as("k"), number(length(col("v"))).as("v")));
            case "swap" -> pairs(stream.select(col("v").as("k"), col("k").as("v")));
            case "key" -> new BatchStream(stream.select(col("k").as("v")), SCALAR);
            case "value" -> new BatchStream(stream.select(col("v")), SCALAR);
            default -> new BatchStream(stream.select(value(function, "v").as("v")), SCALAR);
        };
    }

    private Expr value(String function, String column) {
        Expr value = col(column);
        return switch (function) {
            case "to_string" ->
                stream.schema().field(column).type().equals(DataType.UTF8) ? value : value.cast(DataType.UTF8);
            case "upper" -> upper(value);
            case "string_length" -> number(length(value));
            case String add when add.startsWith("add:") -> value.plus(Long.parseLong(argument(add)));
            default -> throw new IllegalArgumentException("a function without translation: " + function);
        };
    }

    private static Expr number(Expr value) {
        return value.cast(DataType.INT64);
    }

    private Expr predicate(String function) {
        String argument = argument(function);
        return switch (function.substring(0, function.indexOf(':') + 1)) {
            case "contains:" -> col("v").contains(argument);
            case "key_contains:" -> col("k").contains(argument);
            case "value_gt:" -> col("v").gt(Long.parseLong(argument));
            case "value_ne:" -> col("v").ne(Long.parseLong(argument));
            case "" -> col("v").remainder(2).eq(0);
            default -> throw new IllegalArgumentException("a predicate without translation: " + function);
        };
    }

    private BatchStream flatMap(String function) {
        return switch (function) {
            case "split_space" -> with(stream.flatMap(split(col("v"), " ").as("v")));
            case "x_and_2x" ->
                with(stream.flatMap(Number.class, Number.class, (x, out) -> {
                    out.accept(x);
                    out.accept(new Number(2 * x.v));
                }));
            case "split_chars" ->
                with(stream.flatMap(
                        Word.class,
                        Word.class,
                        (word, out) -> word.v.codePoints().forEach(c -> out.accept(new Word(Character.toString(c))))));
            case "length_and_chars" ->
                pairs(stream.flatMap(
                        Word.class,
                        LengthAndCharacter.class,
                        (word, out) -> word.v
                                .codePoints()
                                .forEach(c ->
                                        out.accept(new LengthAndCharacter(word.v.length(), Character.toString(c))))));
            case "value_and_key_chars" ->
                pairs(stream.flatMap(
                        WordAndNumber.class,
                        LengthAndCharacter.class,
                        (pair, out) -> pair.k
                                .codePoints()
                                .forEach(c -> out.accept(new LengthAndCharacter(pair.v, Character.toString(c))))));
            default -> throw new IllegalArgumentException("a function without translation: " + function);
        };
    }

    private BatchStream flatMapValues(String function) {
        boolean words = stream.schema().field("k").type().equals(DataType.UTF8);
        return switch (function) {
            case "x_and_x_plus_10" ->
                with(
                        words
                                ? stream.flatMap(WordAndNumber.class, WordAndNumber.class, (pair, out) -> {
                                    out.accept(pair);
                                    out.accept(new WordAndNumber(pair.k, pair.v + 10));
                                })
                                : stream.flatMap(NumberAndNumber.class, NumberAndNumber.class, (pair, out) -> {
                                    out.accept(pair);
                                    out.accept(new NumberAndNumber(pair.k, pair.v + 10));
                                }));
            case "suffix_1_and_2" ->
                with(
                        words
                                ? stream.flatMap(WordAndWord.class, WordAndWord.class, (pair, out) -> {
                                    out.accept(new WordAndWord(pair.k, pair.v + "1"));
                                    out.accept(new WordAndWord(pair.k, pair.v + "2"));
                                })
                                : stream.flatMap(NumberAndWord.class, NumberAndWord.class, (pair, out) -> {
                                    out.accept(new NumberAndWord(pair.k, pair.v + "1"));
                                    out.accept(new NumberAndWord(pair.k, pair.v + "2"));
                                }));
            default -> throw new IllegalArgumentException("a function without translation: " + function);
        };
    }

    private Expr combined(String function) {
        return switch (function) {
            case "sum" -> sum("v").as("v");
            case "string_concat" ->
                aggregate(new Joined(), value("to_string", "v")).as("v");
            default -> throw new IllegalArgumentException("a function without translation: " + function);
        };
    }

    private static BatchStream side(JsonNode op, Function<JsonNode, BatchStream> sides) {
        return sides.apply(op.get("inputs").get(0));
    }

    private BatchStream joined(
            BatchStream right, BiFunction<KeyedBatchedStream, KeyedBatchedStream, BatchedStream> join) {
        return new BatchStream(
                join.apply(keyed(), right.keyed()),
                List.of(
                        "k",
                        List.of(
                                renamed(((List<?>) form).get(1), "left_", right.schema()),
                                renamed(((List<?>) right.form).get(1), "right_", schema()))));
    }

    /// Columns that the other side has, too, have its name before their own.
    private static Object renamed(Object form, String prefix, Schema other) {
        return form instanceof List<?> parts
                ? parts.stream().map(part -> renamed(part, prefix, other)).toList()
                : other.find((String) form) < 0 ? form : prefix + form;
    }

    /// A list that is not there has no elements.
    private BatchStream withEmptyLists() {
        List<?> lists = (List<?>) ((List<?>) form).get(1);
        return new BatchStream(
                stream,
                List.of(
                        "k",
                        lists.stream()
                                .map(column -> new ListOrNothing((String) column))
                                .toList()));
    }

    private BatchStream union(JsonNode op, Function<JsonNode, BatchStream> sides) {
        return with(stream.union(Case.list(op.get("inputs")).stream()
                .map(sides)
                .map(BatchStream::stream)
                .toArray(BatchedStream[]::new)));
    }

    private BatchedStream reduceByWindow(JsonNode op) {
        Expr total = sum("v").as("v");
        return op.has("inverse")
                ? stream.reduceByWindow(size(op), slide(op), KeepKeys.forever(), total)
                : stream.reduceByWindow(size(op), slide(op), total);
    }

    private BatchedStream reduceByKeyAndWindow(JsonNode op) {
        Expr total = sum("v").as("v");
        if (!op.has("inverse")) {
            BatchedStream reduced = keyed().reduceByKeyAndWindow(size(op), slide(op), total);
            return op.has("filter") ? reduced.filter(predicate(op.get("filter").asText())) : reduced;
        }
        KeepKeys keep =
                op.has("filter") ? KeepKeys.where(predicate(op.get("filter").asText())) : KeepKeys.forever();
        return keyed().reduceByKeyAndWindow(size(op), slide(op), keep, total);
    }

    Schema schema() {
        return stream.schema();
    }
}
