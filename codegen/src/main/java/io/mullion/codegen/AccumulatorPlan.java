package io.mullion.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

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
        ORDERED
    }

    /// @param input null for [Part#ROW]
    record Lane(AccumulatorLayout.Op op, Part part, Typed input) {
        boolean ofValue() {
            return part != Part.ROW && part != Part.VALUE_COUNT;
        }

        boolean isFloat() {
            return op == AccumulatorLayout.Op.ADD_FLOAT;
        }

        /// By hand, as [Typed] says.
        @Override
        public boolean equals(Object other) {
            return other instanceof Lane it && op == it.op && part == it.part && Objects.equals(input, it.input);
        }

        @Override
        public int hashCode() {
            return Objects.hash(op, part, input);
        }
    }

    /// What one loop takes. With more accumulators neither the JIT nor the registers follow.
    static final int MAX_LANES = 32;
    private static final int MAX_INPUT_NODES = 40;

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
    /// @param more lanes of one input, none of which is there
    boolean add(List<Lane> more) {
        Typed input = more.getFirst().input();
        int nodes = known.contains(input) ? 0 : input.facts().nodes();
        boolean fits = lanes.size() + more.size() <= MAX_LANES && inputNodes + nodes <= MAX_INPUT_NODES;
        if (!fits && !known.isEmpty()) {
            return false;
        }
        lanes.addAll(more);
        known.add(input);
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
        Set<Integer> presence = new TreeSet<>();
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

    AccumulatorLayout layout() {
        return new AccumulatorLayout(lanes.stream().map(Lane::op).toList());
    }

    /// The distinct inputs, in order.
    List<Typed> inputs() {
        return lanes.stream()
                .map(Lane::input)
                .filter(it -> it != null)
                .distinct()
                .toList();
    }

    /// Why there is no vector loop over the inputs of rows that fulfil the conditions, or null.
    String refusal(List<Typed> conditions) {
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
