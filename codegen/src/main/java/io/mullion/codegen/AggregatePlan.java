package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which lanes the aggregates of a grouping need, which loops update them, and how results are made of them. Equal
/// lanes are shared.
///
/// The loops stand one behind the other in the row of a group, each with lanes from a multiple of 64 bytes on.
final class AggregatePlan {
    /// Loops of a grouping: some 12,000 lanes.
    static final int MAX_LOOPS = 400;

    static final int MAX_AGGREGATES = 4_000;

    private static final int LANE_ALIGNMENT = 64 / AccumulatorLayout.LANE_BYTES;

    /// How a value is made of its lanes, before it becomes what its type says.
    enum Form {
        /// The int64 of one lane.
        WHOLE,
        /// The int64 of two lanes, if it is one.
        HALVES,
        /// The decimal of four lanes, if it is one.
        LIMBS,
        /// The float64 of one lane.
        FLOAT,
        /// The float64 whose image is in one lane.
        ORDERED,
        /// The decimal whose high half is in one lane and whose low half in the next.
        DECIMAL,
        /// Of such lanes, divided by the count.
        AVERAGE_OF_WHOLE,
        AVERAGE_OF_HALVES,
        AVERAGE_OF_LIMBS,
        AVERAGE_OF_FLOAT,
        /// The float64 of one lane divided by the count, or by one less.
        VARIANCE_POPULATION,
        VARIANCE_SAMPLE,
        /// The square roots of those.
        STDDEV_POPULATION,
        STDDEV_SAMPLE;

        boolean divides() {
            return ordinal() >= AVERAGE_OF_WHOLE.ordinal();
        }
    }

    /// How a result is made.
    ///
    /// @param countLane tells null from a value
    /// @param above what it is more than if there is a value
    /// @param lane the first lane of the result; the others are the next ones
    /// @param scale of decimals that become a float64
    record Result(Form form, Field field, int countLane, int above, int lane, int scale) {
        Result(Form form, Field field, int countLane, int lane) {
            this(form, field, countLane, 0, lane, 0);
        }
    }

    private static final Typed ONE = new Typed.Constant(1L, DataType.INT64);
    private static final Typed ZERO = new Typed.Constant(0L, DataType.INT64);

    private final TypeCheck check;
    /// Whether a sum of int64 takes one lane, which is right as long as it is an int64.
    private final boolean narrow;

    private final List<AccumulatorPlan> loops;
    private final Map<AccumulatorPlan.Lane, Integer> numbers = new HashMap<>();
    /// By the first of lanes that stand together: the aggregate that has asked for them first.
    private final Map<Integer, Expr.Aggregate> askedBy = new HashMap<>();
    /// The aggregate that is being added.
    private Expr.Aggregate added;

    private final List<Result> results;
    private int userLanes;

    private AggregatePlan(Schema in, boolean narrow) {
        check = new TypeCheck(in);
        this.narrow = narrow;
        loops = new ArrayList<>(List.of(new AccumulatorPlan(0)));
        results = new ArrayList<>();
    }

    private AggregatePlan(AggregatePlan whole, List<Result> results) {
        check = whole.check;
        narrow = whole.narrow;
        loops = whole.loops;
        this.results = results;
    }

    static AggregatePlan of(Schema in, List<Expr> aggregates) {
        return of(in, aggregates, false);
    }

    /// @param narrow whether a sum of int64 takes one lane ([NarrowSums])
    static AggregatePlan of(Schema in, List<Expr> aggregates, boolean narrow) {
        if (aggregates.size() > MAX_AGGREGATES) {
            throw new ExpressionException(
                    "a grouping may have at most " + MAX_AGGREGATES + " aggregates, not " + aggregates.size());
        }
        AggregatePlan plan = new AggregatePlan(in, narrow);
        for (Expr aggregate : aggregates) {
            plan.add(aggregate);
        }
        for (Result result : plan.results) {
            plan.ask(result);
        }
        return plan;
    }

    /// As [#of(Schema, List)], with room for the states of users' aggregates.
    static AggregatePlan of(Schema in, List<Expr> aggregates, List<UserAccumulator> users) {
        AggregatePlan plan = of(in, aggregates);
        plan.userLanes =
                users.stream().mapToInt(user -> user.aggregate().stateWords()).sum();
        return plan;
    }

    /// The same lanes and loops, and only the results [from, to).
    AggregatePlan part(int from, int to) {
        return new AggregatePlan(this, results.subList(from, to));
    }

    private void ask(Result result) {
        for (AccumulatorPlan loop : loops) {
            loop.ask(result.lane());
            if (result.form().divides()) {
                loop.ask(result.countLane());
            }
        }
    }

    /// What the code that folds rows depends on.
    ShapeKey addLoops(ShapeKey key) {
        for (AccumulatorPlan loop : loops) {
            loop.add(key);
        }
        return layout().addOps(key);
    }

    /// What the code that makes results depends on: all but their names.
    ShapeKey addResults(ShapeKey key) {
        for (Result it : results) {
            key.fact(it.form()).type(it.field());
            key.fact(it.countLane()).fact(it.above()).fact(it.lane()).fact(it.scale());
        }
        return layout().addOps(key);
    }

    /// What each loop updates, in the order of the lanes.
    List<AccumulatorPlan> loops() {
        return List.copyOf(loops);
    }

    List<Result> resultLanes() {
        return List.copyOf(results);
    }

    /// The aggregate that has first asked for the lanes from this one on; null if they begin elsewhere, or count rows.
    Expr.Aggregate askedBy(int lane) {
        return askedBy.get(lane);
    }

    /// The type of an expression over the rows.
    DataType type(Expr value) {
        return check.check(value).type();
    }

    /// Of all lanes.
    AccumulatorLayout layout() {
        List<AccumulatorLayout.Op> ops = new ArrayList<>();
        for (AccumulatorPlan loop : loops) {
            while (ops.size() < loop.first()) {
                ops.add(AccumulatorLayout.Op.ADD);
            }
            for (AccumulatorPlan.Lane lane : loop.lanes()) {
                ops.add(lane.op());
            }
        }
        if (userLanes > 0) {
            ops.addAll(Collections.nCopies(firstUserLane() - ops.size(), AccumulatorLayout.Op.ADD));
            ops.addAll(Collections.nCopies(userLanes, AccumulatorLayout.Op.USER));
        }
        return new AccumulatorLayout(ops);
    }

    /// Where the lanes of users' aggregates begin, behind those of all loops.
    int firstUserLane() {
        return aligned(loops.getLast());
    }

    private static int aligned(AccumulatorPlan last) {
        int end = last.first() + last.lanes().size();
        return Math.ceilDiv(end, LANE_ALIGNMENT) * LANE_ALIGNMENT;
    }

    Schema results() {
        List<Field> fields = new ArrayList<>(results.size());
        for (Result result : results) {
            fields.add(result.field());
        }
        return new Schema(fields);
    }

    private void add(Expr output) {
        if (!(unaliased(output) instanceof Expr.Aggregate aggregate)) {
            throw new ExpressionException("an aggregation needs aggregates, not " + output);
        }
        String name = Expressions.nameOf(output);
        Typed input = AggregateRewrite.value(check, aggregate);
        if (input == null) {
            results.add(new Result(Form.WHOLE, Field.of(name, DataType.INT64), 0, 0));
            return;
        }
        requireSmall(input, aggregate);
        added = aggregate;
        switch (aggregate.function()) {
            case COUNT -> {
                int lane = countLane(input);
                results.add(new Result(Form.WHOLE, Field.of(name, DataType.INT64), lane, lane));
            }
            case SUM -> sum(name, aggregate, input, countLane(input));
            case AVG -> average(name, aggregate, input, countLane(input));
            case MIN -> extreme(name, AccumulatorLayout.Op.MIN, aggregate, input);
            case MAX -> extreme(name, AccumulatorLayout.Op.MAX, aggregate, input);
            case BOOL_AND -> truth(name, AccumulatorLayout.Op.MIN, aggregate, input);
            case BOOL_OR -> truth(name, AccumulatorLayout.Op.MAX, aggregate, input);
            case BIT_AND -> bits(name, AccumulatorLayout.Op.BIT_AND, aggregate, input);
            case BIT_OR -> bits(name, AccumulatorLayout.Op.BIT_OR, aggregate, input);
            case BIT_XOR -> bits(name, AccumulatorLayout.Op.BIT_XOR, aggregate, input);
            case VARIANCE_SAMPLE -> variance(name, Form.VARIANCE_SAMPLE, aggregate, input);
            case VARIANCE_POPULATION -> variance(name, Form.VARIANCE_POPULATION, aggregate, input);
            case STDDEV_SAMPLE -> variance(name, Form.STDDEV_SAMPLE, aggregate, input);
            case STDDEV_POPULATION -> variance(name, Form.STDDEV_POPULATION, aggregate, input);
            case MIN_BY, FIRST -> chosen(name, AccumulatorLayout.Op.LEAST_BY, aggregate, input);
            case MAX_BY -> chosen(name, AccumulatorLayout.Op.GREATEST_BY, aggregate, input);
            case LAST -> chosen(name, AccumulatorLayout.Op.LATEST_BY, aggregate, input);
            case COUNT_DISTINCT, SUM_DISTINCT, COLLECT_LIST, COLLECT_SET, USER ->
                throw new IllegalArgumentException("not folded by a generated loop: " + aggregate);
        }
    }

    private void requireSmall(Typed input, Expr.Aggregate aggregate) {
        if (AggregateRewrite.projected(input)) {
            throw check.wrong("the input of an aggregate has to be projected before", aggregate);
        }
    }

    /// The lane that counts values.
    private int countLane(Typed input) {
        return input.nullable() ? lane(AccumulatorLayout.Op.ADD, AccumulatorPlan.Part.VALUE_COUNT, input) : 0;
    }

    private void sum(String name, Expr.Aggregate aggregate, Typed input, int countLane) {
        Form form = sumForm("sum", aggregate, input);
        int lane = sumLanes(form, input);
        DataType type = switch (form) {
            case FLOAT -> DataType.FLOAT64;
            case LIMBS -> DataType.decimal(DataType.Decimal.MAX_PRECISION, ((DataType.Decimal) input.type()).scale());
            default -> DataType.INT64;
        };
        results.add(result(form, name, type, input, countLane, lane));
    }

    private void average(String name, Expr.Aggregate aggregate, Typed input, int countLane) {
        Form form = sumForm("avg", aggregate, input);
        int lane = sumLanes(form, input);
        Form average = switch (form) {
            case WHOLE -> Form.AVERAGE_OF_WHOLE;
            case HALVES -> Form.AVERAGE_OF_HALVES;
            case LIMBS -> Form.AVERAGE_OF_LIMBS;
            default -> Form.AVERAGE_OF_FLOAT;
        };
        int scale = input.type() instanceof DataType.Decimal decimal ? decimal.scale() : 0;
        Field field = new Field(name, DataType.FLOAT64, input.nullable());
        results.add(new Result(average, field, countLane, 0, lane, scale));
    }

    private Form sumForm(String function, Expr.Aggregate aggregate, Typed input) {
        return switch (input.type()) {
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _ -> Form.WHOLE;
            case DataType.Int64 _ -> narrow ? Form.WHOLE : Form.HALVES;
            case DataType.Decimal _ -> Form.LIMBS;
            case DataType.Float32 _, DataType.Float64 _ -> Form.FLOAT;
            case DataType.Bool _,
                    DataType.Utf8 _,
                    DataType.Binary _,
                    DataType.ListOf _,
                    DataType.Date32 _,
                    DataType.Timestamp _ ->
                throw check.wrong(function + " needs a number, not " + input.type(), aggregate);
        };
    }

    /// Integers of fewer bits are summed in one lane: 2^32 of them do not leave int64.
    private int sumLanes(Form form, Typed input) {
        return switch (form) {
            case WHOLE -> lane(AccumulatorLayout.Op.ADD, AccumulatorPlan.Part.WHOLE, image(input));
            case HALVES -> sumLanes(input, AccumulatorPlan.Part.LOW_HALF, AccumulatorPlan.Part.HIGH_HALF);
            case LIMBS ->
                sumLanes(
                        input,
                        AccumulatorPlan.Part.LIMB_0,
                        AccumulatorPlan.Part.LIMB_1,
                        AccumulatorPlan.Part.LIMB_2,
                        AccumulatorPlan.Part.LIMB_3);
            default ->
                lane(
                        AccumulatorLayout.Op.ADD_FLOAT,
                        AccumulatorPlan.Part.FLOAT,
                        Conversions.widened(input, DataType.FLOAT64));
        };
    }

    private int sumLanes(Typed input, AccumulatorPlan.Part... parts) {
        return lanes(Arrays.stream(parts)
                .map(part -> new AccumulatorPlan.Lane(AccumulatorLayout.Op.ADD, part, input))
                .toList());
    }

    private void extreme(String name, AccumulatorLayout.Op op, Expr.Aggregate aggregate, Typed input) {
        switch (input.type()) {
            case DataType.Bool _,
                    DataType.Int8 _,
                    DataType.Int16 _,
                    DataType.Int32 _,
                    DataType.Date32 _,
                    DataType.Int64 _,
                    DataType.Timestamp _ -> whole(name, op, input);
            case DataType.Float32 _, DataType.Float64 _ -> {
                int countLane = countLane(input);
                int lane = lane(op, AccumulatorPlan.Part.ORDERED, image(input));
                results.add(result(Form.ORDERED, name, input.type(), input, countLane, lane));
            }
            case DataType.Decimal _ -> {
                int lane = compound(
                        op == AccumulatorLayout.Op.MIN
                                ? AccumulatorLayout.Op.LEAST_DECIMAL
                                : AccumulatorLayout.Op.GREATEST_DECIMAL,
                        input,
                        null);
                results.add(result(Form.DECIMAL, name, input.type(), input, lane, lane + 1));
            }
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw check.wrong("min and max need a value of fixed width, not " + input.type(), aggregate);
        }
    }

    private void truth(String name, AccumulatorLayout.Op op, Expr.Aggregate aggregate, Typed input) {
        if (!(input.type() instanceof DataType.Bool)) {
            throw check.wrong(aggregate.function().text() + " needs bool, not " + input.type(), aggregate);
        }
        whole(name, op, input);
    }

    private void bits(String name, AccumulatorLayout.Op op, Expr.Aggregate aggregate, Typed input) {
        if (!input.type().integer()) {
            throw check.wrong(aggregate.function().text() + " needs an integer, not " + input.type(), aggregate);
        }
        whole(name, op, input);
    }

    private void whole(String name, AccumulatorLayout.Op op, Typed input) {
        int countLane = countLane(input);
        int lane = lane(op, AccumulatorPlan.Part.WHOLE, image(input));
        results.add(result(Form.WHOLE, name, input.type(), input, countLane, lane));
    }

    private void variance(String name, Form form, Expr.Aggregate aggregate, Typed input) {
        if (!input.type().integer() && !input.type().floating()) {
            throw check.wrong(
                    aggregate.function().text() + " needs an integer or a floating-point number, not " + input.type()
                            + (input.type() instanceof DataType.Decimal ? " (cast it to float64)" : ""),
                    aggregate);
        }
        int lane = compound(AccumulatorLayout.Op.VARIANCE, Conversions.widened(input, DataType.FLOAT64), null);
        boolean sample = form == Form.VARIANCE_SAMPLE || form == Form.STDDEV_SAMPLE;
        Field field = new Field(name, DataType.FLOAT64, sample || input.nullable());
        results.add(new Result(form, field, lane, sample ? 1 : 0, lane + 2, 0));
    }

    private void chosen(String name, AccumulatorLayout.Op op, Expr.Aggregate aggregate, Typed input) {
        Typed by = AggregateRewrite.order(check, aggregate);
        requireSmall(by, aggregate);
        for (Typed it : List.of(input, by)) {
            if (!it.type().fixedWidth() || it.type().byteWidth() > Long.BYTES) {
                throw check.wrong(
                        aggregate.function().text() + " needs values of 8 bytes at most, not " + it.type(), aggregate);
            }
        }
        int lane = compound(op, image(input), image(by));
        Field field = new Field(name, input.type(), input.nullable() || by.nullable());
        Form form = input.type().floating() ? Form.FLOAT : Form.WHOLE;
        results.add(new Result(form, field, lane, (int) CompoundOps.NO_VALUE, lane + 2, 0));
    }

    /// @param by by what it chooses, or null
    private int compound(AccumulatorLayout.Op op, Typed input, Typed by) {
        List<AccumulatorPlan.Lane> lanes = new ArrayList<>(3);
        for (AccumulatorLayout.Op each : List.of(op, AccumulatorLayout.Op.REST, AccumulatorLayout.Op.REST)) {
            lanes.add(new AccumulatorPlan.Lane(each, AccumulatorPlan.Part.COMPOUND, input, by));
        }
        return lanes(lanes);
    }

    /// A value of 8 bytes at most as an int64 or float64 of the same order.
    private static Typed image(Typed input) {
        return switch (input.type()) {
            case DataType.Bool _ -> {
                Typed image = new Typed.Choose(input, ONE, ZERO);
                yield input.nullable() ? nullWhere(input, image) : image;
            }
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ ->
                new Typed.Convert(input, DataType.INT64);
            case DataType.Float32 _, DataType.Float64 _ -> Conversions.widened(input, DataType.FLOAT64);
            case DataType.Int64 _, DataType.Timestamp _ -> input;
            case DataType.Decimal _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalArgumentException("more than 8 bytes: " + input.type());
        };
    }

    private static Typed nullWhere(Typed input, Typed image) {
        return new Typed.Choose(new Typed.IsNull(input), new Typed.Constant(null, image.type()), image);
    }

    private static Result result(Form form, String name, DataType type, Typed input, int countLane, int lane) {
        return new Result(form, new Field(name, type, input.nullable()), countLane, lane);
    }

    private int lane(AccumulatorLayout.Op op, AccumulatorPlan.Part part, Typed input) {
        return lanes(List.of(new AccumulatorPlan.Lane(op, part, input)));
    }

    /// The number of the first of these lanes, which stand side by side.
    private int lanes(List<AccumulatorPlan.Lane> lanes) {
        Integer known = numbers.get(lanes.getFirst());
        if (known != null) {
            return known;
        }
        AccumulatorPlan last = loops.getLast();
        if (!last.add(lanes)) {
            last = new AccumulatorPlan(aligned(last));
            last.add(lanes);
            loops.add(last);
        }
        if (loops.size() > MAX_LOOPS) {
            throw new ExpressionException("too many aggregates, or too large ones, for one grouping: it takes "
                    + MAX_LOOPS + " loops of " + AccumulatorPlan.MAX_LANES + " accumulators");
        }
        int number = last.first() + last.lanes().size() - lanes.size();
        numbers.put(lanes.getFirst(), number);
        askedBy.put(number, added);
        return number;
    }

    private static Expr unaliased(Expr expression) {
        return expression instanceof Expr.Alias alias ? unaliased(alias.input()) : expression;
    }
}
