package io.mullion.codegen;

import io.mullion.expr.Schema;
import java.util.Optional;

/// All aggregates of one grouping, compiled: their accumulators lie side by side in one row for each group and every
/// loop over such rows is here.
///
/// @param layout the accumulators of a row
/// @param results one field for each aggregate, in the order they were given
/// @param accumulate folds input rows in
/// @param combine merges rows of one pane into those of another
/// @param retract takes the rows of one pane out again; present only if that is exact for all accumulators (counts and
/// integer sums)
/// @param result turns rows into result columns
/// @param narrow of an accumulation whose sums of int64 take one lane each: what goes on when they no longer fit it.
/// Null if there is one form of rows
public record Accumulation(
        AccumulatorLayout layout,
        Schema results,
        Compiled<AccumulateKernel> accumulate,
        Compiled<CombineKernel> combine,
        Optional<Compiled<CombineKernel>> retract,
        Compiled<ResultKernel> result,
        NarrowSums narrow) {
    /// With one form of rows.
    public Accumulation(
            AccumulatorLayout layout,
            Schema results,
            Compiled<AccumulateKernel> accumulate,
            Compiled<CombineKernel> combine,
            Optional<Compiled<CombineKernel>> retract,
            Compiled<ResultKernel> result) {
        this(layout, results, accumulate, combine, retract, result, null);
    }
}
