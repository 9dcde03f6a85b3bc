package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.io.Sink;
import io.mullion.plan.JoinStep;
import io.mullion.plan.JoinTerms;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Two streams that are being joined: who meets whom is said here, then [#select] or [#stream] gives the results.
/// Immutable.
///
/// ```java
/// orders.leftJoin(payments)
///         .on("order")
///         .between(Duration.ofMinutes(5), Duration.ofHours(1))
///         .where(col("amount").eq(col("paid")))
///         .select(col("order"), col("amount"), col("paid"));
/// ```
///
/// Rows meet if the columns of [#on] are equal (a null equals nothing), if their times lie near each other ([#between])
/// or in one window ([#within]), and if the condition of [#where] is true. Without bounds of time each row is kept to
/// the end of the job. A row that met none, in the joins that give those, comes out when it can meet no more.
///
/// *Shape*: the columns of the left rows, then those of the right ones. Columns that [#on] names are there once; any
/// other name that both sides have becomes `left_` and `right_` with the name; a join within windows has `window_start`
/// and `window_end` first. *Order*: not defined.
public final class JoinedStream {
    private final Pipeline pipeline;
    private final LogicalStep left;
    private final LogicalStep right;
    private final JoinTerms terms;

    JoinedStream(Pipeline pipeline, LogicalStep left, LogicalStep right, JoinTerms terms) {
        this.pipeline = pipeline;
        this.left = left;
        this.right = right;
        this.terms = terms;
    }

    /// Columns that both sides have, of the same types, and that are equal. Results have each once.
    public JoinedStream on(String... columns) {
        return with(terms.on(Arrays.stream(columns)
                .map(column -> new JoinTerms.Equality(column, column, true))
                .toList()));
    }

    /// A column of the left rows and one of the right rows, of the same type, that are equal. Results have both.
    public JoinedStream onEqual(String left, String right) {
        return with(terms.on(List.of(new JoinTerms.Equality(left, right, false))));
    }

    /// A null equals a null.
    public JoinedStream nullsEqual() {
        return with(terms.withNullsEqual());
    }

    /// The left row is at most `before` earlier than the right one, and at most `after` later, both included; by event
    /// time. A negative one moves the bound to the other side.
    public JoinedStream between(Duration before, Duration after) {
        return with(terms.near(before, after));
    }

    /// The left row is at most `before` earlier than the right one, or any time later.
    ///
    /// *Ownership*: right rows are kept to the end of the job, for left rows of any later time may meet them.
    public JoinedStream atMostBefore(Duration before) {
        return with(terms.near(before, null));
    }

    /// The left row is at most `after` later than the right one, or any time earlier.
    ///
    /// *Ownership*: left rows are kept to the end of the job, for right rows of any later time may meet them.
    public JoinedStream atMostAfter(Duration after) {
        return with(terms.near(null, after));
    }

    /// Both rows are in the same window: tumbling, sliding or cumulating. Results say which: a pair that is in several
    /// comes out for each.
    ///
    /// *Ownership*: a row is kept once for each window it is in.
    public JoinedStream within(Window window) {
        return with(terms.within(window));
    }

    /// The right stream is a table that changes: of each key that row counts which has come last. A left row meets it
    /// as it is when the left row comes. Only of joins that give no right rows by themselves.
    ///
    /// *Order*: which of a left and a right row comes first is not defined, unless one producer, or one stream, brings
    /// both.
    public JoinedStream latest() {
        return with(terms.table(JoinTerms.Table.LATEST));
    }

    /// The right stream is a table that changes: of each key that row counts which was the last, by event time, at the
    /// time of the left row; the later one of rows at the same time. A left row waits until time has passed it. Right
    /// rows are never late: they count for the left rows that have not been answered. Only of joins that give no right
    /// rows by themselves.
    public JoinedStream asOf() {
        return with(terms.table(JoinTerms.Table.AS_OF));
    }

    /// What else has to be true, of the columns of results. Conditions that ask one side only are asked when its rows
    /// come. Said several times, all have to be true.
    public JoinedStream where(Expr condition) {
        return with(terms.where(condition));
    }

    /// Results have the time of their left row, as they have without a word in all joins that have one in each result.
    public JoinedStream timeOfLeft() {
        return with(terms.timeOf(JoinTerms.TimeOf.LEFT));
    }

    /// Results have the time of their right row, as they have without a word in a right join.
    public JoinedStream timeOfRight() {
        return with(terms.timeOf(JoinTerms.TimeOf.RIGHT));
    }

    /// Where left rows go that are behind the time of the join, as they are. They are counted with or without.
    public JoinedStream lateLeftRowsTo(Sink sink) {
        sink.check(left.schema());
        return with(terms.lateTo(sink, terms.lateRight()));
    }

    /// Where right rows go that are behind the time of the join, as they are. They are counted with or without.
    public JoinedStream lateRightRowsTo(Sink sink) {
        sink.check(right.schema());
        return with(terms.lateTo(terms.lateLeft(), sink));
    }

    /// The results with columns computed of them; see [DataStream#select].
    public DataStream select(Expr... columns) {
        return stream().select(columns);
    }

    /// The results with all columns.
    public DataStream stream() {
        return new DataStream(pipeline, JoinStep.Join.of(left, right, terms));
    }

    private JoinedStream with(JoinTerms terms) {
        return new JoinedStream(pipeline, left, right, terms);
    }
}
