package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.getDouble;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.or;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Code that computes an expression for one row.
final class RowCode {
    /// A value of one row. `valid` is null when it cannot be null; a value that is not valid may be anything.
    record Cell(Code.Value value, Code.Value valid) {}

    /// A text of one row: bytes at an address, or a `byte[]` literal.
    record Text(Code.Value address, Code.Value length, Code.Value literal, Code.Value valid) {}

    private final ColumnCode columns;
    private final KernelClass kernel;
    private final Consumer<Body> divisionByZero;
    /// What was loaded already, by the body whose later statements see it.
    private final Map<Body, Map<Typed.Column, Cell>> loaded = new HashMap<>();
    private final Map<Body, Map<Typed.Column, Code.Value>> validities = new HashMap<>();

    /// @param divisionByZero ends the method for a row that cannot be computed
    RowCode(ColumnCode columns, KernelClass kernel, Consumer<Body> divisionByZero) {
        this.columns = columns;
        this.kernel = kernel;
        this.divisionByZero = divisionByZero;
    }

    Cell cell(Body body, Typed typed, Code.Value row) {
        return switch (typed) {
            case Typed.Column it -> column(body, it, row);
            case Typed.Constant it -> new Cell(constant(it), null);
            case Typed.Widen it -> {
                Cell input = cell(body, it.input(), row);
                yield new Cell(new Code.Cast(CD_double, input.value()), input.valid());
            }
            case Typed.Arithmetic it -> arithmetic(body, it, row);
            case Typed.Comparison it -> comparison(body, it, row);
            case Typed.Logic it -> logic(body, it, row);
            case Typed.Not it -> {
                Cell input = cell(body, it.input(), row);
                yield new Cell(not(input.value()), input.valid());
            }
        };
    }

    /// Whether the predicate is true: neither false nor null.
    Code.Value holds(Body body, Typed predicate, Code.Value row) {
        Cell cell = cell(body, predicate, row);
        return cell.valid() == null ? cell.value() : and(cell.value(), cell.valid());
    }

    /// Whether there is a value, for any type; null when there always is.
    Code.Value valid(Body body, Typed typed, Code.Value row) {
        return typed instanceof Typed.Column it
                ? validity(body, it, row)
                : cell(body, typed, row).valid();
    }

    // int word = getInt(wordOffsets + 4L * row);
    // int wordLength = getInt(wordOffsets + 4L * row + 4L) - word;
    Text text(Body body, Typed typed, Code.Value row) {
        if (typed instanceof Typed.Constant(String literal, _)) {
            Code.Value bytes = columns.literal(kernel, Types.BYTE_ARRAY, Literals.utf8(literal));
            return new Text(null, null, bytes, null);
        }
        if (!(typed instanceof Typed.Column it)) {
            throw new IllegalStateException("no expression but a column or a literal is utf8: " + typed);
        }
        String name = it.field().name();
        Code.Value valid = validity(body, it, row);
        columns.check(body, it.index(), ColumnAddresses.OFFSETS, at(int64(0), 4, row), int64(8));
        Code.Value offsets = columns.address(it.index(), ColumnAddresses.OFFSETS);
        Code.Var start = body.let(name + "Start", getInt(at(offsets, 4, row)));
        Code.Var length = body.let(name + "Length", subtract(getInt(add(at(offsets, 4, row), int64(4))), start));
        columns.check(body, it.index(), ColumnAddresses.DATA, widen(start), widen(length));
        Code.Value data = columns.address(it.index(), ColumnAddresses.DATA);
        Code.Var address = body.let(name, add(data, widen(start)));
        return new Text(address, length, null, valid);
    }

    private Cell column(Body body, Typed.Column it, Code.Value row) {
        return loaded.computeIfAbsent(body, _ -> new HashMap<>()).computeIfAbsent(it, _ -> load(body, it, row));
    }

    // long price = getLong(priceData + 8L * row);
    private Cell load(Body body, Typed.Column it, Code.Value row) {
        int index = it.index();
        columns.checkRows(body, row, 1);
        Code.Value valid = validity(body, it, row);
        Code.Value data = columns.address(index, ColumnAddresses.DATA);
        if (it.type() instanceof DataType.Bool) {
            columns.check(
                    body,
                    index,
                    ColumnAddresses.DATA,
                    widen(binary(Code.Operator.SHIFT_RIGHT, row, int32(3))),
                    int64(1));
        } else {
            columns.check(body, index, ColumnAddresses.DATA, at(int64(0), 8, row), int64(8));
        }
        Code.Value loaded = switch (it.type()) {
            case DataType.Bool _ -> call(Types.OPS, "bit", CD_boolean, data, row);
            case DataType.Float64 _ -> getDouble(at(data, 8, row));
            case DataType.Int64 _ -> getLong(at(data, 8, row));
            case DataType.Timestamp _ -> getLong(at(data, 8, row));
            case DataType.Utf8 _ -> throw new IllegalStateException("utf8 is no value of fixed width: " + it);
        };
        return new Cell(body.let(it.field().name(), loaded), valid);
    }

    private Code.Value validity(Body body, Typed.Column it, Code.Value row) {
        if (!it.nullable()) {
            return null;
        }
        return validities
                .computeIfAbsent(body, _ -> new HashMap<>())
                .computeIfAbsent(it, _ -> loadValidity(body, it, row));
    }

    private Code.Value loadValidity(Body body, Typed.Column it, Code.Value row) {
        Code.Value byteOffset = widen(binary(Code.Operator.SHIFT_RIGHT, row, int32(3)));
        columns.check(body, it.index(), ColumnAddresses.VALIDITY, byteOffset, int64(1));
        Code.Value bitmap = columns.address(it.index(), ColumnAddresses.VALIDITY);
        return body.let(it.field().name() + "Valid", call(Types.OPS, "bit", CD_boolean, bitmap, row));
    }

    private Code.Value constant(Typed.Constant it) {
        return switch (it.type()) {
            case DataType.Bool _ -> bool((Boolean) it.value());
            case DataType.Float64 _ -> columns.literal(kernel, CD_double, it.value());
            case DataType.Int64 _ -> columns.literal(kernel, CD_long, it.value());
            case DataType.Timestamp _ -> columns.literal(kernel, CD_long, it.value());
            case DataType.Utf8 _ -> throw new IllegalStateException("utf8 is no value of fixed width: " + it);
        };
    }

    private Cell arithmetic(Body body, Typed.Arithmetic it, Code.Value row) {
        Cell left = cell(body, it.left(), row);
        Cell right = cell(body, it.right(), row);
        Code.Value valid = both(left.valid(), right.valid());
        if (it.dividesByAnything()) {
            return division(body, operator(it.op()), left, right, valid);
        }
        return new Cell(binary(operator(it.op()), left.value(), right.value()), valid);
    }

    // long quotient = 0L;
    // if (leftValid & rightValid) {
    //     if (divisor == 0L) { return fail(progress, DIVISION_BY_ZERO, i, selected); }
    //     quotient = dividend / divisor;
    // }
    private Cell division(Body body, Code.Operator op, Cell left, Cell right, Code.Value valid) {
        Code.Value dividend = body.hold("dividend", left.value());
        Code.Value divisor = body.hold("divisor", right.value());
        if (valid == null) {
            body.when(isZero64(divisor), divisionByZero);
            return new Cell(body.let("quotient", binary(op, dividend, divisor)), null);
        }
        Code.Value known = body.hold("valid", valid);
        Code.Var quotient = body.let("quotient", int64(0));
        body.when(known, inside -> {
            inside.when(isZero64(divisor), divisionByZero);
            inside.assign(quotient, binary(op, dividend, divisor));
        });
        return new Cell(quotient, known);
    }

    private Cell comparison(Body body, Typed.Comparison it, Code.Value row) {
        DataType type = it.left().type();
        if (type instanceof DataType.Utf8) {
            return textComparison(body, it, row);
        }
        Cell left = cell(body, it.left(), row);
        Cell right = cell(body, it.right(), row);
        Code.Value valid = both(left.valid(), right.valid());
        if (type instanceof DataType.Float64) {
            return new Cell(doubles(body, it, left.value(), right.value()), valid);
        }
        return new Cell(test(left.value(), relation(it.op()), right.value()), valid);
    }

    /// Java's comparisons, mended so that NaN equals NaN and is greater than everything else.
    private static Code.Value doubles(Body body, Typed.Comparison it, Code.Value left, Code.Value right) {
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
        return typed instanceof Typed.Constant(Double value, _) && !value.isNaN() || typed instanceof Typed.Widen;
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

    private Cell textComparison(Body body, Typed.Comparison it, Code.Value row) {
        boolean mirrored = it.left() instanceof Typed.Constant;
        Text left = text(body, mirrored ? it.right() : it.left(), row);
        Text right = text(body, mirrored ? it.left() : it.right(), row);
        Code.Value valid = both(left.valid(), right.valid());
        boolean equality = it.op() == Expr.Comparison.Op.EQ || it.op() == Expr.Comparison.Op.NE;
        String method = equality ? "equal" : "compare";
        // A row that is null may have any bytes or none behind it; their bounds are in order all the same, so nothing
        // is asked here.
        Code.Value compared = right.literal() != null
                ? call(
                        Types.UTF8,
                        method,
                        equality ? CD_boolean : CD_int,
                        left.address(),
                        left.length(),
                        right.literal())
                : call(
                        Types.UTF8,
                        method,
                        equality ? CD_boolean : CD_int,
                        left.address(),
                        left.length(),
                        right.address(),
                        right.length());
        if (equality) {
            return new Cell(it.op() == Expr.Comparison.Op.EQ ? compared : not(compared), valid);
        }
        Code.Relation relation = relation(it.op());
        return new Cell(test(compared, mirrored ? mirror(relation) : relation, int32(0)), valid);
    }

    private Cell logic(Body body, Typed.Logic it, Code.Value row) {
        Cell left = cell(body, it.left(), row);
        Code.Value l = body.hold(it.conjunction() ? "left" : "either", left.value());
        Code.Value lValid = left.valid() == null ? null : body.hold("leftValid", left.valid());
        if (!costly(it.right())) {
            Cell right = cell(body, it.right(), row);
            return join(body, it.conjunction(), l, lValid, right);
        }
        // boolean both = false;          // what holds if the left side decides
        // if (left || !leftValid) { .. both = left & right; }
        Code.Var result = body.let(it.conjunction() ? "both" : "any", bool(!it.conjunction()));
        Code.Var valid = it.nullable() ? body.let(result.name() + "Valid", bool(true)) : null;
        Code.Value open = it.conjunction() ? l : not(l);
        body.when(lValid == null ? open : new Code.Logic(false, open, not(lValid)), inside -> {
            Cell joined = join(inside, it.conjunction(), l, lValid, cell(inside, it.right(), row));
            inside.assign(result, joined.value());
            if (valid != null) {
                inside.assign(valid, joined.valid());
            }
        });
        return new Cell(result, valid);
    }

    /// Kleene: the result is known if both sides are, or if one side is and decides.
    private static Cell join(Body body, boolean conjunction, Code.Value l, Code.Value lValid, Cell right) {
        Code.Value rValid = right.valid();
        Code.Value r = lValid == null && rValid == null ? right.value() : body.hold("right", right.value());
        Code.Value value = conjunction ? and(l, r) : or(l, r);
        if (lValid == null && rValid == null) {
            return new Cell(value, null);
        }
        Code.Value leftDecides = conjunction ? not(l) : l;
        Code.Value rightDecides = conjunction ? not(r) : r;
        if (lValid == null) {
            return new Cell(value, or(rValid, leftDecides));
        }
        if (rValid == null) {
            return new Cell(value, or(lValid, rightDecides));
        }
        Code.Value known = body.hold("rightValid", rValid);
        return new Cell(value, or(or(and(lValid, known), and(lValid, leftDecides)), and(known, rightDecides)));
    }

    /// Whether a branch around the expression is worth it, or demanded because a row might fail in it.
    private static boolean costly(Typed typed) {
        return typed.fallible() || comparesText(typed);
    }

    private static boolean comparesText(Typed typed) {
        return switch (typed) {
            case Typed.Column _ -> false;
            case Typed.Constant _ -> false;
            case Typed.Widen it -> comparesText(it.input());
            case Typed.Arithmetic it -> comparesText(it.left()) || comparesText(it.right());
            case Typed.Comparison it ->
                it.left().type() instanceof DataType.Utf8 || comparesText(it.left()) || comparesText(it.right());
            case Typed.Logic it -> comparesText(it.left()) || comparesText(it.right());
            case Typed.Not it -> comparesText(it.input());
        };
    }

    static Code.Value both(Code.Value leftValid, Code.Value rightValid) {
        if (leftValid == null) {
            return rightValid;
        }
        return rightValid == null ? leftValid : and(leftValid, rightValid);
    }

    static Code.Operator operator(Expr.Arithmetic.Op op) {
        return switch (op) {
            case ADD -> Code.Operator.ADD;
            case SUBTRACT -> Code.Operator.SUBTRACT;
            case MULTIPLY -> Code.Operator.MULTIPLY;
            case DIVIDE -> Code.Operator.DIVIDE;
            case REMAINDER -> Code.Operator.REMAINDER;
        };
    }

    static Code.Relation relation(Expr.Comparison.Op op) {
        return switch (op) {
            case EQ -> Code.Relation.EQ;
            case NE -> Code.Relation.NE;
            case LT -> Code.Relation.LT;
            case LE -> Code.Relation.LE;
            case GT -> Code.Relation.GT;
            case GE -> Code.Relation.GE;
        };
    }

    private static Code.Relation mirror(Code.Relation relation) {
        return switch (relation) {
            case EQ -> Code.Relation.EQ;
            case NE -> Code.Relation.NE;
            case LT -> Code.Relation.GT;
            case LE -> Code.Relation.GE;
            case GT -> Code.Relation.LT;
            case GE -> Code.Relation.LE;
        };
    }
}
