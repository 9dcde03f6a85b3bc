package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// Which lanes the aggregates of a grouping need, and how results are made of them. Equal lanes are shared.
final class AccumulatorPlan {
    /// What an input row gives to a lane.
    enum Part {
        /// 1.
        ROW,
        /// 1 if the input is not null.
        VALUE_COUNT,
        /// The low 32 bits, unsigned. With the high half it makes a sum exact that leaves int64 and comes back.
        LOW_HALF,
        /// The high 32 bits, signed.
        HIGH_HALF,
        /// The int64.
        WHOLE,
        /// The float64.
        FLOAT,
        /// The float64 as the int64 of [KernelOps#toOrdered].
        ORDERED
    }

    /// @param input null for [Part#ROW]
    record Lane(AccumulatorLayout.Op op, Part part, Typed input) {
        boolean ofValue() {
            return part != Part.ROW && part != Part.VALUE_COUNT;
        }
    }

    /// How a result is made.
    ///
    /// @param countLane the count of values, which tells null from a value
    /// @param lane the first lane of the result (the second half of an integer sum is the next one)
    record Result(Expr.Aggregate.Function function, Field field, int countLane, int lane) {
        boolean integerSum() {
            return function == Expr.Aggregate.Function.SUM && field.type() instanceof DataType.Int64;
        }
    }

    private final TypeCheck check;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Result> results = new ArrayList<>();

    private AccumulatorPlan(Schema in) {
        check = new TypeCheck(in);
        lanes.add(new Lane(AccumulatorLayout.Op.ADD, Part.ROW, null));
    }

    static AccumulatorPlan of(Schema in, List<Expr> aggregates) {
        AccumulatorPlan plan = new AccumulatorPlan(in);
        aggregates.forEach(plan::add);
        return plan;
    }

    /// The lanes in use; the layout may have more.
    List<Lane> lanes() {
        return List.copyOf(lanes);
    }

    List<Result> resultLanes() {
        return List.copyOf(results);
    }

    AccumulatorLayout layout() {
        return new AccumulatorLayout(lanes.stream().map(Lane::op).toList());
    }

    Schema results() {
        return new Schema(results.stream().map(Result::field).toList());
    }

    /// The distinct inputs, in order.
    List<Typed> inputs() {
        return lanes.stream()
                .map(Lane::input)
                .filter(it -> it != null)
                .distinct()
                .toList();
    }

    /// Why the inputs have no vector form, or null.
    String refusal() {
        String refusal = null;
        for (Lane lane : lanes) {
            boolean computed = lane.ofValue() || lane.input() != null && !(lane.input() instanceof Typed.Column);
            refusal = VectorCode.first(refusal, computed ? VectorCode.refusal(lane.input()) : null);
        }
        return refusal;
    }

    private void add(Expr output) {
        if (!(unaliased(output) instanceof Expr.Aggregate aggregate)) {
            throw new ExpressionException("an aggregation needs aggregates, not " + output);
        }
        String name = Expressions.nameOf(output);
        if (aggregate.input() == null) {
            results.add(new Result(aggregate.function(), Field.of(name, DataType.INT64), 0, 0));
            return;
        }
        Typed input = check.check(aggregate.input());
        if (input.fallible()) {
            throw check.wrong("the input of an aggregate can fail and has to be projected before", aggregate);
        }
        int countLane = input.nullable() ? lane(AccumulatorLayout.Op.ADD, Part.VALUE_COUNT, input) : 0;
        if (aggregate.function() == Expr.Aggregate.Function.COUNT) {
            results.add(new Result(aggregate.function(), Field.of(name, DataType.INT64), countLane, countLane));
            return;
        }
        int lane = switch (aggregate.function()) {
            case COUNT -> countLane;
            case SUM -> sum(aggregate, input);
            case MIN -> extreme(AccumulatorLayout.Op.MIN, aggregate, input);
            case MAX -> extreme(AccumulatorLayout.Op.MAX, aggregate, input);
        };
        results.add(new Result(aggregate.function(), new Field(name, input.type(), input.nullable()), countLane, lane));
    }

    private int sum(Expr.Aggregate aggregate, Typed input) {
        return switch (input.type()) {
            case DataType.Int64 _ -> {
                int low = lanes.indexOf(new Lane(AccumulatorLayout.Op.ADD, Part.LOW_HALF, input));
                if (low < 0) {
                    low = lane(AccumulatorLayout.Op.ADD, Part.LOW_HALF, input);
                    lane(AccumulatorLayout.Op.ADD, Part.HIGH_HALF, input);
                }
                yield low;
            }
            case DataType.Float64 _ -> lane(AccumulatorLayout.Op.ADD_FLOAT, Part.FLOAT, input);
            case DataType.Bool _, DataType.Utf8 _, DataType.Timestamp _ ->
                throw check.wrong("sum needs int64 or float64, not " + input.type(), aggregate);
        };
    }

    private int extreme(AccumulatorLayout.Op op, Expr.Aggregate aggregate, Typed input) {
        return switch (input.type()) {
            case DataType.Int64 _, DataType.Timestamp _ -> lane(op, Part.WHOLE, input);
            case DataType.Float64 _ -> lane(op, Part.ORDERED, input);
            case DataType.Bool _, DataType.Utf8 _ ->
                throw check.wrong("min and max need int64, float64 or timestamp, not " + input.type(), aggregate);
        };
    }

    private int lane(AccumulatorLayout.Op op, Part part, Typed input) {
        Lane lane = new Lane(op, part, input);
        int index = lanes.indexOf(lane);
        if (index >= 0) {
            return index;
        }
        lanes.add(lane);
        return lanes.size() - 1;
    }

    private static Expr unaliased(Expr expression) {
        return expression instanceof Expr.Alias alias ? unaliased(alias.input()) : expression;
    }
}
