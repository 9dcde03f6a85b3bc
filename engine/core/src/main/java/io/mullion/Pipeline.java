package io.mullion;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordColumns;
import io.mullion.io.BatchSource;
import io.mullion.io.DeadLetter;
import io.mullion.io.Source;
import io.mullion.io.VectorTable;
import io.mullion.join.TableRows;
import io.mullion.plan.BatchStep;
import io.mullion.plan.JoinStep;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.StreamTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/// A description of what to do with streams: where rows come from, what is computed, where results go.
///
/// Each step is checked when it is added; what is wrong is said with the expression, the column and what was expected,
/// before any row is seen.
/// *Thread*: one at a time.
public final class Pipeline {
    private final List<LogicalStep.Output> outputs = new ArrayList<>();
    private Consumer<DeadLetter> deadLetters;
    /// Of its micro-batches; null while there are none.
    private Duration batchInterval;

    private Pipeline() {}

    public static Pipeline create() {
        return new Pipeline();
    }

    /// The rows of a source, in processing time.
    public DataStream from(Source source) {
        return new DataStream(this, new LogicalStep.FromSource(source, new StreamTime.Processing(), null));
    }

    /// The rows of a source, in event time.
    ///
    /// @param timeColumn the event time, a timestamp column; a row where it is null is left out and counted
    public DataStream from(Source source, String timeColumn, Watermark watermark) {
        return new DataStream(
                this, new LogicalStep.FromSource(source, eventTime(source.schema(), timeColumn, watermark), watermark));
    }

    /// The rows of a source that is asked for them whenever a micro-batch ends. All micro-batches of a pipeline have
    /// one interval.
    public BatchedStream from(BatchSource source, Duration batchInterval) {
        requireBatchInterval(batchInterval);
        return new BatchedStream(this, new LogicalStep.FromBatches(source, batchInterval));
    }

    /// An input of records whose event time is the component marked [io.mullion.spec.EventTime]. Producers wait when
    /// they are too fast.
    public <T> Input<T> input(String name, Class<T> type, Watermark watermark) {
        return input(name, type, watermark, Overload.BLOCK);
    }

    /// The same, with a choice of what happens when producers are too fast.
    public <T> Input<T> input(String name, Class<T> type, Watermark watermark, Overload overload) {
        int time = RecordColumns.eventTimeColumn(type);
        if (time < 0) {
            throw MullionException.invalid("a watermark needs an event time: mark a component of "
                    + type.getSimpleName() + " with @EventTime, or leave the watermark out for processing time");
        }
        Schema schema = RecordColumns.schema(type);
        return new Input<>(
                this,
                new LogicalStep.FromInput(
                        name, schema, eventTime(schema, schema.field(time).name(), watermark), watermark, overload),
                RecordCodec.encoder(type));
    }

    /// An input of records in processing time: rows get the time at which the worker takes them.
    public <T> Input<T> input(String name, Class<T> type) {
        return new Input<>(
                this,
                new LogicalStep.FromInput(
                        name, RecordColumns.schema(type), new StreamTime.Processing(), null, Overload.BLOCK),
                RecordCodec.encoder(type));
    }

    /// An input of rows that are written column by column.
    ///
    /// @param timeColumn the event time, a timestamp column; a row where it is null is left out and counted
    public Input<Void> input(String name, Schema schema, String timeColumn, Watermark watermark, Overload overload) {
        return new Input<>(
                this,
                new LogicalStep.FromInput(name, schema, eventTime(schema, timeColumn, watermark), watermark, overload),
                null);
    }

    /// An input of rows that are written column by column, in processing time.
    public Input<Void> input(String name, Schema schema, Overload overload) {
        return new Input<>(
                this, new LogicalStep.FromInput(name, schema, new StreamTime.Processing(), null, overload), null);
    }

    /// A table of records.
    ///
    /// *Failure*: a record with a value that its column cannot hold fails the load.
    ///
    /// @param rows gives all of them, whenever the table is loaded: for a list that does not change `() -> list`
    public <T> Table table(String name, Class<T> type, Callable<? extends Iterable<? extends T>> rows) {
        Objects.requireNonNull(rows, "rows");
        return new Table(
                this,
                new JoinStep.Given(
                        name,
                        new TableRows.Records<T>(RecordColumns.schema(type), RecordCodec.encoder(type), rows),
                        null));
    }

    /// A table of Arrow vectors.
    public Table table(String name, Schema schema, VectorTable rows) {
        Objects.requireNonNull(rows, "rows");
        return new Table(this, new JoinStep.Given(name, new TableRows.Vectors(schema, rows), null));
    }

    /// Where rows and results go that cannot be used. Without it the first one fails the job. *Thread*: the handler is
    /// called by the job's worker.
    public Pipeline deadLetters(Consumer<DeadLetter> handler) {
        deadLetters = handler;
        return this;
    }

    void add(LogicalStep.Output output) {
        outputs.add(output);
    }

    /// There is one interval: streams of micro-batches end their batches together.
    void requireBatchInterval(Duration interval) {
        BatchStep.requireInterval(interval);
        if (batchInterval != null && !batchInterval.equals(interval)) {
            throw MullionException.invalid("a pipeline has one batch interval: batchInterval=" + interval
                    + ", and already batchInterval=" + batchInterval);
        }
        batchInterval = interval;
    }

    List<LogicalStep.Output> outputs() {
        return List.copyOf(outputs);
    }

    Consumer<DeadLetter> deadLetterHandler() {
        return deadLetters;
    }

    private static StreamTime eventTime(Schema schema, String column, Watermark watermark) {
        try {
            DataType type = schema.field(column).type();
            if (type instanceof DataType.Timestamp timestamp) {
                requireExpressible(watermark, timestamp.unit());
                return new StreamTime.Event(column, timestamp.unit());
            }
            throw MullionException.invalid("event time must be a timestamp: " + column + " is " + type);
        } catch (ExpressionException e) {
            throw new MullionException(MullionException.Reason.INVALID_PIPELINE, e.getMessage(), e);
        }
    }

    private static void requireExpressible(Watermark watermark, TimeUnit unit) {
        Duration disorder = switch (watermark) {
            case Watermark.Bounded bounded -> bounded.disorder();
            case Watermark.PerBatch batches -> batches.disorder();
            case Watermark.Explicit _, Watermark.None _ -> Duration.ZERO;
        };
        try {
            unit.of(disorder);
        } catch (IllegalArgumentException e) {
            throw MullionException.invalid("watermark disorder does not fit the unit of the stream: disorder="
                    + disorder + ": " + e.getMessage());
        }
    }
}
