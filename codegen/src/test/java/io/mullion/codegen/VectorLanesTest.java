package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation in lanes, at every width, on values from the edges of its types: what row code computes.
class VectorLanesTest {
    private static final int OTHERS = 3;
    private static final Map<DataType, Object[]> EDGES = edges();

    static Stream<Target> targets() {
        return Samples.targets().filter(Target::vector);
    }

    private static Map<DataType, Object[]> edges() {
        Map<DataType, Object[]> edges = new LinkedHashMap<>();
        edges.put(DataType.BOOL, new Object[] {true, false});
        edges.put(DataType.INT8, new Object[] {0L, 1L, -1L, 2L, 100L, -100L, 127L, -128L});
        edges.put(DataType.INT16, new Object[] {0L, 1L, -1L, 255L, 181L, -182L, 32767L, -32768L});
        edges.put(DataType.INT32, new Object[] {
            0L, 1L, -1L, 3L, 65536L, -65537L, 16777217L, -33554431L, 2147483647L, -2147483648L, 2147483584L
        });
        edges.put(DataType.DATE32, edges.get(DataType.INT32));
        edges.put(DataType.INT64, integers());
        edges.put(DataType.timestamp(TimeUnit.MICROS), integers());
        edges.put(DataType.FLOAT32, new Object[] {
            0f,
            -0f,
            1f,
            -1f,
            0.5f,
            -0.5f,
            1.5f,
            -2.5f,
            0.1f,
            3f,
            16777215f,
            8388608.5f,
            Float.MIN_VALUE,
            -3 * Float.MIN_VALUE,
            Float.MIN_NORMAL,
            Math.nextDown(Float.MIN_NORMAL),
            1e-30f,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Math.nextDown(0.5f),
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN,
            8388607.5f,
            -8388606.5f,
            1.0000001f,
            1e38f
        });
        edges.put(DataType.FLOAT64, doubles());
        return edges;
    }

    private static Object[] integers() {
        List<Object> edges = new ArrayList<>(List.of(0L, 3L, Long.MAX_VALUE, Long.MIN_VALUE));
        // 2^24 + 1 and its like are where float32 has to round, and 2^53 + 1 is where float64 has to.
        for (int bit : new int[] {0, 8, 24, 31, 32, 33, 51, 52, 53, 54, 60, 62}) {
            for (long near :
                    new long[] {-1, 0, 1, 3, (1L << bit >> 24), (1L << bit >> 24) + 1, (1L << bit >> 25) - 1}) {
                edges.add((1L << bit) + near);
                edges.add(-(1L << bit) - near);
            }
        }
        return edges.stream().distinct().toArray();
    }

    private static Object[] doubles() {
        List<Object> edges = new ArrayList<>();
        for (double magnitude : new double[] {
            0, 0.3, 0.5, 0.7, 1, 1.5, 2.5, 100.25, 1e10, 4194304.5, 1e-320, 1e300, 1e-40, 1e-46, 3.4028236e38
        }) {
            addNear(edges, magnitude);
        }
        for (int exponent : new int[] {51, 52, 53, 62, 63}) {
            for (double near : new double[] {-1.5, -0.5, 0, 0.5, 1, 1.5, 2}) {
                edges.add(Math.scalb(1.0, exponent) + near);
                edges.add(-Math.scalb(1.0, exponent) - near);
            }
        }
        edges.addAll(List.of(
                Double.NaN,
                Double.longBitsToDouble(0xfff8000000000000L),
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.MAX_VALUE,
                Double.MIN_VALUE,
                Double.MIN_NORMAL));
        return edges.toArray();
    }

    private static void addNear(List<Object> edges, double magnitude) {
        for (double near : new double[] {Math.nextDown(magnitude), magnitude, Math.nextUp(magnitude)}) {
            edges.add(near);
            edges.add(-near);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void integersAreComputedAsInRows(Target target) {
        for (DataType type : List.of(DataType.INT32, DataType.INT64)) {
            Typed a = column(0, type, false);
            Typed b = column(1, type, true);
            List<Typed> expressions = new ArrayList<>();
            for (Expr.Arithmetic.Op op :
                    List.of(Expr.Arithmetic.Op.ADD, Expr.Arithmetic.Op.SUBTRACT, Expr.Arithmetic.Op.MULTIPLY)) {
                Typed once = new Typed.Arithmetic(op, a, b);
                expressions.add(once);
                expressions.add(new Typed.Comparison(Expr.Comparison.Op.LT, once, a));
                expressions.add(new Typed.Arithmetic(
                        Expr.Arithmetic.Op.MULTIPLY, once, new Typed.Unary(Typed.Unary.Op.NEGATE, once)));
                expressions.add(new Typed.Convert(once, DataType.INT64));
                expressions.add(new Typed.Convert(once, DataType.FLOAT64));
                expressions.add(new Typed.Unary(Typed.Unary.Op.ABS, once));
            }
            expressions.add(new Typed.Unary(Typed.Unary.Op.NEGATE, a));
            expressions.add(new Typed.Unary(Typed.Unary.Op.ABS, b));
            check(target, type, expressions);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void narrowIntegersAreWidenedOnTheWay(Target target) {
        for (DataType type : List.of(DataType.INT8, DataType.INT16)) {
            Typed a = new Typed.Convert(column(0, type, false), DataType.INT32);
            Typed b = new Typed.Convert(column(1, type, true), DataType.INT32);
            Typed product = new Typed.Arithmetic(Expr.Arithmetic.Op.MULTIPLY, a, b);
            check(
                    target,
                    type,
                    List.of(
                            product,
                            new Typed.Arithmetic(Expr.Arithmetic.Op.MULTIPLY, product, product),
                            new Typed.Unary(Typed.Unary.Op.NEGATE, a),
                            new Typed.Unary(Typed.Unary.Op.ABS, b)));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void floatsAreComputedAsInRows(Target target) {
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            Typed a = column(0, type, false);
            Typed b = column(1, type, true);
            List<Typed> expressions = new ArrayList<>();
            for (Expr.Arithmetic.Op op : Expr.Arithmetic.Op.values()) {
                if (op != Expr.Arithmetic.Op.REMAINDER) {
                    expressions.add(new Typed.Arithmetic(op, a, b));
                    expressions.add(new Typed.Arithmetic(Expr.Arithmetic.Op.ADD, a, new Typed.Arithmetic(op, b, a)));
                }
            }
            for (Typed.Unary.Op op : Typed.Unary.Op.values()) {
                if (op != Typed.Unary.Op.SQRT || type.equals(DataType.FLOAT64)) {
                    expressions.add(new Typed.Unary(op, a));
                    expressions.add(new Typed.Unary(op, b));
                }
            }
            for (Expr.Comparison.Op op : Expr.Comparison.Op.values()) {
                for (double constant : new double[] {0.0, -0.0, 1.5, Double.NaN, Double.POSITIVE_INFINITY}) {
                    Typed compared = new Typed.Comparison(op, a, new Typed.Constant(constant, type));
                    expressions.add(compared);
                    expressions.add(new Typed.Comparison(op, new Typed.Constant(constant, type), b));
                    expressions.add(new Typed.Not(compared));
                    expressions.add(new Typed.Logic(true, compared, new Typed.Comparison(op, b, a)));
                    expressions.add(new Typed.Logic(true, new Typed.Comparison(op, a, b), compared));
                    expressions.add(new Typed.Logic(false, new Typed.Not(compared), new Typed.Comparison(op, b, a)));
                }
            }
            check(target, type, expressions);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void valuesOfAllTypesAreLoadedComparedChosenAndStored(Target target) {
        EDGES.keySet().forEach(type -> {
            Typed a = column(0, type, false);
            Typed b = column(1, type, true);
            List<Typed> expressions = new ArrayList<>(List.of(a, b, new Typed.IsNull(b), new Typed.IsNull(a)));
            for (Expr.Comparison.Op op : Expr.Comparison.Op.values()) {
                Typed ab = new Typed.Comparison(op, a, b);
                expressions.add(ab);
                expressions.add(new Typed.Comparison(op, b, a));
                expressions.add(new Typed.Comparison(op, a, new Typed.Known(b)));
                expressions.add(new Typed.Choose(ab, a, b));
                expressions.add(new Typed.Choose(ab, b, a));
                expressions.add(new Typed.Choose(ab, new Typed.Constant(null, type), b));
                expressions.add(new Typed.Choose(new Typed.Not(ab), a, new Typed.Constant(null, type)));
            }
            expressions.add(new Typed.Choose(new Typed.IsNull(b), a, new Typed.Known(b)));
            expressions.add(new Typed.Constant(null, type));
            check(target, type, expressions);
        });
    }

    @ParameterizedTest
    @MethodSource("targets")
    void numbersAreConvertedRoundingOnce(Target target) {
        List<DataType> integers = List.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64);
        for (DataType type : integers) {
            List<Typed> expressions = new ArrayList<>();
            for (DataType to : EDGES.keySet()) {
                if (to.numeric() && to.byteWidth() >= Math.min(4, type.byteWidth())) {
                    expressions.add(new Typed.Convert(column(0, type, false), to));
                    expressions.add(new Typed.Convert(column(1, type, true), to));
                }
            }
            check(target, type, expressions);
        }
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            check(
                    target,
                    type,
                    List.of(
                            new Typed.Convert(column(0, type, false), DataType.FLOAT32),
                            new Typed.Convert(column(1, type, true), DataType.FLOAT64)));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void conditionsAreJoinedInThreeValues(Target target) {
        Typed p = column(0, DataType.BOOL, true);
        Typed q = column(1, DataType.BOOL, true);
        Typed r = column(2, DataType.BOOL, false);
        List<Typed> expressions = new ArrayList<>();
        for (boolean conjunction : new boolean[] {true, false}) {
            for (Typed left :
                    List.of(p, r, new Typed.Not(q), Typed.Constant.TRUE, new Typed.Constant(null, DataType.BOOL))) {
                for (Typed right : List.of(p, q, r, new Typed.Not(r), Typed.Constant.FALSE)) {
                    expressions.add(new Typed.Logic(conjunction, left, right));
                    expressions.add(new Typed.Not(new Typed.Logic(conjunction, left, right)));
                    expressions.add(new Typed.Choose(left, right, p));
                }
            }
        }
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 75; i++) {
            rows.add(new Object[] {three(i % 3), three(i / 3 % 3), i % 5 < 2});
        }
        Schema schema = new Schema(List.of(
                Field.nullable("p", DataType.BOOL), Field.nullable("q", DataType.BOOL), Field.of("r", DataType.BOOL)));
        check(target, schema, rows, expressions);
    }

    private static Boolean three(int number) {
        return number == 2 ? null : (Boolean) (number == 1);
    }

    private static Typed column(int index, DataType type, boolean nullable) {
        return new Typed.Column(index, new Field("c" + index, type, nullable));
    }

    /// Over pairs of edges of the type: each with itself, with null, and with a few others.
    private static void check(Target target, DataType type, List<Typed> expressions) {
        List<Object[]> rows = new ArrayList<>();
        Object[] edges = EDGES.get(type);
        for (int i = 0; i < edges.length; i++) {
            rows.add(new Object[] {edges[i], edges[i]});
            rows.add(new Object[] {edges[i], null});
            for (int other = 1; other <= OTHERS; other++) {
                rows.add(new Object[] {edges[i], edges[(i + 17 * other) % edges.length]});
            }
        }
        Schema schema = new Schema(List.of(Field.of("c0", type), Field.nullable("c1", type)));
        check(target, schema, rows, expressions);
    }

    private static void check(Target target, Schema in, List<Object[]> rows, List<Typed> expressions) {
        List<Field> fields = new ArrayList<>();
        for (Typed expression : expressions) {
            assertEquals(null, VectorCode.form(expression), expression::toString);
            fields.add(new Field("r" + fields.size(), expression.type(), expression.nullable()));
        }
        Schema out = new Schema(fields);
        List<List<Object>> expected = run(new Target(0, false), in, out, rows, expressions, 0);
        for (int from : new int[] {0, 3}) {
            List<List<Object>> actual = run(target, in, out, rows, expressions, from);
            for (int row = from; row < rows.size(); row++) {
                for (int column = 0; column < expressions.size(); column++) {
                    int index = column;
                    Object[] values = rows.get(row);
                    assertEquals(
                            expected.get(row).get(column),
                            actual.get(row - from).get(column),
                            () -> target + ": " + expressions.get(index) + " of " + List.of(values[0], values[1] + ""));
                }
            }
        }
    }

    private static List<List<Object>> run(
            Target target, Schema in, Schema out, List<Object[]> rows, List<Typed> expressions, int from) {
        try (TestMemory memory = new TestMemory()) {
            TestColumns columns = TestColumns.of(memory, in, rows);
            TestColumns results = TestColumns.empty(memory, out, rows.size() - from, 0);
            Progress progress = new Progress();
            Compiled<ProjectKernel> compiled = LaneProjection.of(target, in, out, expressions, true, 1);
            compiled.kernel().project(columns.addresses, 0, from, rows.size(), results.addresses, progress);
            return results.rows(rows.size() - from);
        }
    }
}
