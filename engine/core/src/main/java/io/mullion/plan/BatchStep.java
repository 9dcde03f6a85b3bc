package io.mullion.plan;

import io.mullion.batch.MicroBatches;
import io.mullion.codegen.KernelCompiler;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchFunction;
import io.mullion.spec.MullionException;
import java.time.Duration;
import java.util.List;

/// The steps that only streams of micro-batches have, and the one that leads there. They have one batch out for each
/// batch in, within its time; a window has one for each slide.
public sealed interface BatchStep extends LogicalStep {
    /// Whether its rows may come as a selection.
    default boolean leavesSelection() {
        return false;
    }

    /// Whether it takes whole batches, so that all rows come to the first worker.
    default boolean ofFirst() {
        return false;
    }

    /// Whether it takes rows only side by side.
    default boolean gathers() {
        return true;
    }

    @Override
    default Schema schema() {
        return parents().getFirst().schema();
    }

    @Override
    default StreamTime time() {
        return parents().getFirst().time();
    }

    /// From any time to micro-batches of the engine's clock.
    record Entrance(LogicalStep parent, Duration interval) implements BatchStep {
        public Entrance {
            requireInterval(interval);
        }

        @Override
        public List<LogicalStep> parents() {
            return List.of(parent);
        }

        @Override
        public StreamTime time() {
            return new StreamTime.Batches(interval);
        }

        @Override
        public boolean gathers() {
            return false;
        }

        @Override
        public boolean leavesSelection() {
            return Planner.leavesSelection(parent);
        }
    }

    /// Refuses an interval that is not positive, or finer than the time.
    static void requireInterval(Duration interval) {
        boolean positive = interval.isPositive();
        if (!positive || interval.getNano() % MicroBatches.UNIT.toNanos(1) != 0) {
            throw MullionException.invalid(
                    (positive ? "batch interval must be whole microseconds" : "batch interval must be positive")
                            + ": batchInterval=" + interval);
        }
    }

    /// Refuses a window that does not end and begin with batches.
    static void requireMultiples(String operation, Duration size, Duration slide, StreamTime time) {
        Duration interval = ((StreamTime.Batches) time).interval();
        requireMultiple(operation, "window", size, interval);
        requireMultiple(operation, "slide", slide, interval);
    }

    private static void requireMultiple(String operation, String what, Duration value, Duration interval) {
        if (!value.isPositive()
                || !interval.multipliedBy(value.dividedBy(interval)).equals(value)) {
            throw MullionException.invalid(operation + ": " + what + " must be a multiple of the batch interval: "
                    + what + "=" + value + ", batchInterval=" + interval);
        }
    }

    /// All rows of the last batches, once a slide.
    record RowWindow(LogicalStep parent, Duration size, Duration slide) implements BatchStep {
        public RowWindow {
            requireMultiples("window", size, slide, parent.time());
        }

        @Override
        public List<LogicalStep> parents() {
            return List.of(parent);
        }

        @Override
        public StreamTime time() {
            return new StreamTime.Batches(slide);
        }

        /// Batches of the stream before, of a window.
        int batches() {
            return Math.toIntExact(size.dividedBy(((StreamTime.Batches) parent.time()).interval()));
        }
    }

    /// Keys have a row in each batch from their first one on, if only one without values.
    ///
    /// @param keys none for one group
    /// @param values of the columns behind the keys where there are no rows
    /// @param filter which rows stay, or null for all: a key whose row does not is forgotten
    /// @param always whether the one group has a row before its first one, too
    record Kept(LogicalStep parent, List<String> keys, List<Number> values, Expr filter, boolean always)
            implements BatchStep {
        public Kept {
            if (filter != null) {
                LogicalStep.checked("filter", () -> {
                    KernelCompiler.requirePredicate(parent.schema(), filter);
                    return filter;
                });
            }
            for (Field field : parent.schema().fields()) {
                if (!keys.contains(field.name()) && !number(field.type())) {
                    throw MullionException.invalid(
                            "keys are kept with numbers: column " + field.name() + " is " + field.type());
                }
            }
        }

        private static boolean number(DataType type) {
            return type.equals(DataType.INT64) || type.equals(DataType.FLOAT64) || type instanceof DataType.Decimal;
        }

        @Override
        public List<LogicalStep> parents() {
            return List.of(parent);
        }
    }

    /// Whole batches through a function of the user's.
    ///
    /// @param name of the operation
    /// @param parts of a batch for which it is called one after the other, where there is one stream
    record Transform(String name, List<LogicalStep> parents, int parts, BatchFunction function, Schema schema)
            implements BatchStep {
        public Transform {
            for (LogicalStep other : parents) {
                if (!other.time().equals(parents.getFirst().time())) {
                    throw MullionException.invalid(name + " needs streams with batches at the same times: "
                            + parents.getFirst().time() + " and " + other.time());
                }
            }
        }

        @Override
        public boolean ofFirst() {
            return true;
        }
    }

    /// The rows of each batch in order.
    record Sort(LogicalStep parent, List<Order> orders) implements BatchStep {
        /// @param column its number
        record Order(int column, boolean descending) {
            /// Its number, as the complement where it descends.
            int code() {
                return descending ? ~column : column;
            }
        }

        public static Sort of(LogicalStep parent, List<String> columns, boolean descending) {
            return new Sort(parent, orders("sort", parent, columns, descending));
        }

        static List<Order> orders(String operation, LogicalStep parent, List<String> columns, boolean descending) {
            if (columns.isEmpty()) {
                throw MullionException.invalid(operation + " needs at least one column");
            }
            for (String name : columns) {
                Field field =
                        LogicalStep.checked(operation, () -> parent.schema().field(name));
                if (field.type() instanceof DataType.ListOf) {
                    throw MullionException.invalid(
                            operation + ": lists have no order: column " + name + " is " + field.type());
                }
            }
            return columns.stream()
                    .map(name -> new Order(parent.schema().indexOf(name), descending))
                    .toList();
        }

        @Override
        public List<LogicalStep> parents() {
            return List.of(parent);
        }

        @Override
        public boolean ofFirst() {
            return true;
        }

        @Override
        public boolean leavesSelection() {
            return true;
        }
    }

    /// Each batch in one piece.
    record Whole(LogicalStep parent) implements BatchStep {
        @Override
        public List<LogicalStep> parents() {
            return List.of(parent);
        }

        @Override
        public boolean ofFirst() {
            return true;
        }
    }

    /// The first rows of each batch.
    record Limit(LogicalStep parent, long rows) implements BatchStep {
        public Limit {
            if (rows < 0) {
                throw MullionException.invalid("limit must not be negative: rows=" + rows);
            }
        }

        @Override
        public List<LogicalStep> parents() {
            return List.of(parent);
        }

        @Override
        public boolean ofFirst() {
            return true;
        }

        @Override
        public boolean gathers() {
            return false;
        }

        @Override
        public boolean leavesSelection() {
            return Planner.leavesSelection(parent);
        }
    }
}
