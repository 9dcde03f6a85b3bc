package io.mullion.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// The lanes that one loop updates, side by side in the row of a group: all of a grouping, or as many as a loop takes
/// (see [AggregatePlan]).
final class AccumulatorPlan {
    /// What an input row gives to a lane.
    enum Part {
        /// 1, as long as the lane is 0 or an aggregate asks for the count.
        ROW,
        /// 1 if the input is not null, as long as the lane is 0 or an aggregate asks for the count.
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
        ORDERED,
        /// The lowest 32 bits of a decimal, unsigned, and so on up to the highest, which are signed.
        LIMB_0,
        LIMB_1,
        LIMB_2,
        LIMB_3,
        /// What [CompoundOps] does with the input and the lane.
        COMPOUND
    }

    /// @param input null for [Part#ROW]
    /// @param by by what an accumulator chooses, or null if it does not
    record Lane(AccumulatorLayout.Op op, Part part, Typed input, Typed by) {
        Lane(AccumulatorLayout.Op op, Part part, Typed input) {
            this(op, part, input, null);
        }

        /// What must not be null in a row that is to count; null if all rows do.
        Typed needed() {
            return by == null ? input : by;
        }

        /// Adds input and order, as far as there are such, to those that are not among them yet.
        void addInputs(Set<Typed> inputs) {
            if (input != null) {
                inputs.add(input);
            }
            if (by != null) {
                inputs.add(by);
            }
        }

        boolean ofValue() {
            return part != Part.ROW && part != Part.VALUE_COUNT;
        }

        boolean isFloat() {
            return op == AccumulatorLayout.Op.ADD_FLOAT;
        }

        /// By hand, as [Typed] says.
        @Override
        public boolean equals(Object other) {
            return other instanceof Lane it
                    && op == it.op
                    && part == it.part
                    && Objects.equals(input, it.input)
                    && Objects.equals(by, it.by);
        }

        @Override
        public int hashCode() {
            return Objects.hash(op, part, input, by);
        }
    }

    /// What one loop takes. With more accumulators neither the JIT nor the registers follow.
    static final int MAX_LANES = 32;
    private static final int MAX_INPUT_NODES = 40;
    /// Why there are no vectors over lanes that are updated together.
    static final String COMPOUND = "accumulators of several lanes";

    private final int first;
    private final List<Lane> lanes = new ArrayList<>();
    private final Set<Typed> known = new HashSet<>();
    private final Set<Integer> asked = new HashSet<>();
    private int inputNodes;

    /// Counts rows, which loops over rows without groups need.
    ///
    /// @param first where in the row its lanes begin
    AccumulatorPlan(int first) {
        this.first = first;
        lanes.add(new Lane(AccumulatorLayout.Op.ADD, Part.ROW, null));
    }

    /// Adds the lanes, unless that is too much for one loop.
    ///
    /// @param more lanes of the same inputs, none of which is there
    boolean add(List<Lane> more) {
        Set<Typed> inputs = new LinkedHashSet<>();
        more.getFirst().addInputs(inputs);
        int nodes = 0;
        for (Typed input : inputs) {
            if (!known.contains(input)) {
                nodes += input.facts().nodes();
            }
        }
        boolean fits = lanes.size() + more.size() <= MAX_LANES && inputNodes + nodes <= MAX_INPUT_NODES;
        if (!fits && !known.isEmpty()) {
            return false;
        }
        lanes.addAll(more);
        known.addAll(inputs);
        inputNodes += nodes;
        return true;
    }

    /// Where its lanes begin in the row of a group, in bytes.
    long offset() {
        return (long) first * AccumulatorLayout.LANE_BYTES;
    }

    /// The number of its first lane in the row of a group.
    int first() {
        return first;
    }

    /// The lanes in use; the layout may have more.
    List<Lane> lanes() {
        return List.copyOf(lanes);
    }

    /// The counts that no aggregate asks for: they only have to be 0 where there is nothing, and more where there is.
    Set<Integer> presenceLanes() {
        Set<Integer> presence = new LinkedHashSet<>();
        for (int lane = 0; lane < lanes.size(); lane++) {
            if (!lanes.get(lane).ofValue() && !asked.contains(lane)) {
                presence.add(lane);
            }
        }
        return presence;
    }

    /// An aggregate asks for what is in this lane of the row of a group.
    void ask(int lane) {
        asked.add(lane - first);
    }

    /// What the code of the loop depends on.
    void add(ShapeKey key) {
        key.fact(first);
        for (Lane lane : lanes) {
            key.fact(lane.op()).fact(lane.part()).expression(lane.input()).expression(lane.by());
        }
        key.end();
        for (int lane : presenceLanes()) {
            key.fact(lane);
        }
        key.end();
    }

    AccumulatorLayout layout() {
        List<AccumulatorLayout.Op> ops = new ArrayList<>(lanes.size());
        for (Lane lane : lanes) {
            ops.add(lane.op());
        }
        return new AccumulatorLayout(ops);
    }

    /// The distinct inputs, in order.
    List<Typed> inputs() {
        Set<Typed> inputs = new LinkedHashSet<>();
        for (Lane lane : lanes) {
            lane.addInputs(inputs);
        }
        return List.copyOf(inputs);
    }

    /// Whether a lane takes values of the input, and not just how many there are.
    boolean takes(Typed input) {
        for (Lane lane : lanes) {
            if (lane.ofValue() && (input.equals(lane.input()) || input.equals(lane.by()))) {
                return true;
            }
        }
        return false;
    }

    /// Why there is no vector loop over the inputs of rows that fulfil the conditions, or null.
    String refusal(List<Typed> conditions) {
        if (layout().compound()) {
            return COMPOUND;
        }
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
}
