package io.mullion.spec;

import io.mullion.expr.Expr;
import java.util.Objects;

/// For how long windows over micro-batches have results for a key without rows: what Spark's functions with an inverse
/// do. The results are 0 then, or what else is left when all rows have been taken out again.
///
/// @param filter over the columns of a result: a key whose result does not pass is forgotten until it has rows again;
/// null where keys stay forever
public record KeepKeys(Expr filter) {
    /// From its first row on for as long as the job runs: memory follows all keys ever seen.
    public static KeepKeys forever() {
        return new KeepKeys(null);
    }

    /// While its results pass; the others do not come out.
    public static KeepKeys where(Expr filter) {
        return new KeepKeys(Objects.requireNonNull(filter, "filter"));
    }
}
