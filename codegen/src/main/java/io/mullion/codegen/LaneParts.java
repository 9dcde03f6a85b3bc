package io.mullion.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// Which accumulators the vector loops over rows of one group keep in variables: all in one, or some in each of several
/// over the same rows.
///
/// A vector that is a loop's variable must not be an object, and whether it is one depends on how much the JIT has
/// inlined before it. Loops over rows with groups keep none, and may be larger.
final class LaneParts {
    /// Of random groupings of up to 12 aggregates with and without nulls and a predicate, one in five had such objects
    /// without limits, and none with these (KernelGarbage, in which the JIT has compiled others before). A second
    /// loop costs some percent: the rows are in the cache.
    private static final int MAX_LANES = 8;

    private static final int MAX_OPERATIONS = 34;

    private LaneParts() {}

    /// @param conditions that each of the loops has to ask
    /// @return numbers of lanes in order; those of one input are in one part
    static List<Set<Integer>> of(AccumulatorPlan plan, List<Typed> conditions) {
        List<AccumulatorPlan.Lane> lanes = plan.lanes();
        List<Set<Integer>> parts = new ArrayList<>();
        Part part = new Part(conditions);
        int end;
        for (int lane = 0; lane < lanes.size(); lane = end) {
            end = lane + 1;
            while (end < lanes.size()
                    && Objects.equals(lanes.get(end).input(), lanes.get(lane).input())) {
                end++;
            }
            List<AccumulatorPlan.Lane> group = lanes.subList(lane, end);
            part.add(lane, group);
            if (part.overfull() && part.lanes.size() > group.size()) {
                part.lanes.removeAll(numbers(lane, end));
                parts.add(part.lanes);
                part = new Part(conditions);
                part.add(lane, group);
            }
        }
        parts.add(part.lanes);
        return parts;
    }

    /// All from `from` to before `to`.
    static Set<Integer> numbers(int from, int to) {
        Set<Integer> numbers = new TreeSet<>();
        for (int number = from; number < to; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    private static final class Part {
        private final boolean conditional;
        private final Set<Typed> seen = new HashSet<>();
        private final Set<Integer> lanes = new TreeSet<>();
        private int operations;

        Part(List<Typed> conditions) {
            conditional = !conditions.isEmpty();
            conditions.forEach(condition -> operations += VectorPlan.weight(condition, seen));
        }

        /// @param more lanes of one input
        void add(int first, List<AccumulatorPlan.Lane> more) {
            Typed input = more.getFirst().input();
            boolean masked = conditional || input != null && input.nullable();
            if (input != null) {
                operations += VectorPlan.weight(input, seen);
            }
            for (AccumulatorPlan.Lane lane : more) {
                operations += operations(lane) + (masked ? 1 : 0);
            }
            lanes.addAll(numbers(first, first + more.size()));
        }

        boolean overfull() {
            return lanes.size() > MAX_LANES || operations > MAX_OPERATIONS;
        }

        private static int operations(AccumulatorPlan.Lane lane) {
            return switch (lane.part()) {
                case ROW, VALUE_COUNT, LOW_HALF, WHOLE -> 1;
                case HIGH_HALF, FLOAT -> 2;
                case ORDERED -> 8;
                case LIMB_0, LIMB_1, LIMB_2, LIMB_3, COMPOUND ->
                    throw new IllegalStateException("has no vector form: " + lane);
            };
        }
    }
}
