package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.not;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.VectorSupport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Rows and expressions from a seed, rich in values that break things.
final class Samples {
    static final int[] SIZES = {0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097};

    static final Schema SCHEMA = Schema.of(
            Field.of("a", DataType.INT64),
            Field.nullable("b", DataType.INT64),
            Field.of("x", DataType.FLOAT64),
            Field.nullable("y", DataType.FLOAT64),
            Field.of("p", DataType.BOOL),
            Field.nullable("q", DataType.BOOL),
            Field.of("s", DataType.UTF8),
            Field.nullable("t", DataType.UTF8),
            Field.of("at", DataType.timestamp(TimeUnit.MICROS)),
            Field.nullable("until", DataType.timestamp(TimeUnit.MICROS)));

    /// Four columns of each type, two of which may hold nulls: `int1`, `int2`, `int3`, `int4`.
    static final Map<String, DataType> TYPES = types();

    static final Schema WIDE = wide();

    /// How many nulls a nullable column has.
    enum Nulls {
        NONE,
        SOME,
        ALL
    }

    private final SplittableRandom random;
    private final SampleValues sampled;

    Samples(long seed) {
        random = new SplittableRandom(seed);
        sampled = new SampleValues(random);
    }

    private static Map<String, DataType> types() {
        Map<String, DataType> types = new LinkedHashMap<>();
        types.put("flag", DataType.BOOL);
        types.put("byte", DataType.INT8);
        types.put("short", DataType.INT16);
        types.put("int", DataType.INT32);
        types.put("long", DataType.INT64);
        types.put("float", DataType.FLOAT32);
        types.put("double", DataType.FLOAT64);
        types.put("money", DataType.decimal(9, 2));
        types.put("huge", DataType.decimal(38, 10));
        types.put("text", DataType.UTF8);
        types.put("bytes", DataType.BINARY);
        types.put("day", DataType.DATE32);
        types.put("s", DataType.timestamp(TimeUnit.SECONDS));
        types.put("ms", DataType.timestamp(TimeUnit.MILLIS));
        types.put("us", DataType.timestamp(TimeUnit.MICROS));
        types.put("ns", DataType.timestamp(TimeUnit.NANOS));
        types.put("berlin", DataType.timestamp(TimeUnit.MICROS, "Europe/Berlin"));
        return Collections.unmodifiableMap(types);
    }

    private static Schema wide() {
        List<Field> fields = new ArrayList<>();
        TYPES.forEach((name, type) -> {
            for (int number = 1; number <= 4; number++) {
                fields.add(new Field(name + number, type, number > 2));
            }
        });
        return new Schema(fields);
    }

    /// The variants that this machine can run.
    static Stream<Target> targets() {
        List<Target> targets = new ArrayList<>(List.of(new Target(0, false), new Target(0, true)));
        for (int bits = 128; bits <= VectorSupport.bits(); bits *= 2) {
            targets.add(new Target(bits, false));
            targets.add(new Target(bits, true));
        }
        return targets.stream();
    }

    List<Object[]> rows(int count, Nulls nulls) {
        return rows(SCHEMA, count, nulls);
    }

    List<Object[]> rows(Schema schema, int count, Nulls nulls) {
        List<Object[]> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            Object[] values = new Object[schema.size()];
            for (int column = 0; column < values.length; column++) {
                boolean isNull = schema.field(column).nullable()
                        && (nulls == Nulls.ALL || nulls == Nulls.SOME && random.nextInt(4) == 0);
                values[column] =
                        isNull ? null : sampled.value(schema.field(column).type());
            }
            rows.add(values);
        }
        return rows;
    }

    /// Every second or third row of [0, count), in order.
    int[] selection(int count) {
        List<Integer> chosen = new ArrayList<>();
        for (int row = 0; row < count; row += 1 + random.nextInt(3)) {
            chosen.add(row);
        }
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /// An expression of the type over [#SCHEMA].
    Expr expression(DataType type, int depth) {
        boolean leaf = depth == 0 || random.nextInt(6) == 0;
        return switch (type) {
            case DataType.Bool _ -> leaf ? leafBool() : bool(depth);
            case DataType.Int64 _ -> leaf ? leafInteger() : arithmetic(depth, false);
            case DataType.Float64 _ -> leaf ? leafNumber() : arithmetic(depth, true);
            case DataType.Utf8 _ -> pick(col("s"), col("t"), lit(sampled.text()));
            case DataType.Timestamp _ -> pick(col("at"), col("until"));
            default -> throw new IllegalArgumentException("no column of the type: " + type);
        };
    }

    private Expr bool(int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> not(expression(DataType.BOOL, depth - 1));
            case 1, 2 -> expression(DataType.BOOL, depth - 1).and(expression(DataType.BOOL, depth - 1));
            case 3, 4 -> expression(DataType.BOOL, depth - 1).or(expression(DataType.BOOL, depth - 1));
            default -> comparison(depth);
        };
    }

    private Expr comparison(int depth) {
        Expr.Comparison.Op op = Expr.Comparison.Op.values()[random.nextInt(6)];
        return switch (random.nextInt(8)) {
            case 0 ->
                new Expr.Comparison(
                        random.nextBoolean() ? Expr.Comparison.Op.EQ : Expr.Comparison.Op.NE,
                        expression(DataType.BOOL, depth - 1),
                        expression(DataType.BOOL, depth - 1));
            case 1 -> new Expr.Comparison(op, expression(DataType.UTF8, 0), expression(DataType.UTF8, 0));
            case 2 -> new Expr.Comparison(op, pick(col("at"), col("until")), pick(col("at"), col("until")));
            case 3, 4 ->
                new Expr.Comparison(op, expression(DataType.INT64, depth - 1), expression(DataType.INT64, depth - 1));
            case 5 ->
                new Expr.Comparison(op, expression(DataType.INT64, depth - 1), expression(DataType.FLOAT64, depth - 1));
            default ->
                new Expr.Comparison(
                        op, expression(DataType.FLOAT64, depth - 1), expression(DataType.FLOAT64, depth - 1));
        };
    }

    private Expr arithmetic(int depth, boolean floating) {
        Expr.Arithmetic.Op[] ops = Expr.Arithmetic.Op.values();
        // Divisions seldom, so that most trees have a vector form.
        Expr.Arithmetic.Op op = ops[random.nextInt(random.nextInt(4) == 0 ? ops.length : 3)];
        DataType left = floating && random.nextInt(4) != 0 ? DataType.FLOAT64 : DataType.INT64;
        DataType right = floating && left.equals(DataType.INT64) ? DataType.FLOAT64 : left;
        return new Expr.Arithmetic(op, expression(left, depth - 1), expression(right, depth - 1));
    }

    private Expr leafBool() {
        return pick(col("p"), col("q"), col("p"), col("q"), lit(random.nextBoolean()));
    }

    private Expr leafInteger() {
        return pick(col("a"), col("b"), lit((Long) sampled.value(DataType.INT64)));
    }

    private Expr leafNumber() {
        return pick(col("x"), col("y"), lit((Double) sampled.value(DataType.FLOAT64)));
    }

    private Expr pick(Expr... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
