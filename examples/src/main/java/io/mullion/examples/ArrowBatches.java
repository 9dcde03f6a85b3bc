package io.mullion.examples;

import static io.mullion.expr.Expressions.avg;
import static io.mullion.expr.Expressions.max;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.PrintStream;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;

/// Whole Arrow batches go in, and results are looked at as Arrow vectors.
///
/// Example: arrow - Arrow batches in, Arrow batches out
public final class ArrowBatches {
    private static final int ROWS = 1_000;

    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        Schema columns = Schema.of(
                Field.of("time", new DataType.Timestamp(TimeUnit.SECONDS, "UTC")),
                Field.of("sensor", DataType.UTF8),
                Field.of("celsius", DataType.FLOAT64));
        Pipeline pipeline = Pipeline.create();
        Input<Void> readings =
                pipeline.input("readings", columns, "time", Watermark.bounded(ofSeconds(0)), Overload.BLOCK);
        readings.stream()
                .keyBy("sensor")
                .window(Window.tumbling(ofMinutes(10)))
                .aggregate(avg("celsius").as("mean"), max("celsius").as("greatest"))
                // The vectors lie over the engine's buffers: batch.toArrow(allocator) makes a copy that one may keep.
                .to(Sinks.forEachBatch(batch -> out.print(batch.arrow().contentToTSVString())));

        try (Engine engine = Engine.start();
                BufferAllocator allocator = new RootAllocator();
                TimeStampSecVector time = new TimeStampSecVector("time", allocator);
                VarCharVector sensor = new VarCharVector("sensor", allocator);
                Float8Vector celsius = new Float8Vector("celsius", allocator)) {
            for (int row = 0; row < ROWS; row++) {
                time.setSafe(row, row);
                sensor.setSafe(row, new Text(row % 3 == 0 ? "cellar" : "roof"));
                celsius.setSafe(row, row % 3 == 0 ? 12.0 : 20.0 + row % 10);
            }
            VectorSchemaRoot batch = new VectorSchemaRoot(List.of(time, sensor, celsius));
            batch.setRowCount(ROWS);

            Job job = engine.run(pipeline);
            try (Producer<Void> feed = job.producer(readings)) {
                feed.offer(batch); // copied column by column; the batch stays ours
            }
            job.drain();
            job.await();
        }
    }
}
