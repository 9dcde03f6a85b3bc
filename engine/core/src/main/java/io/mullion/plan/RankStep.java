package io.mullion.plan;

import io.mullion.expr.Schema;
import io.mullion.spec.MullionException;
import io.mullion.window.WindowSchema;
import java.util.ArrayList;
import java.util.List;

/// The rows of each window in order, or the first of them.
///
/// @param keys within whose values rows are counted; none: within the window
/// @param by the columns of the order; none: as they come
/// @param most how many rows go on
/// @param ties whether rows that are equal to the last of them go on, too; then those with a null in `by` do not
public record RankStep(LogicalStep parent, List<String> keys, List<BatchStep.Sort.Order> by, long most, boolean ties)
        implements LogicalStep {
    private static final long ALL = Long.MAX_VALUE;

    public RankStep {
        if (!(parent.time() instanceof StreamTime.WindowEnd) || revises(parent)) {
            throw MullionException.invalid(
                    "rows are ordered within a window only where they are results of windows of time that fire once: the columns are "
                            + parent.schema() + ", the time is " + parent.time());
        }
    }

    public static RankStep top(LogicalStep parent, List<String> keys, long rows, List<String> columns) {
        if (rows < 1) {
            throw MullionException.invalid("topOfWindow takes at least one row: rows=" + rows);
        }
        return new RankStep(parent, keys, BatchStep.Sort.orders("topOfWindow", parent, columns, true), rows, true);
    }

    public static RankStep sort(LogicalStep parent, List<String> columns, boolean descending) {
        return new RankStep(parent, List.of(), BatchStep.Sort.orders("sort", parent, columns, descending), ALL, false);
    }

    /// Behind an order it is the end of that.
    public static RankStep limit(LogicalStep parent, long rows) {
        if (rows < 0) {
            throw MullionException.invalid("limit must not be negative: rows=" + rows);
        }
        return parent instanceof RankStep order && order.most == ALL
                ? new RankStep(order.parent, order.keys, order.by, rows, false)
                : new RankStep(parent, List.of(), List.of(), rows, false);
    }

    private static boolean revises(LogicalStep step) {
        return step instanceof LogicalStep.Aggregate aggregate
                ? aggregate.options().revises()
                : step.parents().stream().anyMatch(RankStep::revises);
    }

    /// The columns that say which window a row is of: its end, and its start where it is there.
    int[] window() {
        int end = schema().indexOf(WindowSchema.END);
        int start = schema().find(WindowSchema.START);
        return start < 0 ? new int[] {end} : new int[] {end, start};
    }

    String name() {
        List<String> text = new ArrayList<>();
        if (!by.isEmpty()) {
            text.add("by "
                    + String.join(
                            ", ",
                            by.stream()
                                    .map(order -> schema().field(order.column()).name()
                                            + (order.descending() ? " descending" : ""))
                                    .toList()));
        }
        if (most < ALL) {
            text.add("first " + most + " rows");
        }
        if (ties) {
            text.add("and those equal to the last");
        }
        return "order of each window" + (keys.isEmpty() ? "" : " and " + String.join(", ", keys)) + ": "
                + String.join(", ", text);
    }

    @Override
    public List<LogicalStep> parents() {
        return List.of(parent);
    }

    @Override
    public Schema schema() {
        return parent.schema();
    }

    @Override
    public StreamTime time() {
        return parent.time();
    }
}
