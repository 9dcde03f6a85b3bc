package io.mullion.plan;

import io.mullion.expr.Expr;
import io.mullion.io.Sink;
import io.mullion.spec.JoinKind;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What the user has said of a join. Immutable: each method gives further terms.
///
/// @param on the columns that are equal
/// @param nullsEqual whether a null equals a null
/// @param near by how much times may differ, or null if by any
/// @param window in which both rows are, or null
/// @param table whether the right rows are the latest values of their keys
/// @param where what else has to hold, or null
/// @param time whose time results have; null for that of the side that is in all of them
/// @param lateLeft where left rows go that are late, or null
/// @param lateRight the same of right rows
public record JoinTerms(
        JoinKind kind,
        List<Equality> on,
        boolean nullsEqual,
        Near near,
        Window window,
        Table table,
        Expr where,
        TimeOf time,
        Sink lateLeft,
        Sink lateRight) {
    /// Two columns that are equal.
    ///
    /// @param merged whether results have one column for both
    public record Equality(String left, String right, boolean merged) {}

    /// How long a left row may be before and after a right one; null: as long as it likes.
    public record Near(Duration before, Duration after) {}

    /// What right rows are where a left row meets one of each key at most.
    public enum Table {
        /// Rows like others.
        NONE,
        /// That which has come last counts.
        LATEST,
        /// That which was the last at the time of the left row counts.
        AS_OF,
        /// No stream at all: rows that are there.
        GIVEN
    }

    /// A side whose time is that of results.
    public enum TimeOf {
        LEFT,
        RIGHT
    }

    public static JoinTerms of(JoinKind kind) {
        return new JoinTerms(kind, List.of(), false, null, null, Table.NONE, null, null, null, null);
    }

    public JoinTerms on(List<Equality> more) {
        List<Equality> all = new ArrayList<>(on);
        all.addAll(more);
        return new JoinTerms(kind, List.copyOf(all), nullsEqual, near, window, table, where, time, lateLeft, lateRight);
    }

    public JoinTerms withNullsEqual() {
        return new JoinTerms(kind, on, true, near, window, table, where, time, lateLeft, lateRight);
    }

    public JoinTerms near(Duration before, Duration after) {
        return new JoinTerms(
                kind, on, nullsEqual, new Near(before, after), window, table, where, time, lateLeft, lateRight);
    }

    public JoinTerms within(Window window) {
        if (!(window instanceof Window.Sliding) && !(window instanceof Window.Cumulating)) {
            throw MullionException.invalid("a join is within windows that do not depend on rows: window=" + window);
        }
        return new JoinTerms(kind, on, nullsEqual, near, window, table, where, time, lateLeft, lateRight);
    }

    public JoinTerms table(Table table) {
        if (this.table == Table.GIVEN) {
            throw MullionException.invalid("join: a table that is given has no time: it is asked as it is");
        }
        return new JoinTerms(kind, on, nullsEqual, near, window, table, where, time, lateLeft, lateRight);
    }

    public JoinTerms where(Expr condition) {
        Objects.requireNonNull(condition, "condition");
        Expr all = where == null ? condition : where.and(condition);
        return new JoinTerms(kind, on, nullsEqual, near, window, table, all, time, lateLeft, lateRight);
    }

    public JoinTerms timeOf(TimeOf side) {
        return new JoinTerms(kind, on, nullsEqual, near, window, table, where, side, lateLeft, lateRight);
    }

    public JoinTerms lateTo(Sink left, Sink right) {
        return new JoinTerms(kind, on, nullsEqual, near, window, table, where, time, left, right);
    }

    /// The conditions that all have to hold.
    List<Expr> conditions() {
        List<Expr> all = new ArrayList<>();
        if (where != null) {
            take(where, all);
        }
        return all;
    }

    private static void take(Expr condition, List<Expr> into) {
        if (condition instanceof Expr.And and) {
            take(and.left(), into);
            take(and.right(), into);
        } else {
            into.add(condition);
        }
    }
}
