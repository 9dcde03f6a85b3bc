package io.mullion.plan;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import java.util.List;

/// By which columns the rows of a step were dealt out to the workers, so that they need not be once more.
final class DealtOut {
    private DealtOut() {}

    /// The columns by whose hash rows were dealt out, in their order and under the names that they still have; none if
    /// that is not known.
    static List<String> columns(LogicalStep step) {
        return switch (step) {
            case LogicalStep.Aggregate aggregate -> aggregate.keys();
            case LogicalStep.Keyed<?, ?, ?> keyed -> keyed.operation().keys();
            case LogicalStep.Updated<?, ?> updated -> updated.operation().keys();
            case JoinStep.Deduplicate deduplicate -> deduplicate.keys();
            case RankStep rank -> rank.keys();
            case LogicalStep.Filter _,
                    LogicalStep.RecordFilter _,
                    LogicalStep.Snapshots _,
                    BatchStep.Entrance _,
                    BatchStep.RowWindow _,
                    BatchStep.Kept _ -> columns(step.parents().getFirst());
            case LogicalStep.Select select -> kept(columns(select.parent()), select.outputs());
            case LogicalStep.Root _,
                    LogicalStep.RecordMap _,
                    LogicalStep.RecordFlatMap _,
                    LogicalStep.Union _,
                    LogicalStep.Output _,
                    JoinStep.Given _,
                    JoinStep.Join _,
                    BatchStep _ -> List.of();
        };
    }

    private static List<String> kept(List<String> columns, List<Expr> outputs) {
        return outputs.containsAll(columns.stream().map(Expressions::col).toList()) ? columns : List.of();
    }
}
