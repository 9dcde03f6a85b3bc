package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Code that computes an expression for as many neighbouring rows as a vector has lanes of 64 bits.
///
/// int64 and timestamp are `LongVector`s, float64 `DoubleVector`s, bool and validity masks (always of a `LongVector`).
final class VectorCode {
    /// `valid` is null when no lane can be null; a lane that is not valid may be anything.
    record Lanes(Code.Value value, Code.Value valid) {}

    private final Body prologue;
    private final ColumnCode columns;
    private final KernelClass kernel;
    private final VectorCalls calls;
    private final int lanes;
    /// What was loaded already: a vector loop has one body.
    private final Map<Typed.Column, Lanes> loaded = new HashMap<>();
    private final Map<Code.Value, Code.Var> broadcasts = new HashMap<>();
    private final Map<Typed.Column, Code.Value> validities = new HashMap<>();

    VectorCode(Body prologue, ColumnCode columns, KernelClass kernel, int bits) {
        this.prologue = prologue;
        this.columns = columns;
        this.kernel = kernel;
        this.calls = new VectorCalls(bits);
        this.lanes = bits / Long.SIZE;
    }

    /// Why the expression has no vector form, or null.
    static String refusal(Typed typed) {
        return switch (typed) {
            case Typed.Column it ->
                it.type() instanceof DataType.Utf8 ? "utf8 (" + it.field().name() + ")" : null;
            case Typed.Constant it -> it.type() instanceof DataType.Utf8 ? "utf8 literal" : null;
            case Typed.Widen it -> refusal(it.input());
            case Typed.Arithmetic it when it.integerDivision() -> "int64 division";
            case Typed.Arithmetic it when it.op() == Expr.Arithmetic.Op.REMAINDER -> "float64 remainder";
            case Typed.Arithmetic it -> first(refusal(it.left()), refusal(it.right()));
            case Typed.Comparison it -> first(refusal(it.left()), refusal(it.right()));
            case Typed.Logic it -> first(refusal(it.left()), refusal(it.right()));
            case Typed.Not it -> refusal(it.input());
        };
    }

    static String first(String refusal, String other) {
        return refusal != null ? refusal : other;
    }

    VectorCalls calls() {
        return calls;
    }

    int lanes() {
        return lanes;
    }

    // while (i + 8 <= to) { ... i = i + 8; }
    void loop(Body body, Code.Var i, Code.Value to, Consumer<Body> content) {
        body.loop(test(add(i, int32(lanes)), Code.Relation.LE, to), inside -> {
            content.accept(inside);
            inside.increment(i, lanes);
        });
    }

    Code.Value holds(Body body, Typed predicate, Code.Var i) {
        Lanes result = lanes(body, predicate, i);
        return result.valid() == null ? result.value() : calls.and(result.value(), result.valid());
    }

    /// `IntVector.zero(species).addIndex(1)`: 0, 1, 2, ...
    Code.Value laneNumbers() {
        return calls.laneNumbers();
    }

    Code.Value trueCount(Code.Value mask) {
        return calls.invoke(mask, "trueCount", CD_int);
    }

    // rowNumbers.add(i).compress(pass.cast(SPECIES_256)).intoMemorySegment(EVERYTHING, out + 4L * selected, order)
    void storeSelected(Body body, Code.Var laneNumbers, Code.Value pass, Code.Var i, Code.Value address) {
        Code.Value rows = calls.invoke(laneNumbers, "add", Types.INT_VECTOR, i);
        Code.Value narrow = calls.cast(pass, calls.intSpecies());
        Code.Value chosen = calls.invoke(rows, "compress", Types.INT_VECTOR, narrow);
        columns.checkLive(body, address, 4L * lanes);
        body.run(calls.store(chosen, address));
    }

    Lanes lanes(Body body, Typed typed, Code.Var i) {
        return switch (typed) {
            case Typed.Column it -> column(body, it, i);
            case Typed.Constant it -> new Lanes(constant(it), null);
            case Typed.Widen it -> {
                Lanes input = lanes(body, it.input(), i);
                yield new Lanes(call(calls.ops(), "toDoubles", Types.DOUBLE_VECTOR, input.value()), input.valid());
            }
            case Typed.Arithmetic it -> arithmetic(body, it, i);
            case Typed.Comparison it -> comparison(body, it, i);
            case Typed.Logic it -> logic(body, it, i);
            case Typed.Not it -> {
                Lanes input = lanes(body, it.input(), i);
                yield new Lanes(calls.not(input.value()), input.valid());
            }
        };
    }

    private Lanes column(Body body, Typed.Column it, Code.Var i) {
        return loaded.computeIfAbsent(it, _ -> load(body, it, i));
    }

    // DoubleVector price = DoubleVector.fromMemorySegment(SPECIES_512, EVERYTHING, priceData + 8L * i, order);
    private Lanes load(Body body, Typed.Column it, Code.Var i) {
        columns.checkRows(body, i, lanes);
        Code.Value valid = validity(body, it, i);
        Code.Value data = columns.address(it.index(), ColumnAddresses.DATA);
        if (it.type() instanceof DataType.Bool) {
            checkBits(body, it.index(), ColumnAddresses.DATA, i);
            return new Lanes(body.let(it.field().name(), mask(data, i)), valid);
        }
        columns.check(body, it.index(), ColumnAddresses.DATA, at(int64(0), 8, i), int64(8L * lanes));
        ClassDesc type = it.type() instanceof DataType.Float64 ? Types.DOUBLE_VECTOR : Types.LONG_VECTOR;
        return new Lanes(body.let(it.field().name(), calls.load(type, at(data, 8, i))), valid);
    }

    private Code.Value validity(Body body, Typed.Column it, Code.Var i) {
        return it.nullable() ? validities.computeIfAbsent(it, _ -> loadValidity(body, it, i)) : null;
    }

    private Code.Value loadValidity(Body body, Typed.Column it, Code.Var i) {
        checkBits(body, it.index(), ColumnAddresses.VALIDITY, i);
        Code.Value bitmap = columns.address(it.index(), ColumnAddresses.VALIDITY);
        return body.let(it.field().name() + "Valid", mask(bitmap, i));
    }

    /// Validity alone, of a column of any type or of an expression.
    Code.Value valid(Body body, Typed typed, Code.Var i) {
        return typed instanceof Typed.Column it
                ? validity(body, it, i)
                : lanes(body, typed, i).valid();
    }

    private void checkBits(Body body, int column, int buffer, Code.Var i) {
        Code.Value firstByte = Values.binary(Code.Operator.SHIFT_RIGHT, i, int32(3));
        Code.Value lastByte = Values.binary(Code.Operator.SHIFT_RIGHT, add(i, int32(lanes - 1)), int32(3));
        Code.Value bytes = add(Values.subtract(lastByte, firstByte), int32(1));
        columns.check(body, column, buffer, Values.widen(firstByte), Values.widen(bytes));
    }

    // VectorMask.fromLong(SPECIES_512, bits(priceValidity, i, 8))
    private Code.Value mask(Code.Value bitmap, Code.Var i) {
        return calls.maskOf(call(Types.OPS, "bits", CD_long, bitmap, i, int32(lanes)));
    }

    private Code.Value constant(Typed.Constant it) {
        return switch (it.type()) {
            case DataType.Bool _ -> calls.maskAll(bool((Boolean) it.value()));
            case DataType.Float64 _ -> broadcast(CD_double, it.value());
            case DataType.Int64 _ -> broadcast(CD_long, it.value());
            case DataType.Timestamp _ -> broadcast(CD_long, it.value());
            case DataType.Utf8 _ -> throw new IllegalStateException("utf8 has no vector form: " + it);
        };
    }

    private Code.Value broadcast(ClassDesc type, Object value) {
        return broadcasts.computeIfAbsent(
                columns.literal(kernel, type, value), literal -> prologue.let("literals", calls.broadcast(literal)));
    }

    private Lanes arithmetic(Body body, Typed.Arithmetic it, Code.Var i) {
        Lanes left = lanes(body, it.left(), i);
        Lanes right = lanes(body, it.right(), i);
        String method = switch (it.op()) {
            case ADD -> "add";
            case SUBTRACT -> "sub";
            case MULTIPLY -> "mul";
            case DIVIDE -> "div";
            case REMAINDER -> throw new IllegalStateException("no vector form: " + it);
        };
        return new Lanes(calls.lanewise(left.value(), method, right.value()), calls.both(left.valid(), right.valid()));
    }

    private Lanes comparison(Body body, Typed.Comparison it, Code.Var i) {
        Lanes left = lanes(body, it.left(), i);
        Lanes right = lanes(body, it.right(), i);
        Code.Value valid = calls.both(left.valid(), right.valid());
        Code.Value result = switch (it.left().type()) {
            case DataType.Bool _ -> {
                Code.Value differ = calls.invoke(left.value(), "xor", Types.MASK, right.value());
                yield it.op() == Expr.Comparison.Op.EQ ? calls.not(differ) : differ;
            }
            case DataType.Float64 _ -> doubles(body, it, left.value(), right.value());
            case DataType.Int64 _ -> calls.compare(left.value(), it.op().name(), right.value());
            case DataType.Timestamp _ -> calls.compare(left.value(), it.op().name(), right.value());
            case DataType.Utf8 _ -> throw new IllegalStateException("no vector form: " + it);
        };
        return new Lanes(result, valid);
    }

    /// As the comparisons of [RowCode]: NaN equals NaN and is greater than everything else.
    private Code.Value doubles(Body body, Typed.Comparison it, Code.Value left, Code.Value right) {
        Code.Value a = body.hold("left", left);
        Code.Value b = body.hold("right", right);
        boolean bIsNumber = RowCode.number(it.right());
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

    private Lanes logic(Body body, Typed.Logic it, Code.Var i) {
        Lanes left = lanes(body, it.left(), i);
        Lanes right = lanes(body, it.right(), i);
        boolean nulls = left.valid() != null || right.valid() != null;
        Code.Value l = nulls ? body.hold("left", left.value()) : left.value();
        Code.Value r = nulls ? body.hold("right", right.value()) : right.value();
        Code.Value value = it.conjunction() ? calls.and(l, r) : calls.or(l, r);
        if (!nulls) {
            return new Lanes(value, null);
        }
        Code.Value leftDecides = it.conjunction() ? calls.not(l) : l;
        Code.Value rightDecides = it.conjunction() ? calls.not(r) : r;
        if (left.valid() == null) {
            return new Lanes(value, calls.or(right.valid(), leftDecides));
        }
        if (right.valid() == null) {
            return new Lanes(value, calls.or(left.valid(), rightDecides));
        }
        Code.Value lValid = body.hold("leftValid", left.valid());
        Code.Value rValid = body.hold("rightValid", right.valid());
        Code.Value known = calls.and(lValid, rValid);
        return new Lanes(
                value, calls.or(calls.or(known, calls.and(lValid, leftDecides)), calls.and(rValid, rightDecides)));
    }
}
