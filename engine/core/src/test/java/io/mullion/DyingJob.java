package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchFilesSink.Format;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.ReplayableSource;
import io.mullion.io.RowView;
import io.mullion.io.RowWriter;
import io.mullion.io.Timers;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A job in a JVM of its own, for somebody to kill: `FOLDER ROWS ROWS_A_SECOND WORKERS`. Started again it goes on from
/// its checkpoints in the folder; what it has to say goes into files there.
final class DyingJob {
    /// What the job writes into its folder.
    static final List<String> FILES = List.of("sliding.csv", "joined.csv", "first.csv", "silences.csv", "sessions.csv");

    private static final int KEYS = 300;

    private DyingJob() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        Path folder = Path.of(arguments[0]);
        long rows = Long.parseLong(arguments[1]);
        long perSecond = Long.parseLong(arguments[2]);
        Path checkpoints = folder.resolve("checkpoints");
        try (Engine engine = Engine.start()) {
            JobConfig config = JobConfig.defaults()
                    .withWorkers(Integer.parseInt(arguments[3]))
                    .withCheckpoints(Checkpoints.to(checkpoints).every(Duration.ofMillis(30)));
            Pipeline pipeline = pipeline(new Rows(rows, perSecond, 127), new Rows(rows, perSecond, 15), folder);
            Job job = hasCheckpoint(checkpoints) ? engine.restore(pipeline, config) : engine.run(pipeline, config);
            Files.createFile(folder.resolve("running"));
            job.await();
        }
    }

    private static boolean hasCheckpoint(Path folder) {
        String[] names = folder.toFile().list((_, name) -> name.endsWith(".manifest"));
        return names != null && names.length > 0;
    }

    /// Two sources, so that two workers have rows.
    static Pipeline pipeline(ReplayableSource source, ReplayableSource other, Path folder) {
        Pipeline pipeline = Pipeline.create();
        DataStream rows = pipeline.from(source, "time", Watermark.bounded(Duration.ofMillis(20)));
        rows.keyBy("key")
                .window(Window.sliding(Duration.ofMillis(400), Duration.ofMillis(50)))
                .aggregate(
                        count().as("n"),
                        sum(col("value")).as("sum"),
                        min(col("value")).as("least"),
                        max(col("value")).as("greatest"))
                .to(Sinks.committed(folder.resolve("sliding.csv"), Format.CSV));
        rows.filter(col("value").remainder(16).eq(2))
                .dropDuplicatesWithin(Duration.ofMillis(100), "key")
                .to(Sinks.committed(folder.resolve("first.csv"), Format.CSV));
        rows.filter(col("value").remainder(16).eq(3))
                .keyBy("key")
                .process(RowView.class, StateSpec.of(Seen.class), Silence.class, new Silences())
                .to(Sinks.committed(folder.resolve("silences.csv"), Format.CSV));
        DataStream punctual = pipeline.from(other, "time", Watermark.bounded(Duration.ofMillis(20)));
        // Whether a row is late for a join depends on how far the other side has come.
        punctual.filter(col("value").remainder(64).eq(0))
                .leftJoin(punctual.filter(col("value").remainder(8).eq(1)))
                .on("key")
                .between(Duration.ofMillis(5), Duration.ofMillis(20))
                .select(col("key"), col("left_time"), col("left_value"), col("right_value"))
                .to(Sinks.committed(folder.resolve("joined.csv"), Format.CSV));
        punctual.keyBy("key")
                .window(Window.session(Duration.ofMillis(10)))
                .aggregate(count().as("n"), sum(col("value")).as("sum"))
                .to(Sinks.committed(folder.resolve("sessions.csv"), Format.CSV));
        return pipeline;
    }

    record Seen(long rows, long last) {}

    record Silence(long since, long rows) {}

    /// Says of a key when it has been silent for 60 ms, and how many rows it had had.
    private static final class Silences implements KeyedFunction<RowView, Seen, Silence> {
        @Override
        public void onRow(RowView row, KeyedState<Seen> state, Timers timers, Consumer<? super Silence> out) {
            Seen seen = state.exists() ? state.get() : new Seen(0, Long.MIN_VALUE);
            long last = Math.max(seen.last(), row.int64("time"));
            state.update(new Seen(seen.rows() + 1, last));
            timers.at(last + 60);
        }

        @Override
        public void onTimer(KeyedState<Seen> state, Timers timers, Consumer<? super Silence> out) {
            out.accept(new Silence(state.get().last(), state.get().rows()));
        }
    }

    /// The lines of a file that the job wrote, in an order that is always the same.
    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().sorted().toList();
    }

    /// Rows by number, some of them late, no faster than was asked for.
    static final class Rows implements ReplayableSource {
        private final long count;
        private final long perSecond;
        private final long mostBehind;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private long first;

        /// @param perSecond 0 for as fast as may be
        /// @param mostBehind by how many ms one of 64 rows may be behind: one less than a power of two
        Rows(long count, long perSecond, long mostBehind) {
            this.mostBehind = mostBehind;
            this.count = count;
            this.perSecond = perSecond;
        }

        @Override
        public Schema schema() {
            return Schema.of(
                    Field.of("time", DataType.timestamp(TimeUnit.MILLIS)),
                    Field.of("key", DataType.INT64),
                    Field.of("value", DataType.INT64));
        }

        @Override
        public void open() {}

        @Override
        public void run(Producer<?> producer) throws InterruptedException {
            long start = System.nanoTime();
            for (long n = first; n < count; n++) {
                while (perSecond > 0 && (n - first) * 1e9 / perSecond > System.nanoTime() - start) {
                    if (stopped.await(1, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
                RowWriter row = producer.row();
                long random = n * 0x9E3779B97F4A7C15L;
                // The watermark allows for 20 ms.
                long behind = (random >>> 58) == 0 ? random >>> 20 & mostBehind : random >>> 20 & 15;
                row.setLong(0, n / 100 - behind);
                row.setLong(1, (random >>> 33) % KEYS);
                row.setLong(2, random >>> 44);
                if (row.commit() == Offer.CLOSED) {
                    return;
                }
            }
        }

        @Override
        public String position(long rows) {
            return Long.toString(first + rows);
        }

        @Override
        public void seek(String position) {
            first = Long.parseLong(position);
        }

        @Override
        public void stop() {
            stopped.countDown();
        }

        @Override
        public void close() {}

        @Override
        public String name() {
            return "numbered rows";
        }
    }
}
