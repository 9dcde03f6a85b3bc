package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_long;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Code that folds one vector of accumulator lanes into another: every operation that some lane needs is done in all
/// lanes, and constant masks pick the right one for each.
final class LaneCode {
    private final Body prologue;
    private final VectorCalls calls;
    private final List<AccumulatorLayout.Op> ops;
    private final Map<Long, Code.Var> masks = new HashMap<>();

    /// @param prologue where constant masks are made
    LaneCode(Body prologue, VectorCalls calls, List<AccumulatorLayout.Op> ops) {
        this.prologue = prologue;
        this.calls = calls;
        this.ops = ops;
    }

    /// Lanes [from, to) of both, folded.
    Code.Value fold(Code.Value mine, Code.Value other, int from, int to) {
        Code.Value result = null;
        for (AccumulatorLayout.Op op : AccumulatorLayout.Op.values()) {
            long lanes = lanes(from, to, lane -> ops.get(lane) == op);
            if (lanes == 0) {
                continue;
            }
            Code.Value folded = switch (op) {
                case ADD -> calls.lanewise(mine, "add", other);
                case ADD_FLOAT -> calls.asLongs(calls.lanewise(calls.asDoubles(mine), "add", calls.asDoubles(other)));
                case MIN -> calls.lanewise(mine, "min", other);
                case MAX -> calls.lanewise(mine, "max", other);
                case BIT_AND -> calls.lanewise(mine, "and", other);
                case BIT_OR -> calls.lanewise(mine, "or", other);
                case BIT_XOR -> calls.xor(mine, other);
                case VARIANCE, LEAST_BY, GREATEST_BY, LATEST_BY, LEAST_DECIMAL, GREATEST_DECIMAL, REST, USER ->
                    throw new IllegalStateException("is folded with other lanes: " + op);
            };
            result = result == null ? folded : calls.blend(result, folded, mask(lanes));
        }
        return result;
    }

    /// Lanes [from, to) of both: the integer sums without what `other` has, the others as they are.
    Code.Value retract(Code.Value mine, Code.Value other, int from, int to) {
        Code.Value rest = calls.lanewise(mine, "sub", other);
        long kept = lanes(from, to, lane -> ops.get(lane) != AccumulatorLayout.Op.ADD);
        return kept == 0 ? rest : calls.blend(rest, mine, mask(kept));
    }

    /// A constant mask, made once before the loop.
    Code.Var mask(long lanes) {
        return masks.computeIfAbsent(
                lanes, bits -> prologue.let("lanes" + Long.toBinaryString(bits), calls.maskOf(Values.int64(bits))));
    }

    /// One bit for each lane of [from, to), bit 0 for `from`.
    static long lanes(int from, int to, Predicate<Integer> chosen) {
        long bits = 0;
        for (int lane = from; lane < to; lane++) {
            if (chosen.test(lane)) {
                bits |= 1L << (lane - from);
            }
        }
        return bits;
    }

    /// A lane folded by itself, its value and another one.
    static Code.Value fold(AccumulatorLayout.Op op, Code.Value mine, Code.Value other) {
        return switch (op) {
            case ADD, ADD_FLOAT -> Values.add(mine, other);
            case MIN -> math("min", mine, other);
            case MAX -> math("max", mine, other);
            case BIT_AND -> Values.and(mine, other);
            case BIT_OR -> Values.or(mine, other);
            case BIT_XOR -> Values.binary(Code.Operator.XOR, mine, other);
            case VARIANCE, LEAST_BY, GREATEST_BY, LATEST_BY, LEAST_DECIMAL, GREATEST_DECIMAL, REST, USER ->
                throw new IllegalStateException("is folded with other lanes: " + op);
        };
    }

    // putLong(address, getLong(address) + value);
    static Code.Call folded(AccumulatorLayout.Op op, Code.Value address, Code.Value value) {
        return op == AccumulatorLayout.Op.ADD_FLOAT
                ? Values.putDouble(address, fold(op, Values.getDouble(address), value))
                : Values.putLong(address, fold(op, Values.getLong(address), value));
    }

    private static Code.Call math(String method, Code.Value left, Code.Value right) {
        return Values.call(Types.of(Math.class), method, CD_long, left, right);
    }
}
