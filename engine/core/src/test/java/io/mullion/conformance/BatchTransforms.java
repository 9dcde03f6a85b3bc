package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.BatchedStream;
import io.mullion.StatefulBatchedStream;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The functions over whole batches that cases hand to the engine: what a user's own code would do with Arrow vectors,
/// here by way of lists of rows.
final class BatchTransforms {
    private final BufferAllocator allocator;
    /// How often a batch was looked at for its partitions, by time, and how often it has to be.
    private final Map<Duration, Integer> parts = new TreeMap<>();

    private int partitions;
    /// What a function with state was made of; null if there is none.
    private StatefulBatchedStream stateful;

    BatchTransforms(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /// Null where nobody asked for partitions.
    Map<Duration, Integer> parts() {
        return partitions == 0 ? null : parts;
    }

    int partitions() {
        return partitions;
    }

    void stateful(StatefulBatchedStream stream) {
        stateful = stream;
    }

    StatefulBatchedStream stateful() {
        return stateful;
    }

    /// The same rows, and each of their partitions seen.
    BatchStream counted(BatchStream in) {
        partitions = in.stream().partitions();
        return new BatchStream(
                in.stream().mapBatches(in.schema(), (rows, time) -> {
                    parts.merge(time, 1, Integer::sum);
                    return rows;
                }),
                in.form());
    }

    BatchStream mapPartitions(BatchStream in, JsonNode op) {
        String function = op.get("fn").asText();
        BatchedStream parted = in.stream().repartition(op.path("partitions").asInt(1));
        return switch (function) {
            case "sum" ->
                new BatchStream(parted.mapBatches(in.schema(), rows(in.schema(), BatchTransforms::sum)), in.form());
            case "concat_upper" ->
                new BatchStream(parted.mapBatches(in.schema(), rows(in.schema(), BatchTransforms::upper)), in.form());
            case "swap_each" -> {
                Schema swapped = schema(
                        in.schema().field("v").type(), in.schema().field("k").type());
                yield new BatchStream(
                        parted.mapBatches(swapped, rows(swapped, rows -> mapped(rows, "swap"))), in.form());
            }
            default -> throw new IllegalArgumentException("a function without translation: " + function);
        };
    }

    BatchStream of(BatchStream in, JsonNode op, Function<JsonNode, BatchStream> sides) {
        if (op.path("returns_null").asBoolean()) {
            return new BatchStream(in.stream().transform(in.schema(), (_, _) -> null), in.form());
        }
        if (op.path("op").asText().equals("cartesian_self")) {
            return applied(in, List.of(op));
        }
        return op.has("sub") ? applied(in, Case.list(op.get("sub"))) : combined(in, op, sides);
    }

    private BatchStream applied(BatchStream in, List<JsonNode> ops) {
        if (ops.stream().anyMatch(op -> op.path("returns_null").asBoolean())) {
            return new BatchStream(in.stream().transform(in.schema(), (_, _) -> null), in.form());
        }
        Schema schema = in.schema();
        Object form = in.form();
        for (JsonNode op : ops) {
            String function = op.path("fn").asText();
            if (op.get("op").asText().equals("cartesian_self")) {
                schema = schema(schema.field("v").type(), schema.field("v").type());
                form = BatchStream.PAIR;
            } else if (function.equals("to_string")) {
                schema = Schema.of(Field.nullable("v", DataType.UTF8));
            } else if (function.startsWith("pair_")) {
                DataType key = schema.field("v").type();
                schema = schema(
                        key,
                        function.equals("pair_self")
                                ? key
                                : function.equals("pair_x") ? DataType.UTF8 : DataType.INT64);
                form = BatchStream.PAIR;
            } else if (function.equals("key") || function.equals("value")) {
                DataType part = schema.field(function.equals("key") ? "k" : "v").type();
                schema = Schema.of(Field.nullable("v", part));
                form = BatchStream.SCALAR;
            } else if (function.equals("swap")) {
                schema = schema(schema.field("v").type(), schema.field("k").type());
            }
        }
        return new BatchStream(
                in.stream().transform(schema, rows(schema, rows -> {
                    List<List<Object>> result = rows;
                    for (JsonNode op : ops) {
                        result = applied(result, op);
                    }
                    return result;
                })),
                form);
    }

    private static List<List<Object>> applied(List<List<Object>> rows, JsonNode op) {
        String function = op.path("fn").asText();
        return switch (op.get("op").asText()) {
            case "map" -> mapped(rows, function);
            case "sortByKey" -> {
                List<List<Object>> sorted = new ArrayList<>(rows);
                sorted.sort(Comparator.comparing(row -> comparable(row.getFirst())));
                yield sorted;
            }
            case "filter" ->
                rows.stream().filter(row -> (Long) row.getLast() % 2 == 0).toList();
            case "cartesian_self" ->
                rows.stream()
                        .flatMap(left -> rows.stream().map(right -> List.of(left.getFirst(), right.getFirst())))
                        .toList();
            default -> throw new IllegalArgumentException("an operation without translation: " + op);
        };
    }

    @SuppressWarnings("unchecked")
    private static Comparable<Object> comparable(Object cell) {
        return (Comparable<Object>) cell;
    }

    private static List<List<Object>> mapped(List<List<Object>> rows, String function) {
        return rows.stream()
                .map(row -> {
                    Object last = row.getLast();
                    return switch (function) {
                        case "to_string" -> List.<Object>of(last.toString());
                        case "pair_one" -> List.of(last, 1L);
                        case "pair_x" -> List.of(last, (Object) "x");
                        case "pair_self" -> List.of(last, last);
                        case "swap" -> List.of(last, row.getFirst());
                        case "key" -> List.of(row.getFirst());
                        case "value" -> List.of(last);
                        case "upper" -> List.<Object>of(((String) last).toUpperCase(Locale.ROOT));
                        case String add
                        when add.startsWith("add:") -> List.<Object>of((Long) last + Long.parseLong(add.substring(4)));
                        default -> throw new IllegalArgumentException("a function without translation: " + function);
                    };
                })
                .toList();
    }

    private BatchStream combined(BatchStream in, JsonNode op, Function<JsonNode, BatchStream> sides) {
        List<BatchStream> others =
                Case.list(op.get("inputs")).stream().map(sides).toList();
        BatchedStream[] streams = others.stream().map(BatchStream::stream).toArray(BatchedStream[]::new);
        return switch (op.get("sub_op").asText()) {
            case "union" -> {
                List<Integer> order = new ArrayList<>();
                op.path("order").forEach(stream -> order.add(stream.asInt() - 1));
                for (int i = 0; order.size() <= others.size(); i++) {
                    order.add(i);
                }
                BatchFunction union = (batches, _) -> {
                    List<List<Object>> rows = new ArrayList<>();
                    order.forEach(stream -> rows.addAll(ArrowTable.rows(batches.get(stream))));
                    return ArrowTable.of(in.schema(), rows, allocator);
                };
                yield new BatchStream(in.stream().transformWith(in.schema(), union, streams), in.form());
            }
            case "join" -> {
                Schema joined = Schema.of(
                        in.schema().field("k"),
                        in.schema().field("v"),
                        Field.nullable(
                                "w", others.getFirst().schema().field("v").type()));
                BatchFunction join = (batches, _) -> ArrowTable.of(
                        joined, joined(ArrowTable.rows(batches.get(0)), ArrowTable.rows(batches.get(1))), allocator);
                yield new BatchStream(
                        in.stream().transformWith(joined, join, streams), List.of("k", List.of("v", "w")));
            }
            default -> throw new IllegalArgumentException("an operation without translation: " + op);
        };
    }

    private static List<List<Object>> joined(List<List<Object>> left, List<List<Object>> right) {
        return left.stream()
                .flatMap(a -> right.stream()
                        .filter(b -> a.getFirst().equals(b.getFirst()))
                        .map(b -> List.of(a.getFirst(), a.getLast(), b.getLast())))
                .toList();
    }

    private BatchFunction.OfOne rows(Schema schema, Function<List<List<Object>>, List<List<Object>>> function) {
        return (VectorSchemaRoot rows, Duration _) ->
                ArrowTable.of(schema, function.apply(ArrowTable.rows(rows)), allocator);
    }

    private static List<List<Object>> sum(List<List<Object>> rows) {
        return List.of(
                List.of(rows.stream().mapToLong(row -> (Long) row.getFirst()).sum()));
    }

    private static List<List<Object>> upper(List<List<Object>> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(((String) row.getFirst()).toUpperCase(Locale.ROOT)));
        return List.of(List.of(text.toString()));
    }

    private static Schema schema(DataType key, DataType value) {
        return Schema.of(Field.nullable("k", key), Field.nullable("v", value));
    }
}
