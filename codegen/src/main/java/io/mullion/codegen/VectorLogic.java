package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import java.util.function.Function;

/// Code that compares lanes, joins masks in three-valued logic, and chooses between lanes.
final class VectorLogic {
    private final VectorCalls calls;

    VectorLogic(VectorCalls calls) {
        this.calls = calls;
    }

    Code.Value comparison(Body body, Typed.Comparison it, Code.Value left, Code.Value right) {
        return body.let(
                "compared",
                switch (it.left().type()) {
                    case DataType.Bool _ -> bools(it.op(), left, right);
                    case DataType.Float32 _, DataType.Float64 _ -> floats(it, left, right);
                    case DataType.Int8 _,
                            DataType.Int16 _,
                            DataType.Int32 _,
                            DataType.Int64 _,
                            DataType.Date32 _,
                            DataType.Timestamp _ -> calls.compare(left, it.op().name(), right);
                    case DataType.Decimal _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                        throw new IllegalStateException("no vector form: " + it);
                });
    }

    /// False is less than true.
    private Code.Value bools(Expr.Comparison.Op op, Code.Value a, Code.Value b) {
        return switch (op) {
            case EQ -> calls.not(calls.invoke(a, "xor", Types.MASK, b));
            case NE -> calls.invoke(a, "xor", Types.MASK, b);
            case LT -> calls.and(b, calls.not(a));
            case LE -> calls.or(b, calls.not(a));
            case GT -> calls.and(a, calls.not(b));
            case GE -> calls.or(a, calls.not(b));
        };
    }

    /// As the comparisons of [RowComparison]: NaN equals NaN and is greater than everything else.
    ///
    /// The Vector API has ordered comparisons only, so that "greater or NaN" is "not less or equal". In a filter of two
    /// conditions that costs 10 % against a plain "greater"; "greater, or not equal to itself", a masked comparison or
    /// an exclusive or with the other condition cost more.
    private Code.Value floats(Typed.Comparison it, Code.Value a, Code.Value b) {
        boolean bIsNumber = RowComparison.number(it.right());
        return switch (it.op()) {
            case EQ -> equal(a, b, bIsNumber);
            case NE -> bIsNumber ? calls.compare(a, "NE", b) : calls.not(equal(a, b, false));
            case LT -> less(a, b, bIsNumber);
            case GE -> calls.not(less(a, b, bIsNumber));
            case GT -> greater(a, b, bIsNumber);
            case LE -> bIsNumber ? calls.compare(a, "LE", b) : calls.not(greater(a, b, false));
        };
    }

    private Code.Value equal(Code.Value a, Code.Value b, boolean bIsNumber) {
        Code.Value same = calls.compare(a, "EQ", b);
        return bIsNumber ? same : calls.or(same, calls.and(calls.compare(a, "NE", a), calls.compare(b, "NE", b)));
    }

    private Code.Value less(Code.Value a, Code.Value b, boolean bIsNumber) {
        return bIsNumber
                ? calls.compare(a, "LT", b)
                : calls.and(calls.compare(a, "EQ", a), calls.not(calls.compare(a, "GE", b)));
    }

    private Code.Value greater(Code.Value a, Code.Value b, boolean bIsNumber) {
        return bIsNumber
                ? calls.not(calls.compare(a, "LE", b))
                : calls.and(calls.compare(b, "EQ", b), calls.not(calls.compare(b, "GE", a)));
    }

    /// Kleene: the result is known if both sides are, or if one side is and decides.
    VectorCode.Lanes joined(Body body, Typed.Logic it, VectorCode.Lanes left, VectorCode.Lanes right) {
        Code.Value l = left.value();
        Code.Value r = right.value();
        Code.Var value =
                body.let(it.conjunction() ? "both" : "either", it.conjunction() ? calls.and(l, r) : calls.or(l, r));
        if (left.valid() == null && right.valid() == null) {
            return new VectorCode.Lanes(value, null);
        }
        Code.Value leftDecides = it.conjunction() ? calls.not(l) : l;
        Code.Value rightDecides = it.conjunction() ? calls.not(r) : r;
        Code.Value valid;
        if (left.valid() == null) {
            valid = calls.or(right.valid(), leftDecides);
        } else if (right.valid() == null) {
            valid = calls.or(left.valid(), rightDecides);
        } else {
            Code.Value known = calls.and(left.valid(), right.valid());
            valid = calls.or(
                    calls.or(known, calls.and(left.valid(), leftDecides)), calls.and(right.valid(), rightDecides));
        }
        return new VectorCode.Lanes(value, body.let("valid", valid));
    }

    /// @param condition where the first value is taken: neither false nor null
    VectorCode.Lanes chosen(Body body, Typed.Choose it, Code.Value condition, Function<Typed, VectorCode.Lanes> lanes) {
        Code.Value mask = body.hold("condition", condition);
        VectorCode.Lanes then = lanes.apply(it.then());
        VectorCode.Lanes otherwise = lanes.apply(it.otherwise());
        Code.Value valid = chosenValidity(mask, then.valid(), otherwise.valid());
        return new VectorCode.Lanes(
                chosenValue(body, it, mask, then.value(), otherwise.value()),
                valid == null ? null : body.let("chosenValid", valid));
    }

    /// Where one of both is null anyway, no choice is to be made.
    private Code.Value chosenValue(Body body, Typed.Choose it, Code.Value mask, Code.Value then, Code.Value otherwise) {
        if (isNull(it.then())) {
            return otherwise;
        }
        if (isNull(it.otherwise())) {
            return then;
        }
        return body.let(
                "chosen",
                it.type() instanceof DataType.Bool
                        ? calls.or(calls.and(mask, then), calls.and(calls.not(mask), otherwise))
                        : calls.blend(otherwise, then, mask));
    }

    private Code.Value chosenValidity(Code.Value mask, Code.Value then, Code.Value otherwise) {
        if (then == null) {
            return otherwise == null ? null : calls.or(mask, otherwise);
        }
        return otherwise == null
                ? calls.or(calls.not(mask), then)
                : calls.or(calls.and(mask, then), calls.and(calls.not(mask), otherwise));
    }

    private static boolean isNull(Typed typed) {
        return typed instanceof Typed.Constant it && it.value() == null;
    }
}
