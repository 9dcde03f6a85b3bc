package io.mullion.codegen;

import static io.mullion.codegen.AccumulateGenerator.GROUP_IDS;
import static io.mullion.codegen.AccumulateGenerator.STATE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.or;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/// The loop that updates the accumulator row of each input row's group: lane by lane, or all lanes of a row as one
/// vector.
///
/// A row of two lanes is no vector: two additions are as fast, and on x86 the JIT has no masks of two lanes, so that a
/// blend of theirs made objects for each row (`AllocationTest`).
final class GroupedLoop {
    private final AccumulatorPlan plan;
    private final List<Typed> conditions;
    private final AccumulatorLayout layout;
    private final AccumulatorLayout row;
    private final Target target;
    private final KernelClass kernel;
    private final ColumnCode in;
    private final Rows rows;

    /// Whether rows of the layout are folded as vectors.
    static boolean vectors(Target target, AccumulatorLayout layout) {
        return target.vector() && layout.laneCount() > 2 && !layout.compound();
    }

    /// @param row of all loops over the groups
    /// @param conditions that a row has to fulfil: asked row by row, so that a selection made before is faster
    GroupedLoop(
            AccumulatorPlan plan,
            AccumulatorLayout row,
            List<Typed> conditions,
            Target target,
            KernelClass kernel,
            ColumnCode in,
            Rows rows) {
        this.plan = plan;
        this.row = row;
        this.conditions = conditions;
        this.layout = plan.layout();
        this.target = target;
        this.kernel = kernel;
        this.in = in;
        this.rows = rows;
    }

    // long[] pages = state.pages();
    // int i = from;
    // while (i < to) {
    //     int group = getInt(groupIds + 4L * i);
    //     long page = pages[group >>> 8];
    //     if (page == 0L) { return i; }                  // the caller takes it: a call in here would cost the loop its
    // registers
    //     long target = page + 64L * (group & 255);
    //     (fold)
    //     i = i + 1;
    // }
    // return to;
    void generate(Body prologue, Body body) {
        Code.Var pages = prologue.let("pages", Values.invoke(STATE, "pages", Types.LONG_ARRAY));
        RowCode code = new RowCode(in, kernel, target, null, AccumulateGenerator::cannotFail);
        Code.Var i = body.let("i", FROM);
        VectorFold vectors = vectors(target, layout) ? new VectorFold(prologue) : null;
        rows.loop(body, i, (inside, row) -> {
            if (conditions.isEmpty()) {
                fold(inside, code, vectors, pages, i, row);
            } else {
                inside.when(
                        Conjunction.holds(inside, code, conditions, row),
                        taken -> fold(taken, code, vectors, pages, i, row));
            }
        });
        body.give(TO);
    }

    private void fold(Body body, RowCode code, VectorFold vectors, Code.Var pages, Code.Var i, Code.Value row) {
        Code.Var group = body.let("group", getInt(at(GROUP_IDS, 4, row)));
        Code.Var address = rowOfGroup(body, pages, group, i);
        LaneInputs inputs = new LaneInputs(body, code, plan, row);
        if (vectors == null) {
            plainFold(body, inputs, address);
        } else {
            vectors.fold(body, inputs, address);
        }
    }

    private Code.Var rowOfGroup(Body body, Code.Value pages, Code.Value group, Code.Var i) {
        Code.Var page = body.let("page", new Code.Element(pages, pageOf(group), CD_long));
        body.when(isZero64(page), missing -> missing.give(i));
        Code.Value start = plan.first() == 0 ? page : add(page, int64(plan.offset()));
        return body.let("target", at(start, row.rowBytes(), and(group, int32(StateAddresses.PAGE_MASK))));
    }

    static Code.Value pageOf(Code.Value group) {
        return binary(Code.Operator.SHIFT_RIGHT_UNSIGNED, group, int32(StateAddresses.PAGE_SHIFT));
    }

    // putLong(target, getLong(target) + 1L);
    // if (quantityValid) {
    //     putLong(target + 8L, getLong(target + 8L) + (quantity & 0xffffffffL));
    //     ...
    // }
    private void plainFold(Body body, LaneInputs inputs, Code.Value address) {
        Map<Code.Value, List<Integer>> byValidity = new LinkedHashMap<>();
        for (int lane = 0; lane < plan.lanes().size(); lane++) {
            Code.Value valid = inputs.valid(plan.lanes().get(lane).needed());
            if (valid == null) {
                lane(body, inputs, lane, address);
            } else {
                byValidity.computeIfAbsent(valid, _ -> new ArrayList<>()).add(lane);
            }
        }
        byValidity.forEach((valid, lanes) ->
                body.when(valid, known -> lanes.forEach(lane -> lane(known, inputs, lane, address))));
    }

    private void lane(Body body, LaneInputs inputs, int index, Code.Value row) {
        AccumulatorPlan.Lane lane = plan.lanes().get(index);
        Code.Value address = add(row, int64((long) index * AccumulatorLayout.LANE_BYTES));
        if (lane.op().compound != null) {
            body.run(inputs.compound(lane, address));
        } else if (lane.op() != AccumulatorLayout.Op.REST) {
            body.run(LaneCode.folded(lane.op(), address, inputs.contribution(lane)));
        }
    }

    /// All lanes of a row at once: the inputs are spread over the lanes, bent into shape by constants (a shift for each
    /// lane, then a mask), and folded under constant masks of lanes.
    private final class VectorFold {
        private final Body prologue;
        private final VectorCalls calls;
        private final LaneCode folding;
        private final int lanesPerVector;
        private final List<Part> parts = new ArrayList<>();

        VectorFold(Body prologue) {
            this.prologue = prologue;
            int bits = Math.min(target.vectorBits(), layout.rowBytes() * Byte.SIZE);
            calls = new VectorCalls(bits);
            lanesPerVector = bits / Long.SIZE;
            folding = new LaneCode(prologue, calls, layout.ops());
            for (int first = 0; first < plan.lanes().size(); first += lanesPerVector) {
                parts.add(new Part(first));
            }
        }

        void fold(Body body, LaneInputs inputs, Code.Value address) {
            parts.forEach(part -> part.fold(body, inputs, address));
        }

        /// Lanes [first, first + lanesPerVector) of the row, with the constants they need.
        private final class Part {
            private final int first;
            private final Code.Var shifts;
            private final Code.Var kept;
            private final Code.Var ones;
            private final Code.Var identity;

            Part(int first) {
                this.first = first;
                shifts = lanes(AccumulatorPlan.Part.HIGH_HALF) == 0 ? null : constant("shifts", this::shift);
                long unchanged = lanes(AccumulatorPlan.Part.WHOLE)
                        | lanes(AccumulatorPlan.Part.FLOAT)
                        | lanes(AccumulatorPlan.Part.ORDERED)
                        | lanes(AccumulatorPlan.Part.HIGH_HALF)
                        | limbs();
                kept = unchanged == (1L << lanesPerVector) - 1 ? null : constant("kept", this::kept);
                long counts = lanes(AccumulatorPlan.Part.ROW) | lanes(AccumulatorPlan.Part.VALUE_COUNT);
                ones = counts == 0 ? null : constant("ones", lane -> (counts >> (lane - first) & 1));
                boolean nulls = false;
                for (Typed input : plan.inputs()) {
                    nulls |= input.nullable() && lanesOf(input) != 0;
                }
                identity = nulls ? constant("identity", lane -> layout.ops().get(lane).identity) : null;
            }

            // LongVector values = LongVector.broadcast(SPECIES_512, quantity)
            //         .lanewise(ASHR, shifts).and(kept).or(ones)
            //         .blend(identity, VectorMask.fromLong(SPECIES_512, quantityValid ? 0L : 30L));
            // LongVector row = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, target, order);
            // row.add(values).blend(row.min(values), lanes1000).intoMemorySegment(EVERYTHING, target, order);
            void fold(Body body, LaneInputs inputs, Code.Value row) {
                Code.Value address = add(row, int64((long) first * AccumulatorLayout.LANE_BYTES));
                Code.Value spread = spread(inputs);
                if (spread == null) {
                    spread = ones;
                } else {
                    spread = shifts == null ? spread : calls.lanewiseOperator(spread, "ASHR", shifts);
                    spread = kept == null ? spread : calls.lanewise(spread, "and", kept);
                    spread = ones == null ? spread : calls.lanewise(spread, "or", ones);
                }
                Code.Value values = body.hold("values", withoutNulls(inputs, spread));
                in.checkLive(body, address, (long) lanesPerVector * AccumulatorLayout.LANE_BYTES);
                Code.Var mine = body.let("mine", calls.load(Types.LONG_VECTOR, address));
                body.run(calls.store(folding.fold(mine, values, first, first + lanesPerVector), address));
            }

            private Code.Value spread(LaneInputs inputs) {
                Code.Value spread = null;
                Map<Code.Value, Long> sources = new LinkedHashMap<>();
                for (int lane = first; lane < end(); lane++) {
                    AccumulatorPlan.Lane it = plan.lanes().get(lane);
                    if (it.ofValue()) {
                        sources.merge(source(inputs, it), 1L << (lane - first), (a, b) -> a | b);
                    }
                }
                for (Map.Entry<Code.Value, Long> source : sources.entrySet()) {
                    Code.Value lanes = calls.broadcast(source.getKey());
                    lanes = lanes.type().equals(Types.DOUBLE_VECTOR) ? calls.asLongs(lanes) : lanes;
                    spread = spread == null ? lanes : calls.blend(spread, lanes, folding.mask(source.getValue()));
                }
                return spread;
            }

            private Code.Value source(LaneInputs inputs, AccumulatorPlan.Lane lane) {
                return switch (lane.part()) {
                    case ORDERED, LIMB_0, LIMB_1, LIMB_2, LIMB_3 -> inputs.contribution(lane);
                    case ROW, VALUE_COUNT, LOW_HALF, HIGH_HALF, WHOLE, FLOAT, COMPOUND -> inputs.value(lane.input());
                };
            }

            private Code.Value withoutNulls(LaneInputs inputs, Code.Value spread) {
                Code.Value nulls = null;
                for (Typed input : plan.inputs()) {
                    long lanes = lanesOf(input);
                    if (lanes != 0 && inputs.valid(input) != null) {
                        Code.Value bits = new Code.Choose(inputs.valid(input), int64(0), int64(lanes));
                        nulls = nulls == null ? bits : or(nulls, bits);
                    }
                }
                return nulls == null ? spread : calls.blend(spread, identity, calls.maskOf(nulls));
            }

            private long shift(int lane) {
                return part(lane) == AccumulatorPlan.Part.HIGH_HALF ? 32 : 0;
            }

            private long kept(int lane) {
                AccumulatorPlan.Part part = part(lane);
                if (part == null) {
                    return 0L;
                }
                return switch (part) {
                    case LOW_HALF -> 0xffffffffL;
                    case HIGH_HALF, WHOLE, FLOAT, ORDERED, LIMB_0, LIMB_1, LIMB_2, LIMB_3, COMPOUND -> -1L;
                    case ROW, VALUE_COUNT -> 0L;
                };
            }

            /// Null for padding.
            private AccumulatorPlan.Part part(int lane) {
                return lane < plan.lanes().size() ? plan.lanes().get(lane).part() : null;
            }

            private long lanes(AccumulatorPlan.Part part) {
                return LaneCode.lanes(first, first + lanesPerVector, lane -> part(lane) == part);
            }

            private long limbs() {
                return lanes(AccumulatorPlan.Part.LIMB_0)
                        | lanes(AccumulatorPlan.Part.LIMB_1)
                        | lanes(AccumulatorPlan.Part.LIMB_2)
                        | lanes(AccumulatorPlan.Part.LIMB_3);
            }

            private long lanesOf(Typed input) {
                return LaneCode.lanes(
                        first,
                        end(),
                        lane -> input.equals(plan.lanes().get(lane).input()));
            }

            private int end() {
                return Math.min(first + lanesPerVector, plan.lanes().size());
            }

            private Code.Var constant(String name, IntToLongFunction lane) {
                long[] lanes = new long[lanesPerVector];
                for (int i = 0; i < lanesPerVector; i++) {
                    lanes[i] = lane.applyAsLong(first + i);
                }
                return prologue.let(name, calls.fromArray(kernel.literal(Types.LONG_ARRAY, lanes), 0));
            }
        }
    }
}
