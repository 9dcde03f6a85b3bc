package io.mullion.plan;

import io.mullion.expr.Schema;
import io.mullion.join.TableRows;
import io.mullion.spec.MullionException;
import java.time.Duration;
import java.util.List;

/// The steps that remember rows, or their keys, for those to come.
public sealed interface JoinStep extends LogicalStep {
    /// The first row of each key.
    ///
    /// @param within how long others are its duplicates, in event time; null: as long as it may have any
    record Deduplicate(LogicalStep parent, List<String> keys, Duration within) implements JoinStep {
        public Deduplicate {
            LogicalStep.keyFields("dropDuplicates", parent, keys);
            if (within != null) {
                if (parent.time() == null || parent.time().column() == null) {
                    throw MullionException.invalid(
                            "dropDuplicatesWithin needs event time: the time of the stream is " + parent.time());
                }
                if (within.isNegative() || within.isZero()) {
                    throw MullionException.invalid("dropDuplicatesWithin needs a positive time: within=" + within);
                }
                LogicalStep.Aggregate.units("dropDuplicatesWithin", within, parent.time());
            }
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

    /// A table whose rows are given. It is the right side of joins, and no stream.
    ///
    /// @param every how often it is loaded anew, or null
    record Given(String name, TableRows rows, Duration every) implements JoinStep {
        public Given {
            if (every != null && !every.isPositive()) {
                throw MullionException.invalid("a table is loaded at a positive distance: every=" + every);
            }
        }

        @Override
        public List<LogicalStep> parents() {
            return List.of();
        }

        @Override
        public Schema schema() {
            return rows.schema();
        }

        @Override
        public StreamTime time() {
            return null;
        }
    }

    /// The rows of two streams that meet, or of a stream and a table.
    record Join(LogicalStep left, LogicalStep right, JoinTerms terms, JoinPlan plan) implements JoinStep {
        public static Join of(LogicalStep left, LogicalStep right, JoinTerms terms) {
            return new Join(left, right, terms, JoinPlan.of(left, right, terms));
        }

        @Override
        public List<LogicalStep> parents() {
            return right instanceof Given ? List.of(left) : List.of(left, right);
        }

        @Override
        public Schema schema() {
            return plan.schema();
        }

        @Override
        public StreamTime time() {
            return plan.time();
        }

        /// Whether what comes out are some rows of a batch, and not all.
        boolean leavesSelection() {
            boolean leftKept = terms.table() != JoinTerms.Table.LATEST && terms.table() != JoinTerms.Table.GIVEN;
            return terms.kind().leftOnly() && !leftKept || !plan.both().isEmpty();
        }
    }
}
