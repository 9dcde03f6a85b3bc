package io.mullion.codegen;

import io.mullion.expr.DataType;
import java.util.function.Function;

/// Code of arithmetic and conversions in lanes, made of operations that CPUs have.
final class VectorNumbers {
    /// Added to an integer below 2^51 in magnitude, the bits of this double make it the fraction of one.
    private static final double MAGIC = 0x1.8p52;

    private static final double TWO_TO_52 = 0x1p52;
    private static final long SIGN = Long.MIN_VALUE;

    private final VectorCalls calls;
    private final Function<Number, Code.Value> constant;
    private final int bits;

    /// @param constant a number in all lanes
    VectorNumbers(VectorCalls calls, Function<Number, Code.Value> constant, int bits) {
        this.calls = calls;
        this.constant = constant;
        this.bits = bits;
    }

    /// Whether the lanes that [#arithmetic] or [#unary] computes may leave int32.
    boolean wraps(Typed node) {
        return node.type() instanceof DataType.Int32
                && switch (node) {
                    case Typed.Arithmetic it -> !(short16(it.left()) && short16(it.right()));
                    case Typed.Unary it -> !short16(it.input());
                    default -> false;
                };
    }

    /// Whether the value is known to fit an int16: no operation on two such values leaves int32.
    private static boolean short16(Typed node) {
        DataType type = node instanceof Typed.Convert it ? it.input().type() : node.type();
        return type instanceof DataType.Int8 || type instanceof DataType.Int16;
    }

    /// The low `width` bits of each lane, with their sign extended.
    Code.Value wrap(Code.Value lanes, int width) {
        return calls.shift(calls.shift(lanes, "LSHL", Long.SIZE - width), "ASHR", Long.SIZE - width);
    }

    /// float32 is computed as float64 and then rounded, which is right: a sum, difference or product of two numbers of
    /// 24 bits is exact in 53 bits, or so far from the middle between two float32 that rounding it before does not
    /// carry it there or across. A quotient that is not itself such a middle differs from it by more than 2^-49 of its
    /// value, since divisor times middle has 49 bits. (In general: 53 >= 2 * 24 + 2, Figueroa 1995; the subnormal
    /// float32 need the argument above.)
    Code.Value arithmetic(Typed.Arithmetic it, Code.Value left, Code.Value right) {
        String method = switch (it.op()) {
            case ADD -> "add";
            case SUBTRACT -> "sub";
            case MULTIPLY -> "mul";
            case DIVIDE -> "div";
            case REMAINDER -> throw new IllegalStateException("no vector form: " + it);
        };
        Code.Value result = calls.lanewise(left, method, right);
        return it.type() instanceof DataType.Float32 ? toFloat32(result) : result;
    }

    /// Doubles rounded to the nearest float32.
    private Code.Value toFloat32(Code.Value doubles) {
        return calls.toDoubles(calls.narrow(doubles, VectorCalls.FLOAT_VECTOR, 2));
    }

    Code.Value unary(Body body, Typed.Unary.Op op, Code.Value input) {
        boolean floating = input.type().equals(Types.DOUBLE_VECTOR);
        return switch (op) {
            case NEGATE ->
                body.let("number", floating ? calls.unary(input, "neg") : calls.lanewise(zero(), "sub", input));
            // The least integer is its own absolute value, since it is its own negation.
            case ABS ->
                body.let(
                        "number",
                        floating
                                ? calls.unary(input, "abs")
                                : calls.lanewise(input, "max", calls.lanewise(zero(), "sub", input)));
            case SQRT -> body.let("number", calls.unary(input, "sqrt"));
            case FLOOR -> whole(body, input, "GT", "sub");
            case CEIL -> whole(body, input, "LT", "add");
            case ROUND -> round(body, input);
        };
    }

    private Code.Value zero() {
        return constant.apply(0L);
    }

    // DoubleVector magnitude = x.abs();
    // LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
    // DoubleVector nearest = withSign(magnitude.add(0x1p52).sub(0x1p52), sign);   // no bits left for a fraction
    // DoubleVector floor = withSign(nearest.blend(nearest.sub(1), nearest.compare(GT, x)), sign);  // keeps -0.0
    // x.blend(floor, magnitude.compare(LT, 0x1p52))                               // all others are whole, or NaN
    private Code.Value whole(Body body, Code.Value input, String tooFar, String back) {
        Code.Value x = body.hold("x", input);
        Code.Var magnitude = body.let("magnitude", calls.unary(x, "abs"));
        Code.Var sign = body.let("sign", calls.lanewise(calls.asLongs(x), "and", constant.apply(SIGN)));
        Code.Var nearest = body.let("nearest", withSign(nearest(magnitude), sign));
        Code.Value other = calls.lanewise(nearest, back, constant.apply(1.0));
        Code.Value whole = withSign(calls.blend(nearest, other, calls.compare(nearest, tooFar, x)), sign);
        Code.Value fraction = calls.compare(magnitude, "LT", constant.apply(TWO_TO_52));
        return body.let("whole", calls.blend(x, whole, fraction));
    }

    /// As [KernelOps#round]: the magnitude plus the greatest number below a half, and then what is whole of it.
    private Code.Value round(Body body, Code.Value input) {
        Code.Value x = body.hold("x", input);
        Code.Var magnitude = body.let("magnitude", calls.unary(x, "abs"));
        Code.Var lifted = body.let("lifted", calls.lanewise(magnitude, "add", constant.apply(Math.nextDown(0.5))));
        Code.Var nearest = body.let("nearest", nearest(lifted));
        Code.Value other = calls.lanewise(nearest, "sub", constant.apply(1.0));
        Code.Value whole = calls.blend(nearest, other, calls.compare(nearest, "GT", lifted));
        Code.Var sign = body.let("sign", calls.lanewise(calls.asLongs(x), "and", constant.apply(SIGN)));
        Code.Value fraction = calls.compare(magnitude, "LT", constant.apply(TWO_TO_52));
        return body.let("whole", calls.blend(x, withSign(whole, sign), fraction));
    }

    /// Magnitudes below 2^52 as whole numbers: the sum has no bits left for a fraction.
    private Code.Value nearest(Code.Value magnitude) {
        Code.Value limit = constant.apply(TWO_TO_52);
        return calls.lanewise(calls.lanewise(magnitude, "add", limit), "sub", limit);
    }

    private Code.Value withSign(Code.Value doubles, Code.Value sign) {
        return calls.asDoubles(calls.lanewise(calls.asLongs(doubles), "or", sign));
    }

    Code.Value converted(Body body, Typed.Convert it, Code.Value input) {
        DataType from = it.input().type();
        DataType to = it.type();
        if (!from.floating() && !to.floating()) {
            boolean wider = to.byteWidth() >= from.byteWidth();
            return wider ? input : body.let("converted", wrap(input, to.byteWidth() * Byte.SIZE));
        }
        if (from.floating()) {
            boolean wider = to.byteWidth() >= from.byteWidth();
            return wider ? input : body.let("converted", toFloat32(input));
        }
        boolean narrow = from.byteWidth() < Long.BYTES;
        if (to instanceof DataType.Float64) {
            return body.let("converted", narrow ? smallToDoubles(input) : toDoubles(body, input));
        }
        // An int32 is exact in float64, so this rounds once.
        Code.Value doubles = narrow ? smallToDoubles(input) : toDoubles(body, stickyBeyond53Bits(body, input));
        boolean exact = from.byteWidth() <= 2;
        return body.let("converted", exact ? doubles : toFloat32(doubles));
    }

    // longs.add(0x4338000000000000L).reinterpretAsDoubles().sub(0x1.8p52)
    private Code.Value smallToDoubles(Code.Value longs) {
        if (bits == 512) {
            return calls.toDoubles(longs);
        }
        Code.Value shifted = calls.lanewise(longs, "add", constant.apply(Double.doubleToRawLongBits(MAGIC)));
        return calls.lanewise(calls.asDoubles(shifted), "sub", constant.apply(MAGIC));
    }

    /// int64 as float64, rounded once.
    ///
    /// CPUs without 512-bit vectors have no such instruction. There the halves are put into the fraction of 2^52, which
    /// makes them doubles without rounding, and the one addition of both rounds as the conversion would.
    private Code.Value toDoubles(Body body, Code.Value longs) {
        if (bits == 512) {
            return calls.toDoubles(longs);
        }
        Code.Value x = body.hold("longs", longs);
        Code.Value two52 = constant.apply(Double.doubleToRawLongBits(TWO_TO_52));
        Code.Value low = calls.lanewise(
                calls.asDoubles(calls.lanewise(calls.lanewise(x, "and", constant.apply(0xffffffffL)), "or", two52)),
                "sub",
                constant.apply(TWO_TO_52));
        Code.Value high = calls.asDoubles(
                calls.lanewise(calls.xor(calls.shift(x, "LSHR", 32), constant.apply(0x80000000L)), "or", two52));
        Code.Value scaled = calls.lanewise(
                calls.lanewise(high, "sub", constant.apply(TWO_TO_52 + 0x1p31)), "mul", constant.apply(0x1p32));
        return calls.lanewise(scaled, "add", low);
    }

    /// Integers that float64 may round, made such that it does not: of the 11 bits that it has no room for, the highest
    /// says whether any was set. A float32, which has 29 bits less, rounds both alike.
    private Code.Value stickyBeyond53Bits(Body body, Code.Value longs) {
        Code.Value x = body.hold("longs", longs);
        Code.Var low = body.let("low", calls.lanewise(x, "and", constant.apply(0x7ffL)));
        Code.Value sticky = calls.lanewise(calls.lanewise(x, "sub", low), "or", constant.apply(0x800L));
        Code.Var magnitude = body.let("magnitude", calls.lanewise(x, "max", calls.lanewise(zero(), "sub", x)));
        Code.Value large = calls.or(
                calls.compare(magnitude, "GE", constant.apply(1L << 53)), calls.compare(magnitude, "LT", zero()));
        Code.Value rounds = calls.and(large, calls.compare(low, "NE", zero()));
        return body.let("sticky", calls.blend(x, sticky, rounds));
    }
}
