package io.mullion.plan;

import io.mullion.batch.Operator;
import io.mullion.exchange.Presence;
import java.util.List;

/// A pipeline ready to run.
///
/// @param chains one for each root
/// @param explanation the plan, the kernels and why they are as they are, for people
public record PhysicalPlan(List<Chain> chains, Explanation explanation) {
    /// @param root where rows come in
    /// @param head takes them
    /// @param presence is told of its lanes
    public record Chain(LogicalStep.Root root, Operator head, Presence presence) {}
}
