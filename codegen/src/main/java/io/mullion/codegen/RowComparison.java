package io.mullion.codegen;

import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.or;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.Decimal128;
import java.util.ArrayList;
import java.util.List;

/// Code that compares two values of one row, and joins conditions in three-valued logic.
final class RowComparison {
    private RowComparison() {}

    /// What the comparison of two values that are not null gives.
    static Code.Value of(Body body, Typed.Comparison it, RowCode.Cell left, RowCode.Cell right) {
        return switch (it.left().type()) {
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ -> words(it.op(), Types.UTF8, left, right);
            case DataType.Decimal _ -> words(it.op(), Types.of(Decimal128.class), left, right);
            case DataType.Float32 _, DataType.Float64 _ -> floats(body, it, left.value(), right.value());
            case DataType.Bool _,
                    DataType.Int8 _,
                    DataType.Int16 _,
                    DataType.Int32 _,
                    DataType.Int64 _,
                    DataType.Date32 _,
                    DataType.Timestamp _ -> test(left.value(), relation(it.op()), right.value());
        };
    }

    /// `equal` or `compare` of values of two words. A row that is null may have anything behind it; nothing is asked
    /// here, since comparing cannot fail.
    private static Code.Value words(
            Expr.Comparison.Op op, java.lang.constant.ClassDesc owner, RowCode.Cell left, RowCode.Cell right) {
        List<Code.Value> words = new ArrayList<>(left.words());
        words.addAll(right.words());
        Code.Value[] arguments = words.toArray(Code.Value[]::new);
        return switch (op) {
            case EQ -> call(owner, "equal", CD_boolean, arguments);
            case NE -> not(call(owner, "equal", CD_boolean, arguments));
            case LT, LE, GT, GE -> test(call(owner, "compare", CD_int, arguments), relation(op), int32(0));
        };
    }

    /// Java's comparisons, mended so that NaN equals NaN and is greater than everything else.
    private static Code.Value floats(Body body, Typed.Comparison it, Code.Value left, Code.Value right) {
        Code.Value a = body.hold("left", left);
        Code.Value b = body.hold("right", right);
        boolean bIsNumber = number(it.right());
        return switch (it.op()) {
            case EQ -> equal(a, b, bIsNumber);
            case NE -> not(equal(a, b, bIsNumber));
            case LT -> less(a, b, bIsNumber);
            case GE -> not(less(a, b, bIsNumber));
            case GT -> greater(a, b, bIsNumber);
            case LE -> not(greater(a, b, bIsNumber));
        };
    }

    /// Whether the operand is known not to be NaN.
    static boolean number(Typed typed) {
        return typed instanceof Typed.Constant constant && constant.number()
                || typed instanceof Typed.Convert convert
                        && convert.input().type().integer();
    }

    private static Code.Value equal(Code.Value a, Code.Value b, boolean bIsNumber) {
        Code.Value same = test(a, Code.Relation.EQ, b);
        return bIsNumber
                ? same
                : new Code.Logic(
                        false, same, new Code.Logic(true, test(a, Code.Relation.NE, a), test(b, Code.Relation.NE, b)));
    }

    private static Code.Value less(Code.Value a, Code.Value b, boolean bIsNumber) {
        return bIsNumber
                ? test(a, Code.Relation.LT, b)
                : new Code.Logic(true, test(a, Code.Relation.EQ, a), not(test(a, Code.Relation.GE, b)));
    }

    private static Code.Value greater(Code.Value a, Code.Value b, boolean bIsNumber) {
        Code.Value unordered = not(test(a, Code.Relation.LE, b));
        return bIsNumber
                ? unordered
                : new Code.Logic(true, test(b, Code.Relation.EQ, b), not(test(b, Code.Relation.GE, a)));
    }

    /// Kleene: the result is known if both sides are, or if one side is and decides.
    static RowCode.Cell join(Body body, boolean conjunction, Code.Value l, Code.Value lValid, RowCode.Cell right) {
        Code.Value rValid = right.valid();
        Code.Value r = lValid == null && rValid == null ? right.value() : body.hold("right", right.value());
        Code.Value value = conjunction ? and(l, r) : or(l, r);
        if (lValid == null && rValid == null) {
            return new RowCode.Cell(value, null);
        }
        Code.Value leftDecides = conjunction ? not(l) : l;
        Code.Value rightDecides = conjunction ? not(r) : r;
        if (lValid == null) {
            return new RowCode.Cell(value, or(rValid, leftDecides));
        }
        if (rValid == null) {
            return new RowCode.Cell(value, or(lValid, rightDecides));
        }
        Code.Value known = body.hold("rightValid", rValid);
        return new RowCode.Cell(value, or(or(and(lValid, known), and(lValid, leftDecides)), and(known, rightDecides)));
    }

    private static Code.Relation relation(Expr.Comparison.Op op) {
        return switch (op) {
            case EQ -> Code.Relation.EQ;
            case NE -> Code.Relation.NE;
            case LT -> Code.Relation.LT;
            case LE -> Code.Relation.LE;
            case GT -> Code.Relation.GT;
            case GE -> Code.Relation.GE;
        };
    }
}
