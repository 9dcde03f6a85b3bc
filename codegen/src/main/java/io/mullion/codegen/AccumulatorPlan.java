package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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

        boolean isFloat() {
            return op == AccumulatorLayout.Op.ADD_FLOAT;
        }

        /// By hand, as [Typed] says.
        @Override
        public boolean equals(Object other) {
            return other instanceof Lane it && op == it.op && part == it.part && Objects.equals(input, it.input);
        }

        @Override
        public int hashCode() {
            return Objects.hash(op, part, input);
        }
    }

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

    /// Why there is no vector loop over the inputs of rows that fulfil the conditions, or null.
    String refusal(List<Typed> conditions) {
        List<Typed> computed = new ArrayList<>(conditions);
        for (Lane lane : lanes) {
            if (lane.ofValue() || lane.input() != null && !(lane.input() instanceof Typed.Column)) {
                computed.add(lane.input());
            }
        }
        for (Typed expression : computed) {
            String refusal = VectorCode.form(expression);
            if (refusal != null) {
                return refusal;
            }
        }
        return VectorPlan.of(computed).parts().isEmpty() ? null : "expressions that are too large for one loop";
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
        int countLane = input.nullable() ? lane(AccumulatorLayout.Op.ADD, Part.VALUE_COUNT, input) : 0;
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
                int lane = lane(AccumulatorLayout.Op.ADD, Part.WHOLE, new Typed.Convert(input, DataType.INT64));
                results.add(result(Form.WHOLE, name, DataType.INT64, input, countLane, lane));
            }
            case DataType.Int64 _ -> {
                int low = lanes.indexOf(new Lane(AccumulatorLayout.Op.ADD, Part.LOW_HALF, input));
                if (low < 0) {
                    low = lane(AccumulatorLayout.Op.ADD, Part.LOW_HALF, input);
                    lane(AccumulatorLayout.Op.ADD, Part.HIGH_HALF, input);
                }
                results.add(result(Form.HALVES, name, DataType.INT64, input, countLane, low));
            }
            case DataType.Float32 _, DataType.Float64 _ -> {
                Typed number = Conversions.widened(input, DataType.FLOAT64);
                int lane = lane(AccumulatorLayout.Op.ADD_FLOAT, Part.FLOAT, number);
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
                int lane = lane(op, Part.ORDERED, Conversions.widened(input, DataType.FLOAT64));
                results.add(result(Form.ORDERED, name, input.type(), input, countLane, lane));
            }
            case DataType.Decimal _, DataType.Utf8 _, DataType.Binary _ ->
                throw check.wrong("min and max need a value of 8 bytes at most, not " + input.type(), aggregate);
        }
    }

    private void whole(String name, AccumulatorLayout.Op op, Typed image, Typed input, int countLane) {
        int lane = lane(op, Part.WHOLE, image);
        results.add(result(Form.WHOLE, name, input.type(), input, countLane, lane));
    }

    private static Typed nullWhere(Typed input, Typed image) {
        return new Typed.Choose(new Typed.IsNull(input), new Typed.Constant(null, image.type()), image);
    }

    private static Result result(Form form, String name, DataType type, Typed input, int countLane, int lane) {
        return new Result(form, new Field(name, type, input.nullable()), countLane, lane);
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
