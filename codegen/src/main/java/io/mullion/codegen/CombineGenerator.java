package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.getDouble;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.putLong;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.util.ArrayList;
import java.util.List;

/// Generates [CombineKernel]s, those that merge and those that retract. What cannot be taken out of a lane stays in it:
/// whoever retracts reads the lanes of integer sums only.
final class CombineGenerator {
    private static final Code.Var TARGET = new Code.Var("target", CD_long);
    private static final Code.Var SOURCE = new Code.Var("source", CD_long);
    private static final Code.Var ROWS = new Code.Var("rows", CD_int);
    private static final Code.Var MINE = new Code.Var("mine", CD_long);
    private static final Code.Var STATE = new Code.Var("target", Types.STATE);
    private static final Code.Var GROUPS = new Code.Var("groups", CD_long);
    private static final Code.Var KEPT = new Code.Var("kept", CD_long);
    private static final Code.Var ROW_BYTES = new Code.Var("rowBytes", CD_int);

    /// Lanes of one loop: a whole number of vectors, and what the JIT compiles.
    private static final int MAX_LANES = 64;

    /// What becomes of rows that lie anywhere.
    private enum Scattered {
        /// The others are merged into them.
        MERGED,
        /// The same, and what they were before is kept.
        MERGED_KEEPING,
        /// They are the others.
        SET
    }

    private final AccumulatorLayout layout;
    private final boolean retract;
    private final Target target;
    private final boolean vectors;
    private final KernelClass kernel;

    CombineGenerator(AccumulatorLayout layout, boolean retract, Object title, Target target) {
        this.layout = layout;
        this.retract = retract;
        this.target = target;
        this.vectors = target.vector() && !layout.compound();
        this.kernel = new KernelClass(CombineKernel.class, title);
    }

    Compiled<CombineKernel> generate() {
        List<Code.Var> parameters = List.of(TARGET, SOURCE, ROWS);
        if (layout.laneCount() <= MAX_LANES) {
            kernel.open("combine", CD_void, parameters, body -> loops(body, TARGET, 0, layout.laneCount()));
            if (!layout.ops().contains(AccumulatorLayout.Op.USER)) {
                List<Code.Var> into = List.of(TARGET, MINE, SOURCE, ROWS, ROW_BYTES);
                kernel.open("combineInto", CD_void, into, body -> loops(body, MINE, 0, layout.laneCount()));
                scattered();
            }
        } else {
            kernel.open("combine", CD_void, parameters, this::oneAfterAnother);
            for (int lane = 0; lane < layout.laneCount(); lane += MAX_LANES) {
                int first = lane;
                int end = Math.min(first + MAX_LANES, layout.laneCount());
                kernel.inner(name(first), CD_void, parameters, body -> loops(body, TARGET, first, end));
            }
        }
        return kernel.define(CombineKernel.class, target.variant(layout.compound() ? AccumulatorPlan.COMPOUND : null));
    }

    // if (kept == 0L) { scattered(..); } else { scatteredKeeping(..); }
    private void scattered() {
        List<Code.Var> parameters = List.of(STATE, GROUPS, SOURCE, ROWS, KEPT);
        List<Code.Var> all = List.of(STATE, GROUPS, SOURCE, ROWS, KEPT, ROW_BYTES);
        kernel.open("combineScattered", CD_void, all, body -> {
            Code.Value[] arguments = parameters.toArray(Code.Value[]::new);
            body.when(
                    Values.isZero64(KEPT),
                    none -> none.run(Values.invoke(kernel.self(), "scattered", CD_void, arguments)),
                    some -> some.run(Values.invoke(kernel.self(), "scatteredKeeping", CD_void, arguments)));
            body.give(null);
        });
        kernel.inner("scattered", CD_void, parameters, body -> scatteredLoop(body, Scattered.MERGED));
        kernel.inner("scatteredKeeping", CD_void, parameters, body -> scatteredLoop(body, Scattered.MERGED_KEEPING));
        List<Code.Var> set = List.of(STATE, GROUPS, SOURCE, ROWS, ROW_BYTES);
        kernel.open("setScattered", CD_void, set, body -> scatteredLoop(body, Scattered.SET));
    }

    // long[] pages = state.pages();
    // long from = source;
    // long keep = kept;
    // int i = 0;
    // while (i < rows) {
    //     int group = getInt(groups + 4L * i);
    //     long at = pages[group >>> 8] + 64L * (group & 255);
    //     LongVector mine = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, at, order);
    //     LongVector other = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, from, order);
    //     mine.intoMemorySegment(EVERYTHING, keep, order);
    //     mine.add(other).blend(mine.min(other), minLanes).intoMemorySegment(EVERYTHING, at, order);
    //     from = from + 64L;
    //     keep = keep + 64L;
    //     i = i + 1;
    // }
    private void scatteredLoop(Body prologue, Scattered what) {
        boolean keeping = what == Scattered.MERGED_KEEPING;
        Code.Var pages = prologue.let("pages", Values.invoke(STATE, "pages", Types.LONG_ARRAY));
        Body body = prologue.sibling();
        Code.Var from = body.let("from", SOURCE);
        Code.Var keep = keeping ? body.let("keep", KEPT) : null;
        Code.Var i = body.let("i", Values.int32(0));
        VectorCalls calls =
                vectors ? new VectorCalls(Math.min(target.vectorBits(), layout.rowBytes() * Byte.SIZE)) : null;
        LaneCode lanes = vectors && what != Scattered.SET ? new LaneCode(prologue, calls, layout.ops()) : null;
        body.loop(test(i, Code.Relation.LT, ROWS), inside -> {
            Code.Var group = inside.let("group", Values.getInt(at(GROUPS, 4, i)));
            Code.Value page = new Code.Element(pages, GroupedLoop.pageOf(group), CD_long);
            Code.Value row = Values.and(group, Values.int32(StateAddresses.PAGE_MASK));
            Code.Var at = inside.let("at", at(page, layout.rowBytes(), row));
            if (vectors) {
                vectorRow(inside, calls, lanes, at, from, keep);
            } else if (what == Scattered.SET) {
                copyLanes(inside, from, at);
            } else {
                if (keeping) {
                    copyLanes(inside, at, keep);
                }
                for (int lane = 0; lane < layout.laneCount(); lane++) {
                    lane(inside, layout.ops().get(lane), at, from, int64((long) lane * AccumulatorLayout.LANE_BYTES));
                }
            }
            inside.assign(from, add(from, int64(layout.rowBytes())));
            if (keeping) {
                inside.assign(keep, add(keep, int64(layout.rowBytes())));
            }
            inside.increment(i, 1);
        });
        body.give(null);
        prologue.append(body);
    }

    /// @param lanes merges them; null where rows are set
    /// @param keep where the row goes as it was before, or null
    private void vectorRow(
            Body body, VectorCalls calls, LaneCode lanes, Code.Value at, Code.Value from, Code.Value keep) {
        int vectorBytes = Math.min(target.vectorBits() / Byte.SIZE, layout.rowBytes());
        int lanesPerVector = vectorBytes / AccumulatorLayout.LANE_BYTES;
        for (int first = 0; first < layout.laneCount(); first += lanesPerVector) {
            Code.Value offset = int64((long) first * AccumulatorLayout.LANE_BYTES);
            ColumnCode.checkLive(body, target.checked(), add(at, offset), vectorBytes);
            ColumnCode.checkLive(body, target.checked(), add(from, offset), vectorBytes);
            Code.Var other = body.let("other", calls.load(Types.LONG_VECTOR, add(from, offset)));
            if (lanes == null) {
                body.run(calls.store(other, add(at, offset)));
                continue;
            }
            Code.Var mine = body.let("mine", calls.load(Types.LONG_VECTOR, add(at, offset)));
            if (keep != null) {
                ColumnCode.checkLive(body, target.checked(), add(keep, offset), vectorBytes);
                body.run(calls.store(mine, add(keep, offset)));
            }
            Code.Value merged = retract
                    ? lanes.retract(mine, other, first, first + lanesPerVector)
                    : lanes.fold(mine, other, first, first + lanesPerVector);
            body.run(calls.store(merged, add(at, offset)));
        }
    }

    private static String name(int lane) {
        return "combine" + lane / MAX_LANES;
    }

    // combine0(target, source, rows);
    // combine1(target + 512L, source + 512L, rows);
    private void oneAfterAnother(Body body) {
        for (int lane = 0; lane < layout.laneCount(); lane += MAX_LANES) {
            Code.Value offset = int64((long) lane * AccumulatorLayout.LANE_BYTES);
            body.run(Values.invoke(kernel.self(), name(lane), CD_void, add(TARGET, offset), add(SOURCE, offset), ROWS));
        }
        body.give(null);
    }

    // long end = target + 64L * rows;
    // long at = target;
    // long from = source;
    // (the vector loop)
    // while (at < end) {
    //     putLong(at, getLong(at) + getLong(from));
    //     putLong(at + 24L, Math.min(getLong(at + 24L), getLong(from + 24L)));
    //     at = at + 64L;
    //     from = from + 64L;
    // }
    /// Lanes [first, last) of each row.
    ///
    /// @param mine what the rows of `target` are made of: themselves, or others, and then those have a pointer of their
    /// own
    private void loops(Body prologue, Code.Var mine, int first, int last) {
        Body body = prologue.sibling();
        Code.Var end = body.let("end", at(TARGET, layout.rowBytes(), ROWS));
        Code.Var at = body.let("at", TARGET);
        Code.Var from = body.let("from", SOURCE);
        Code.Var own = mine == TARGET ? at : body.let("own", mine);
        if (vectors) {
            vectorLoop(prologue, body, end, at, own, from, first, last);
        }
        body.loop(test(at, Code.Relation.LT, end), inside -> {
            if (own != at) {
                copyLanes(inside, own, at);
            }
            for (int lane = first; lane < last; lane++) {
                Code.Value offset = int64((long) (lane - first) * AccumulatorLayout.LANE_BYTES);
                lane(inside, layout.ops().get(lane), at, from, offset);
            }
            next(inside, at, own, from, layout.rowBytes());
        });
        body.give(null);
        prologue.append(body);
    }

    private static void next(Body body, Code.Var at, Code.Var own, Code.Var from, int bytes) {
        body.assign(at, add(at, int64(bytes)));
        body.assign(from, add(from, int64(bytes)));
        if (own != at) {
            body.assign(own, add(own, int64(bytes)));
        }
    }

    private void copyLanes(Body body, Code.Value from, Code.Value to) {
        for (int lane = 0; lane < layout.laneCount(); lane++) {
            Code.Value offset = int64((long) lane * AccumulatorLayout.LANE_BYTES);
            body.run(putLong(add(to, offset), getLong(add(from, offset))));
        }
    }

    private void lane(Body body, AccumulatorLayout.Op op, Code.Value at, Code.Value from, Code.Value offset) {
        Code.Value address = add(at, offset);
        Code.Value source = add(from, offset);
        if (op == AccumulatorLayout.Op.USER) {
            return;
        }
        if (retract) {
            if (op == AccumulatorLayout.Op.ADD) {
                body.run(putLong(address, subtract(getLong(address), getLong(source))));
            }
        } else if (op.compound != null) {
            body.run(Values.call(Types.COMPOUND_OPS, "combine" + op.compound, CD_void, address, source));
        } else if (op != AccumulatorLayout.Op.REST) {
            boolean floats = op == AccumulatorLayout.Op.ADD_FLOAT;
            body.run(LaneCode.folded(op, address, floats ? getDouble(source) : getLong(source)));
        }
    }

    // while (at + 64L <= end) {
    //     LongVector mine = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, at, order);
    //     LongVector other = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, from, order);
    //     mine.add(other).blend(mine.min(other), minLanes).intoMemorySegment(EVERYTHING, at, order);
    //     at = at + 64L;
    //     from = from + 64L;
    // }
    private void vectorLoop(
            Body prologue,
            Body body,
            Code.Var end,
            Code.Var at,
            Code.Var own,
            Code.Var from,
            int firstLane,
            int lastLane) {
        VectorCalls calls = new VectorCalls(target.vectorBits());
        int vectorBytes = target.vectorBits() / Byte.SIZE;
        // A vector holds some whole rows, or a row some whole vectors: both are powers of two, or rows are multiples of
        // 64 bytes.
        int step = Math.max(vectorBytes, layout.rowBytes());
        LaneCode lanes = new LaneCode(prologue, calls, repeated(step / AccumulatorLayout.LANE_BYTES));
        int lanesPerVector = vectorBytes / AccumulatorLayout.LANE_BYTES;
        int bytes = Math.max(vectorBytes, (lastLane - firstLane) * AccumulatorLayout.LANE_BYTES);
        body.loop(test(add(at, int64(step)), Code.Relation.LE, end), inside -> {
            for (int offset = 0; offset < bytes; offset += vectorBytes) {
                Code.Value address = add(at, int64(offset));
                ColumnCode.checkLive(inside, target.checked(), address, vectorBytes);
                ColumnCode.checkLive(inside, target.checked(), add(from, int64(offset)), vectorBytes);
                if (own != at) {
                    ColumnCode.checkLive(inside, target.checked(), add(own, int64(offset)), vectorBytes);
                }
                Code.Var mine = inside.let("mine", calls.load(Types.LONG_VECTOR, add(own, int64(offset))));
                Code.Var other = inside.let("other", calls.load(Types.LONG_VECTOR, add(from, int64(offset))));
                int first = firstLane + offset / AccumulatorLayout.LANE_BYTES;
                Code.Value merged = retract
                        ? lanes.retract(mine, other, first, first + lanesPerVector)
                        : lanes.fold(mine, other, first, first + lanesPerVector);
                inside.run(calls.store(merged, address));
            }
            next(inside, at, own, from, step);
        });
    }

    private List<AccumulatorLayout.Op> repeated(int lanes) {
        List<AccumulatorLayout.Op> ops = new ArrayList<>(lanes);
        for (int lane = 0; lane < lanes; lane++) {
            ops.add(layout.ops().get(lane % layout.laneCount()));
        }
        return ops;
    }
}
