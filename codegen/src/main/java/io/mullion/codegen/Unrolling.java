package io.mullion.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How many vectors a vector loop takes in one step.
///
/// Two hide what a sum or a counter waits for (FilterSumKernelBenchmark: four are no faster, and take twice the time to
/// generate), as long as the loop is small: the JIT inlines no more than so many operations into one loop (see
/// [VectorPlan#OPERATIONS_PER_LOOP]), and masks have to fit the eight registers that there are.
final class Unrolling {
    private Unrolling() {}

    /// @param more operations of a vector beside the expressions
    static int vectorsPerStep(List<Typed> expressions, int more) {
        int operations = more;
        Set<Typed> seen = new HashSet<>();
        List<Typed> open = new ArrayList<>(expressions);
        while (!open.isEmpty()) {
            Typed node = open.removeLast();
            if (!(node instanceof Typed.Constant) && seen.add(node)) {
                operations += node.type().floating() || !node.nullable() ? 1 : 2;
                open.addAll(node.inputs());
            }
        }
        return operations * 2 <= VectorPlan.OPERATIONS_PER_LOOP ? 2 : 1;
    }
}
