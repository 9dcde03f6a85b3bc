package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
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
        /// The float64 of one lane.
        FLOAT,
        /// The float64 whose image is in one lane.
        ORDERED
    }

    /// How a result is made.
    ///
    /// @param countLane the count of values, which tells null from a value
    /// @param lane the first lane of the result (the second half of a sum is the next one)
    record Result(Form form, Field field, int countLane, int lane) {}

    private static final Typed ONE = new Typed.Constant(1L, DataType.INT64);
    private static final Typed ZERO = new Typed.Constant(0L, DataType.INT64);

    private final TypeCheck check;
    private final List<AccumulatorPlan> loops = new ArrayList<>(List.of(new AccumulatorPlan(0)));
    private final Map<AccumulatorPlan.Lane, Integer> numbers = new HashMap<>();
    private final List<Result> results = new ArrayList<>();

    private AggregatePlan(Schema in) {
        check = new TypeCheck(in);
    }

    static AggregatePlan of(Schema in, List<Expr> aggregates) {
        if (aggregates.size() > MAX_AGGREGATES) {
            throw new ExpressionException(
                    "a grouping may have at most " + MAX_AGGREGATES + " aggregates, not " + aggregates.size());
        }
        AggregatePlan plan = new AggregatePlan(in);
        aggregates.forEach(plan::add);
        plan.results.forEach(result -> plan.loops.forEach(loop -> loop.ask(result.lane())));
        return plan;
    }

    /// What each loop updates, in the order of the lanes.
    List<AccumulatorPlan> loops() {
        return List.copyOf(loops);
    }

    List<Result> resultLanes() {
        return List.copyOf(results);
    }

    /// Of all lanes.
    AccumulatorLayout layout() {
        List<AccumulatorLayout.Op> ops = new ArrayList<>();
        for (AccumulatorPlan loop : loops) {
            ops.addAll(Collections.nCopies(loop.first() - ops.size(), AccumulatorLayout.Op.ADD));
            loop.lanes().forEach(lane -> ops.add(lane.op()));
        }
        return new AccumulatorLayout(ops);
    }

    Schema results() {
        return new Schema(results.stream().map(Result::field).toList());
    }

    private void add(Expr output) {
        if (!(unaliased(output) instanceof Expr.Aggregate aggregate)) {
            throw new ExpressionException("an aggregation needs aggregates, not " + output);
        }
        String name = Expressions.nameOf(output);
        if (aggregate.input() == null) {
            results.add(new Result(Form.WHOLE, Field.of(name, DataType.INT64), 0, 0));
            return;
        }
        Typed input = check.check(aggregate.input());
        if (AggregateRewrite.projected(input)) {
            throw check.wrong("the input of an aggregate has to be projected before", aggregate);
        }
        int countLane = input.nullable() ? lane(AccumulatorLayout.Op.ADD, AccumulatorPlan.Part.VALUE_COUNT, input) : 0;
        switch (aggregate.function()) {
            case COUNT -> results.add(new Result(Form.WHOLE, Field.of(name, DataType.INT64), countLane, countLane));
            case SUM -> sum(name, aggregate, input, countLane);
            case MIN -> extreme(name, AccumulatorLayout.Op.MIN, aggregate, input, countLane);
            case MAX -> extreme(name, AccumulatorLayout.Op.MAX, aggregate, input, countLane);
        }
    }

    /// Narrow integers are summed in one lane: 2^32 of them do not leave int64.
    private void sum(String name, Expr.Aggregate aggregate, Typed input, int countLane) {
        switch (input.type()) {
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _ -> {
                int lane = lane(
                        AccumulatorLayout.Op.ADD, AccumulatorPlan.Part.WHOLE, new Typed.Convert(input, DataType.INT64));
                results.add(result(Form.WHOLE, name, DataType.INT64, input, countLane, lane));
            }
            case DataType.Int64 _ -> {
                int low = lanes(List.of(
                        new AccumulatorPlan.Lane(AccumulatorLayout.Op.ADD, AccumulatorPlan.Part.LOW_HALF, input),
                        new AccumulatorPlan.Lane(AccumulatorLayout.Op.ADD, AccumulatorPlan.Part.HIGH_HALF, input)));
                results.add(result(Form.HALVES, name, DataType.INT64, input, countLane, low));
            }
            case DataType.Float32 _, DataType.Float64 _ -> {
                Typed number = Conversions.widened(input, DataType.FLOAT64);
                int lane = lane(AccumulatorLayout.Op.ADD_FLOAT, AccumulatorPlan.Part.FLOAT, number);
                results.add(result(Form.FLOAT, name, DataType.FLOAT64, input, countLane, lane));
            }
            case DataType.Bool _,
                    DataType.Decimal _,
                    DataType.Utf8 _,
                    DataType.Binary _,
                    DataType.Date32 _,
                    DataType.Timestamp _ ->
                throw check.wrong("sum needs an integer or a floating-point number, not " + input.type(), aggregate);
        }
    }

    private void extreme(String name, AccumulatorLayout.Op op, Expr.Aggregate aggregate, Typed input, int countLane) {
        switch (input.type()) {
            case DataType.Bool _ -> {
                Typed image = new Typed.Choose(input, ONE, ZERO);
                whole(name, op, input.nullable() ? nullWhere(input, image) : image, input, countLane);
            }
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ ->
                whole(name, op, new Typed.Convert(input, DataType.INT64), input, countLane);
            case DataType.Int64 _, DataType.Timestamp _ -> whole(name, op, input, input, countLane);
            case DataType.Float32 _, DataType.Float64 _ -> {
                int lane = lane(op, AccumulatorPlan.Part.ORDERED, Conversions.widened(input, DataType.FLOAT64));
                results.add(result(Form.ORDERED, name, input.type(), input, countLane, lane));
            }
            case DataType.Decimal _, DataType.Utf8 _, DataType.Binary _ ->
                throw check.wrong("min and max need a value of 8 bytes at most, not " + input.type(), aggregate);
        }
    }

    private void whole(String name, AccumulatorLayout.Op op, Typed image, Typed input, int countLane) {
        int lane = lane(op, AccumulatorPlan.Part.WHOLE, image);
        results.add(result(Form.WHOLE, name, input.type(), input, countLane, lane));
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
            int end = last.first() + last.lanes().size();
            last = new AccumulatorPlan(Math.ceilDiv(end, LANE_ALIGNMENT) * LANE_ALIGNMENT);
            last.add(lanes);
            loops.add(last);
        }
        if (loops.size() > MAX_LOOPS) {
            throw new ExpressionException("too many aggregates, or too large ones, for one grouping: it takes "
                    + MAX_LOOPS + " loops of " + AccumulatorPlan.MAX_LANES + " accumulators");
        }
        int number = last.first() + last.lanes().size() - lanes.size();
        numbers.put(lanes.getFirst(), number);
        return number;
    }

    private static Expr unaliased(Expr expression) {
        return expression instanceof Expr.Alias alias ? unaliased(alias.input()) : expression;
    }
}
