package io.mullion.plan;

import io.mullion.codegen.KernelCompiler;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.Window;
import io.mullion.window.WindowGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Which windows over the same rows share one operator: keys, groups, accumulators and panes.
///
/// They do if they have the same keys, and if the panes of one of them refine those of all. So rows are folded once,
/// into panes that one of the windows has anyway, and no window has more panes than it would have alone; a pane that
/// goes on to a coarser grid costs one combination for each group in it, which is never more than folding its rows
/// anew.
/// *Source*: S. Krishnamurthy, C. Wu, M. Franklin, "On-the-fly sharing for streamed aggregation", SIGMOD 2006, share
/// the common refinement of all grids; that can have far more panes than each of them, so here one of them has to be
/// it.
final class SharedWindows {
    private SharedWindows() {}

    /// Those of `candidates`, which read the same rows, that share an operator with `first`, itself among them, in
    /// their order.
    static List<LogicalStep.Aggregate> with(LogicalStep.Aggregate first, List<LogicalStep.Aggregate> candidates) {
        if (grid(first) == null) {
            return List.of(first);
        }
        List<LogicalStep.Aggregate> most = List.of(first);
        for (LogicalStep.Aggregate finest : candidates) {
            List<LogicalStep.Aggregate> sharing = under(finest, candidates);
            if (sharing.size() > most.size() && sharing.contains(first)) {
                most = sharing;
            }
        }
        return most;
    }

    /// The one of these from whose panes all can be made.
    static LogicalStep.Aggregate finest(List<LogicalStep.Aggregate> sharing) {
        return sharing.stream()
                .filter(it -> sharing.stream().allMatch(other -> obstacle(it, other) == null))
                .findFirst()
                .orElseThrow();
    }

    private static List<LogicalStep.Aggregate> under(
            LogicalStep.Aggregate finest, List<LogicalStep.Aggregate> candidates) {
        List<LogicalStep.Aggregate> sharing = new ArrayList<>();
        List<Expr> aggregates = new ArrayList<>(finest.rewrite().aggregates());
        for (LogicalStep.Aggregate each : candidates) {
            if (each == finest) {
                sharing.add(each);
            } else if (obstacle(finest, each) == null) {
                List<Expr> more = Stream.concat(aggregates.stream(), each.rewrite().aggregates().stream())
                        .toList();
                if (fits(each, more)) {
                    aggregates.addAll(each.rewrite().aggregates());
                    sharing.add(each);
                }
            }
        }
        return sharing;
    }

    private static boolean fits(LogicalStep.Aggregate each, List<Expr> aggregates) {
        return KernelCompiler.fitTogether(AggregatePlan.of(each).rows(), aggregates);
    }

    /// Why a window cannot be made from the panes of another, or null.
    static String obstacle(LogicalStep.Aggregate finest, LogicalStep.Aggregate other) {
        WindowGrid grid = grid(finest);
        WindowGrid otherGrid = grid(other);
        if (grid == null || otherGrid == null) {
            return "only windows on a grid have panes to share";
        }
        if (!finest.keys().equals(other.keys())) {
            return "other keys";
        }
        if (!finest.rewrite().generated() || !other.rewrite().generated()) {
            return "aggregates that collect, or that are the user's own";
        }
        if (!finest.rewrite().inputs().isEmpty() || !other.rewrite().inputs().isEmpty()) {
            return "columns are computed for one of them";
        }
        if (!grid.refines(otherGrid)) {
            return "neither has bounds of windows wherever the other has";
        }
        if (!other.options().earlyEvery().isZero() && !grid.samePanes(otherGrid)) {
            return "early results need panes that have their rows at once";
        }
        return null;
    }

    /// Why two windows over the same rows do not share an operator.
    static String obstacleBetween(LogicalStep.Aggregate a, LogicalStep.Aggregate b) {
        String one = obstacle(a, b);
        String other = obstacle(b, a);
        if (one == null || other == null) {
            return "one loop does not take all the accumulators, or another window shares more";
        }
        // Early results are the only obstacle that depends on which of the two comes first, beside the bounds.
        return grid(a) != null && grid(b) != null && grid(b).refines(grid(a)) ? other : one;
    }

    /// Null where windows are not on a grid.
    static WindowGrid grid(LogicalStep.Aggregate aggregate) {
        return grid(aggregate.window(), aggregate.parent().time().unit());
    }

    /// Null where windows are not on a grid.
    static WindowGrid grid(Window window, TimeUnit unit) {
        return switch (window) {
            case Window.Sliding sliding -> WindowGrid.of(sliding, unit);
            case Window.Cumulating cumulating -> WindowGrid.of(cumulating, unit);
            case Window.Session _, Window.Count _, Window.Global _ -> null;
        };
    }
}
