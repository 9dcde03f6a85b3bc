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
            };
            result = result == null ? folded : calls.blend(result, folded, mask(lanes));
        }
        return result;
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

    static Code.Call math(String method, Code.Value left, Code.Value right) {
        return Values.call(Types.of(Math.class), method, CD_long, left, right);
    }
}
