package io.mullion.sketches;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;

/// Aggregates that are not exact and stay small, for a static import. Nulls are skipped.
///
/// What they keep are objects on the heap, one for each group and pane, as [io.mullion.expr.ObjectAggregate] says.
/// Results depend on the order of rows and on how they were cut into panes, within the stated errors.
public final class Sketches {
    private Sketches() {}

    /// How many different values there are, as int64; within 2 % in two of three cases, and exact for some thousands.
    /// Of any type but bool, decimals and lists.
    ///
    /// *Source*: P. Flajolet and others, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm"
    /// (2007).
    public static Expr.Aggregate approxCountDistinct(Expr input) {
        return Expressions.aggregate(new DistinctSketch(12), input);
    }

    public static Expr.Aggregate approxCountDistinct(String column) {
        return approxCountDistinct(Expressions.col(column));
    }

    /// The value that a share of the values does not exceed: an int64 of integers, a float64 of floating-point numbers;
    /// null of no value. Its share differs from the one asked for by less than 1.7 points in 99 of 100 cases. NaN does
    /// not count.
    ///
    /// *Source*: Z. Karnin, K. Lang, E. Liberty, "Optimal quantile approximation in streams" (2016).
    ///
    /// @param share from 0, for the least value, to 1, for the greatest one: these two are exact
    /// @throws ExpressionException if it is not
    public static Expr.Aggregate approxQuantile(Expr input, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new ExpressionException("a quantile is that of a share from 0 to 1: share=" + share);
        }
        return Expressions.aggregate(new QuantileSketch(share), input);
    }

    public static Expr.Aggregate approxQuantile(String column, double share) {
        return approxQuantile(Expressions.col(column), share);
    }

    /// [#approxQuantile] of one half.
    public static Expr.Aggregate approxMedian(Expr input) {
        return approxQuantile(input, 0.5);
    }

    public static Expr.Aggregate approxMedian(String column) {
        return approxMedian(Expressions.col(column));
    }

    /// The most frequent values of an integer or utf8 as a list of int64 or utf8, the most frequent one first, and of
    /// those that are equally frequent the least one; empty of no value. Exact as long as there are not many more
    /// different values than are asked for: of those that stand for less than one in some thousand rows, some may be
    /// missing.
    ///
    /// *Source*: J. Misra, D. Gries, "Finding repeated elements" (1982), as in D. Anderson and others, "A
    /// high-performance algorithm for identifying frequent items in data streams" (2017).
    ///
    /// @param count of values, from 1 to 1,000
    /// @throws ExpressionException if it is not
    public static Expr.Aggregate topK(Expr input, int count) {
        return Expressions.aggregate(new FrequentSketch(requireCount(count), false), input);
    }

    public static Expr.Aggregate topK(String column, int count) {
        return topK(Expressions.col(column), count);
    }

    /// How often the values of [#topK] of the same input occur, as a list of int64 in the same order.
    public static Expr.Aggregate topKCounts(Expr input, int count) {
        return Expressions.aggregate(new FrequentSketch(requireCount(count), true), input);
    }

    public static Expr.Aggregate topKCounts(String column, int count) {
        return topKCounts(Expressions.col(column), count);
    }

    private static int requireCount(int count) {
        if (count < 1 || count > 1_000) {
            throw new ExpressionException("topK gives 1 to 1000 values: count=" + count);
        }
        return count;
    }
}
