package io.mullion.conformance;

import io.mullion.expr.Expr;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.List;

/// A case in the terms of the public API: the pipeline, and what is done to its job.
///
/// @param watermark null for rows without event time
/// @param keys grouping columns, none for one group
/// @param lateness how long windows take further rows, or zero
/// @param early distance of results before the end of windows, or zero
/// @param lateRows whether rows that are late are asked for
/// @param greatest the column whose greatest values in a window are asked for, or null
/// @param then windows over the results of the windows before, one after the other
record Question(
        CaseColumns columns,
        Watermark watermark,
        List<String> keys,
        Window window,
        Duration lateness,
        Duration early,
        boolean lateRows,
        List<Expr> aggregates,
        List<Stage> then,
        List<Step> steps,
        String greatest) {
    /// Batches are told apart by the engine's clock; how long they take means nothing.
    static final Duration BATCH = Duration.ofSeconds(1);

    /// A further window over results.
    record Stage(List<String> keys, Window window, List<Expr> aggregates) {}

    Question withSteps(List<Step> steps) {
        return new Question(
                columns, watermark, keys, window, lateness, early, lateRows, aggregates, then, steps, greatest);
    }

    Question withWatermark(Watermark watermark) {
        return new Question(
                columns, watermark, keys, window, lateness, early, lateRows, aggregates, then, steps, greatest);
    }

    Question withEarly(Duration early) {
        return new Question(
                columns, watermark, keys, window, lateness, early, lateRows, aggregates, then, steps, greatest);
    }
}
