package io.mullion.plan;

import io.mullion.codegen.KernelCompiler;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.join.JoinColumn;
import io.mullion.spec.JoinKind;
import io.mullion.spec.MullionException;
import io.mullion.window.WindowGrid;
import io.mullion.window.WindowSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// What a join comes to: its columns, its bounds in units of time, what time means behind it. Made when the step is,
/// so that what is wrong is found then.
///
/// Columns that are equal and of one name are there once; any other name that both sides have becomes `left_` and
/// `right_` with the name.
///
/// @param timed whether times decide who meets whom
/// @param least the least that left time is after right time; the least int64: open
/// @param most the most that it is; the greatest int64: open
/// @param grid of the windows, or null
/// @param columns of a pair
/// @param pair its schema
/// @param schema of what comes out
/// @param time of what comes out, or null if it has none
/// @param lag by which it may be older than the time of the join
/// @param leftNames the left columns by their names in a pair
/// @param rightNames the right ones
/// @param leftAlone the conditions that ask the left side only
/// @param rightAlone those that ask the right side only
/// @param both those that ask both
public record JoinPlan(
        boolean timed,
        long least,
        long most,
        WindowGrid grid,
        List<JoinColumn> columns,
        Schema pair,
        Schema schema,
        StreamTime time,
        long lag,
        Schema leftNames,
        Schema rightNames,
        List<Expr> leftAlone,
        List<Expr> rightAlone,
        List<Expr> both) {
    private static final String LEFT = "left_";
    private static final String RIGHT = "right_";

    static JoinPlan of(LogicalStep left, LogicalStep right, JoinTerms terms) {
        requireKeys(left.schema(), right.schema(), terms);
        requireTable(terms);
        boolean given = terms.table() == JoinTerms.Table.GIVEN;
        if (!given) {
            requireSameBatches(left.time(), right.time());
        }
        boolean asOf = terms.table() == JoinTerms.Table.AS_OF;
        boolean timed = terms.near() != null || terms.window() != null || asOf;
        if (timed) {
            requireTimes(left, right, terms);
        }
        // Rows of the same batch meet.
        boolean inBatches = left.time() instanceof StreamTime.Batches && !given;
        long least = inBatches ? 0 : Long.MIN_VALUE;
        long most = inBatches ? 0 : Long.MAX_VALUE;
        WindowGrid grid = null;
        if (terms.window() != null) {
            grid = SharedWindows.grid(terms.window(), left.time().unit());
            least = 0;
            most = 0;
        } else if (terms.near() != null) {
            TimeUnit unit = left.time().unit();
            Duration before = terms.near().before();
            Duration after = terms.near().after();
            least = before == null ? least : -units("before", before, unit);
            most = after == null ? most : units("after", after, unit);
        }
        Columns columns = new Columns(
                left.schema(), right.schema(), terms, timed ? left.time().unit() : null);
        StreamTime time = terms.window() != null
                ? new StreamTime.WindowEnd(left.time().unit())
                : time(left, right, terms, columns);
        boolean ofRight = ofRight(terms);
        long lag = 0;
        if (asOf) {
            // A left row is answered when time has passed it.
            least = 0;
        }
        boolean table = terms.table() != JoinTerms.Table.NONE;
        if (terms.window() == null && !table && !(time instanceof StreamTime.Processing)) {
            lag = ofRight ? Math.max(0, most) : least == Long.MIN_VALUE ? Long.MAX_VALUE : Math.max(0, -least);
        }
        Conditions conditions = new Conditions(terms, columns);
        return new JoinPlan(
                timed,
                least,
                most,
                grid,
                List.copyOf(columns.columns),
                columns.pair,
                terms.kind().leftOnly() && grid == null
                        ? left.schema()
                        : terms.kind().leftOnly() ? columns.leftOnly() : columns.pair,
                time,
                lag,
                columns.leftNames,
                columns.rightNames,
                conditions.left,
                conditions.right,
                conditions.both);
    }

    /// The columns of what comes out.
    List<JoinColumn> results(JoinKind kind) {
        if (!kind.leftOnly()) {
            return columns;
        }
        List<JoinColumn> results = new ArrayList<>();
        if (grid != null) {
            results.addAll(columns.subList(0, 2));
        }
        for (int column = 0; column < leftNames.size(); column++) {
            results.add(JoinColumn.ofLeft(column));
        }
        return results;
    }

    private static void requireKeys(Schema left, Schema right, JoinTerms terms) {
        Set<String> lefts = new HashSet<>();
        Set<String> rights = new HashSet<>();
        for (JoinTerms.Equality equality : terms.on()) {
            Field a = checked(() -> left.field(equality.left()));
            Field b = checked(() -> right.field(equality.right()));
            if (!a.type().equals(b.type())) {
                throw MullionException.invalid("join: columns that are equal are of one type: left " + a + ", right "
                        + b + "; cast one of them before");
            }
            if (!lefts.add(a.name()) | !rights.add(b.name())) {
                throw MullionException.invalid("join: a column is named twice: on " + terms.on());
            }
        }
        if (!terms.on().isEmpty()) {
            checked(() -> KernelCompiler.keyFields(
                    left, terms.on().stream().map(JoinTerms.Equality::left).toList()));
        }
    }

    private static void requireSameBatches(StreamTime left, StreamTime right) {
        boolean batches = left instanceof StreamTime.Batches || right instanceof StreamTime.Batches;
        if (batches && !left.equals(right)) {
            throw MullionException.invalid(
                    "join needs streams with batches at the same times: left " + left + ", right " + right);
        }
    }

    private static void requireTable(JoinTerms terms) {
        if (terms.table() == JoinTerms.Table.NONE) {
            return;
        }
        if (terms.kind().keepsRight()) {
            throw MullionException.invalid("join: the rows of a table do not come out by themselves: " + terms.kind());
        }
        if (terms.near() != null || terms.window() != null) {
            throw MullionException.invalid("join: a table is asked for one row, not for those of a time");
        }
        if (terms.time() == JoinTerms.TimeOf.RIGHT) {
            throw MullionException.invalid("join: what meets a row of a table has the time of the left side");
        }
    }

    private static void requireTimes(LogicalStep left, LogicalStep right, JoinTerms terms) {
        if (terms.near() != null && terms.window() != null) {
            throw MullionException.invalid("join: rows meet by the distance of their times, or in a window, not both");
        }
        if (noEventTime(left.time()) || noEventTime(right.time())) {
            throw MullionException.invalid("join: times of rows are compared, so both sides have event time: left "
                    + left.time() + ", right " + right.time());
        }
        if (left.time().unit() != right.time().unit()) {
            throw MullionException.invalid(
                    "join: both sides have their time in one unit: left " + left.time() + ", right " + right.time());
        }
    }

    private static boolean noEventTime(StreamTime time) {
        return time == null || time instanceof StreamTime.Processing;
    }

    private static long units(String what, Duration distance, TimeUnit unit) {
        try {
            return unit.of(distance);
        } catch (IllegalArgumentException e) {
            throw MullionException.invalid(
                    "join: " + what + " does not fit the unit of the streams: " + e.getMessage());
        }
    }

    private static boolean ofRight(JoinTerms terms) {
        return terms.time() == null ? terms.kind() == JoinKind.RIGHT : terms.time() == JoinTerms.TimeOf.RIGHT;
    }

    private static StreamTime time(LogicalStep left, LogicalStep right, JoinTerms terms, Columns columns) {
        boolean ofRight = ofRight(terms);
        StreamTime time = ofRight ? right.time() : left.time();
        if (terms.table() != JoinTerms.Table.NONE
                && (left.time() == null || left.time().column() == null)) {
            return left.time();
        }
        boolean sameTime = terms.table() != JoinTerms.Table.NONE
                || left.time() != null
                        && right.time() != null
                        && left.time().unit() == right.time().unit()
                        && noEventTime(left.time()) == noEventTime(right.time());
        if (!sameTime || time.column() == null) {
            return sameTime ? time : null;
        }
        int column = (ofRight ? right : left).schema().indexOf(time.column());
        boolean merged = terms.on().stream()
                .anyMatch(equality -> equality.merged() && equality.left().equals(time.column()));
        boolean missing = ofRight
                ? terms.kind().keepsLeft() || terms.kind().leftOnly()
                : terms.kind().keepsRight();
        if (missing && !merged) {
            if (terms.time() != null) {
                throw MullionException.invalid("join: results of " + terms.kind() + " have no time of the "
                        + (ofRight ? "right" : "left") + " side where its row is missing");
            }
            return null;
        }
        if (terms.kind().leftOnly()) {
            return time;
        }
        String name =
                (ofRight ? columns.rightNames : columns.leftNames).field(column).name();
        return switch (time) {
            case StreamTime.Event event -> new StreamTime.Event(name, event.unit());
            case StreamTime.WindowEnd end -> name.equals(WindowSchema.END) ? end : null;
            case StreamTime.Processing processing -> processing;
            case StreamTime.Batches batches -> batches;
        };
    }

    /// The names of the columns of a pair, and where they come from.
    private static final class Columns {
        private final List<JoinColumn> columns = new ArrayList<>();
        private final List<Field> fields = new ArrayList<>();
        private final Schema pair;
        private final Schema leftNames;
        private final Schema rightNames;

        Columns(Schema left, Schema right, JoinTerms terms, TimeUnit unit) {
            boolean windows = terms.window() != null;
            if (windows) {
                add(JoinColumn.ofWindow(JoinColumn.From.WINDOW_START), WindowSchema.START, unit);
                add(JoinColumn.ofWindow(JoinColumn.From.WINDOW_END), WindowSchema.END, unit);
            }
            List<Field> lefts = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                Field field = left.field(i);
                int merged = merged(field.name(), right, terms);
                Field named = new Field(
                        merged >= 0 ? field.name() : name(LEFT, field.name(), right, windows),
                        field.type(),
                        field.nullable());
                lefts.add(named);
                columns.add(merged >= 0 ? JoinColumn.ofEither(i, merged) : JoinColumn.ofLeft(i));
                boolean nullable = merged >= 0
                        ? right.field(merged).nullable()
                        : terms.kind().keepsRight();
                fields.add(new Field(named.name(), named.type(), named.nullable() || nullable));
            }
            List<Field> rights = new ArrayList<>();
            for (int i = 0; i < right.size(); i++) {
                Field field = right.field(i);
                boolean merged = merged(field.name(), right, terms) >= 0;
                Field named = new Field(
                        merged ? field.name() : name(RIGHT, field.name(), left, windows),
                        field.type(),
                        field.nullable());
                rights.add(named);
                if (!merged) {
                    columns.add(JoinColumn.ofRight(i));
                    fields.add(new Field(
                            named.name(),
                            named.type(),
                            named.nullable() || terms.kind().keepsLeft()));
                }
            }
            pair = checked(() -> new Schema(fields));
            leftNames = new Schema(lefts);
            rightNames = new Schema(rights);
        }

        private void add(JoinColumn column, String name, TimeUnit unit) {
            columns.add(column);
            fields.add(Field.of(name, DataType.timestamp(unit)));
        }

        private static int merged(String name, Schema right, JoinTerms terms) {
            return terms.on().stream()
                            .anyMatch(equality ->
                                    equality.merged() && equality.left().equals(name))
                    ? right.indexOf(name)
                    : -1;
        }

        private static String name(String prefix, String name, Schema other, boolean windows) {
            boolean taken = windows && (name.equals(WindowSchema.START) || name.equals(WindowSchema.END));
            return taken || other.find(name) >= 0 ? prefix + name : name;
        }

        /// The columns of left rows that come out by themselves, with the bounds of their window.
        Schema leftOnly() {
            List<Field> only = new ArrayList<>(fields.subList(0, 2));
            only.addAll(leftNames.fields());
            return new Schema(only);
        }
    }

    /// Who has to be asked for each of the conditions.
    private static final class Conditions {
        private final List<Expr> left = new ArrayList<>();
        private final List<Expr> right = new ArrayList<>();
        private final List<Expr> both = new ArrayList<>();

        Conditions(JoinTerms terms, Columns columns) {
            for (Expr condition : terms.conditions()) {
                checked(() -> {
                    KernelCompiler.requirePredicate(columns.pair, condition);
                    return condition;
                });
                boolean asksLeft = fits(condition, columns.leftNames);
                boolean asksRight = fits(condition, columns.rightNames);
                if (asksLeft) {
                    left.add(condition);
                }
                if (asksRight) {
                    right.add(condition);
                }
                if (!asksLeft && !asksRight) {
                    both.add(condition);
                }
            }
        }

        private static boolean fits(Expr condition, Schema side) {
            try {
                KernelCompiler.requirePredicate(side, condition);
                return true;
            } catch (ExpressionException e) {
                return false;
            }
        }
    }

    private static <T> T checked(Supplier<T> check) {
        try {
            return check.get();
        } catch (ExpressionException e) {
            throw new MullionException(MullionException.Reason.INVALID_PIPELINE, "join: " + e.getMessage(), e);
        }
    }
}
