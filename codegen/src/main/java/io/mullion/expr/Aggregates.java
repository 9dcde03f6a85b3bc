package io.mullion.expr;

import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/// The aggregates: one value for many rows. Nulls are skipped.
///
/// What most of them keep has a fixed size, lies in the row of the group and is carried on from window to window. What
/// is named below to *collect* keeps values themselves, or keeps text: that takes as much of the engine's memory as the
/// values of a window are, and each result is put together anew from the window's panes.
abstract sealed class Aggregates permits Expressions {
    /// The most values of a list.
    public static final int MAX_COLLECTED = 1 << 24;

    Aggregates() {}

    /// Counts rows.
    public static Expr.Aggregate count() {
        return of(AggregateFunction.COUNT, null, null);
    }

    /// Counts values that are not null.
    public static Expr.Aggregate count(Expr input) {
        return of(AggregateFunction.COUNT, input, null);
    }

    public static Expr.Aggregate count(String column) {
        return count(Expressions.col(column));
    }

    /// Counts rows for which the predicate is true.
    public static Expr.Aggregate countIf(Expr predicate) {
        return count().filter(predicate);
    }

    /// The sum of an integer as int64, of a floating-point number as float64, of a decimal with 38 digits.
    ///
    /// Sums of integers and decimals are exact: partial sums may leave the type and come back; a result that is out of
    /// it is an error of that result row. The last bits of a float64 sum depend on the order of the rows.
    public static Expr.Aggregate sum(Expr input) {
        return of(AggregateFunction.SUM, input, null);
    }

    public static Expr.Aggregate sum(String column) {
        return sum(Expressions.col(column));
    }

    /// The mean as float64; null of no value at all. Of integers and decimals: the exact sum, however large, divided
    /// once. The last bits of the mean of floating-point numbers depend on the order of the rows.
    public static Expr.Aggregate avg(Expr input) {
        return of(AggregateFunction.AVG, input, null);
    }

    public static Expr.Aggregate avg(String column) {
        return avg(Expressions.col(column));
    }

    /// The least value; of floating-point numbers, NaN is greater than everything else and a zero comes out as 0.0.
    public static Expr.Aggregate min(Expr input) {
        return of(AggregateFunction.MIN, input, null);
    }

    public static Expr.Aggregate min(String column) {
        return min(Expressions.col(column));
    }

    /// The greatest value; of floating-point numbers, NaN is greater than everything else and a zero comes out as 0.0.
    public static Expr.Aggregate max(Expr input) {
        return of(AggregateFunction.MAX, input, null);
    }

    public static Expr.Aggregate max(String column) {
        return max(Expressions.col(column));
    }

    /// Whether the predicate is true wherever it is not null; null if it is null everywhere.
    public static Expr.Aggregate boolAnd(Expr predicate) {
        return of(AggregateFunction.BOOL_AND, predicate, null);
    }

    /// Whether the predicate is true anywhere; null if it is null everywhere.
    public static Expr.Aggregate boolOr(Expr predicate) {
        return of(AggregateFunction.BOOL_OR, predicate, null);
    }

    /// The bits that all integers have, in their type.
    public static Expr.Aggregate bitAnd(Expr input) {
        return of(AggregateFunction.BIT_AND, input, null);
    }

    /// The bits that any integer has, in their type.
    public static Expr.Aggregate bitOr(Expr input) {
        return of(AggregateFunction.BIT_OR, input, null);
    }

    /// The bits that an odd number of the integers has, in their type.
    public static Expr.Aggregate bitXor(Expr input) {
        return of(AggregateFunction.BIT_XOR, input, null);
    }

    /// The sum of the squared distances to the mean, divided by the number of values less one, as float64; null of
    /// fewer than two values.
    ///
    /// Stable: the mean and the squared distances to it are carried on, not the sum of squares. The last bits depend on
    /// the order of the rows. *Source*: B. P. Welford, "Note on a method for calculating corrected sums of squares and
    /// products", Technometrics 4 (1962); to combine panes T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae
    /// and a pairwise algorithm for computing sample variances" (1979).
    public static Expr.Aggregate varianceSample(Expr input) {
        return of(AggregateFunction.VARIANCE_SAMPLE, input, null);
    }

    /// As [#varianceSample], divided by the number of values; null of no value.
    public static Expr.Aggregate variancePopulation(Expr input) {
        return of(AggregateFunction.VARIANCE_POPULATION, input, null);
    }

    /// The square root of [#varianceSample].
    public static Expr.Aggregate stddevSample(Expr input) {
        return of(AggregateFunction.STDDEV_SAMPLE, input, null);
    }

    /// The square root of [#variancePopulation].
    public static Expr.Aggregate stddevPopulation(Expr input) {
        return of(AggregateFunction.STDDEV_POPULATION, input, null);
    }

    /// The value, which may be null, of the row where `by` is least. Rows where `by` is null are skipped.
    ///
    /// *Order*: of rows with the same `by` the one that came first counts. Where partial results of a window are
    /// combined (panes, sessions that merge, late rows) it is one of theirs, and not said which.
    ///
    /// @param by of fixed width and at most 8 bytes; of floating-point numbers NaN is greater than everything else
    public static Expr.Aggregate minBy(Expr value, Expr by) {
        return of(AggregateFunction.MIN_BY, value, by);
    }

    /// As [#minBy], where `by` is greatest.
    public static Expr.Aggregate maxBy(Expr value, Expr by) {
        return of(AggregateFunction.MAX_BY, value, by);
    }

    /// The value, which may be null, of the row with the least event time, in streams with event time.
    ///
    /// *Order*: of rows with the same time the one that came first counts, but for the exception that [#minBy] names.
    /// Late rows come later: a pipeline that wants order of arrival keeps a column of it for [#minBy].
    public static Expr.Aggregate first(Expr value) {
        return of(AggregateFunction.FIRST, value, null);
    }

    /// The value, which may be null, of the row with the greatest event time, in streams with event time.
    ///
    /// *Order*: of rows with the same time the one that came last counts, but for the exception that [#minBy] names.
    public static Expr.Aggregate last(Expr value) {
        return of(AggregateFunction.LAST, value, null);
    }

    /// How many different values there are, exactly. NaN is one value, and the zeros are one.
    ///
    /// It *collects*: where that is too much, there are sketches, which are not exact.
    public static Expr.Aggregate countDistinct(Expr input) {
        return of(AggregateFunction.COUNT_DISTINCT, input, null);
    }

    public static Expr.Aggregate countDistinct(String column) {
        return countDistinct(Expressions.col(column));
    }

    /// The sum of the different values, of an integer as int64 and of a floating-point number as float64. It
    /// *collects*. A sum of integers that leaves int64 is an error of that result row.
    public static Expr.Aggregate sumDistinct(Expr input) {
        return of(AggregateFunction.SUM_DISTINCT, input, null);
    }

    public static Expr.Aggregate sumDistinct(String column) {
        return sumDistinct(Expressions.col(column));
    }

    /// The values as a list, empty if there are none: at most [#MAX_COLLECTED], see [#collectList(Expr, int)].
    public static Expr.Aggregate collectList(Expr input) {
        return collectList(input, MAX_COLLECTED);
    }

    public static Expr.Aggregate collectList(String column) {
        return collectList(Expressions.col(column));
    }

    /// The first values, as many as there are and `limit` at most, as a list. It *collects*.
    ///
    /// *Order*: pane after pane of the window, in each as rows were read; with several workers, worker after worker.
    /// *Failure*: a list that does not fit into the data area of a batch is an error of that result row.
    public static Expr.Aggregate collectList(Expr input, int limit) {
        return of(AggregateFunction.COLLECT_LIST, input, Expressions.lit(limit));
    }

    /// The different values as a list, empty if there are none: at most [#MAX_COLLECTED], see [#collectSet(Expr, int)].
    public static Expr.Aggregate collectSet(Expr input) {
        return collectSet(input, MAX_COLLECTED);
    }

    public static Expr.Aggregate collectSet(String column) {
        return collectSet(Expressions.col(column));
    }

    /// The first different values, `limit` at most, as a list, in order of their first appearance as [#collectList]
    /// has it. Values are different as [#countDistinct] says.
    public static Expr.Aggregate collectSet(Expr input, int limit) {
        return of(AggregateFunction.COLLECT_SET, input, Expressions.lit(limit));
    }

    /// The values reduced by a function, in no certain order; null of no values.
    ///
    /// @param input an integer
    /// @param function associative and commutative
    public static Expr.Aggregate reduceLong(Expr input, LongBinaryOperator function) {
        return aggregate(new LongReduction(Objects.requireNonNull(function, "function"), null), input);
    }

    /// As [#reduceLong(Expr, LongBinaryOperator)]; where a window slides, what leaves it is taken out again.
    ///
    /// @param inverse of the function: `inverse(function(a, b), b)` is `a`
    public static Expr.Aggregate reduceLong(Expr input, LongBinaryOperator function, LongBinaryOperator inverse) {
        return aggregate(
                new LongReduction(
                        Objects.requireNonNull(function, "function"), Objects.requireNonNull(inverse, "inverse")),
                input);
    }

    /// The values reduced by a function, in no certain order; null of no values.
    ///
    /// @param input a float64 or float32
    /// @param function associative and commutative, but for the last bits
    public static Expr.Aggregate reduceDouble(Expr input, DoubleBinaryOperator function) {
        return aggregate(new DoubleReduction(Objects.requireNonNull(function, "function"), null), input);
    }

    /// As [#reduceDouble(Expr, DoubleBinaryOperator)]; where a window slides, what leaves it is taken out again. What
    /// rounding has lost stays lost.
    ///
    /// @param inverse of the function: `inverse(function(a, b), b)` is `a`
    public static Expr.Aggregate reduceDouble(Expr input, DoubleBinaryOperator function, DoubleBinaryOperator inverse) {
        return aggregate(
                new DoubleReduction(
                        Objects.requireNonNull(function, "function"), Objects.requireNonNull(inverse, "inverse")),
                input);
    }

    /// An aggregate of the user's own.
    public static Expr.Aggregate aggregate(UserAggregate aggregate, Expr input) {
        return new Expr.Aggregate(
                AggregateFunction.USER, input, null, null, Objects.requireNonNull(aggregate, "aggregate"));
    }

    /// An aggregate of the user's own over two inputs.
    public static Expr.Aggregate aggregate(UserAggregate aggregate, Expr first, Expr second) {
        return new Expr.Aggregate(
                AggregateFunction.USER, first, second, null, Objects.requireNonNull(aggregate, "aggregate"));
    }

    private static Expr.Aggregate of(AggregateFunction function, Expr input, Expr by) {
        return new Expr.Aggregate(function, input, by, null, null);
    }
}
