package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;

import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchFilesSink.Format;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/// A job with a logged input in a JVM of its own, for somebody to kill: `FOLDER ROWS ROWS_A_SECOND PRODUCERS WORKERS`.
/// Its producers offer rows that no one else can bring again; started again they go on behind what is safe. Now and
/// then they note what they were told to be safe: never more than is there when they begin again.
final class DyingProducer {
    private static final int KEYS = 100;

    record Row(@EventTime(TimeUnit.MILLIS) long time, String key, long value) {}

    private DyingProducer() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        Path folder = Path.of(arguments[0]);
        long rows = Long.parseLong(arguments[1]);
        long perSecond = Long.parseLong(arguments[2]);
        int producers = Integer.parseInt(arguments[3]);
        // Several lanes come together in another order each time: then no row is late, whatever the order.
        Duration disorder = Duration.ofMillis(producers == 1 ? 50 : 150);
        Pipeline pipeline = Pipeline.create();
        Input<Row> input =
                pipeline.input("rows", Row.class, Watermark.bounded(disorder)).logged();
        input.stream()
                .keyBy("key")
                .window(Window.sliding(Duration.ofMillis(400), Duration.ofMillis(100)))
                .aggregate(count().as("n"), sum(col("value")).as("sum"))
                .to(Sinks.committed(folder.resolve("sliding.csv"), Format.CSV));
        try (Engine engine = Engine.start()) {
            Job job = engine.resume(
                    pipeline,
                    JobConfig.defaults()
                            .withWorkers(Integer.parseInt(arguments[4]))
                            .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints"))
                                    .every(Duration.ofMillis(70))));
            Thread[] threads = new Thread[producers];
            for (int number = 0; number < producers; number++) {
                Producer<Row> producer;
                try {
                    producer = job.producer(input);
                } catch (MullionException e) {
                    // It had come to its end before it was killed.
                    job.await();
                    return;
                }
                Path told = folder.resolve("told-" + number);
                requireTold(producer, told);
                long seed = number;
                threads[number] =
                        Thread.ofPlatform().start(() -> feed(producer, seed, rows / producers, perSecond, told));
            }
            Files.createFile(folder.resolve("running"));
            for (Thread thread : threads) {
                thread.join();
            }
            job.drain();
            job.await();
        }
    }

    private static void requireTold(Producer<Row> producer, Path told) throws IOException {
        if (!Files.exists(told)) {
            return;
        }
        String text = Files.readString(told);
        // A line may be torn.
        long safe = text.isEmpty() ? 0 : Long.parseLong(text.substring(0, text.indexOf('\n')));
        if (producer.durablePosition() < safe) {
            throw new IllegalStateException(safe + " rows were safe, there are " + producer.durablePosition());
        }
    }

    private static void feed(Producer<Row> producer, long seed, long rows, long perSecond, Path told) {
        try (producer) {
            long first = producer.durablePosition();
            long start = System.nanoTime();
            for (long n = first; n < rows; n++) {
                while (perSecond > 0 && (n - first) * 1e9 / perSecond > System.nanoTime() - start) {
                    Thread.sleep(1);
                }
                long random = (n * 31 + seed) * 0x9E3779B97F4A7C15L;
                long behind = (random >>> 58) == 0 ? random >>> 20 & 127 : random >>> 20 & 15;
                Row row = new Row(n / 50 - behind, "key " + (random >>> 33) % KEYS, random >>> 44);
                if (producer.offer(row) != Offer.ACCEPTED) {
                    throw new IllegalStateException("row " + n + " was not accepted");
                }
                if (n % 500 == 0) {
                    tell(producer.durablePosition(), told);
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void tell(long safe, Path told) throws IOException {
        Path unfinished = told.resolveSibling(told.getFileName() + ".unfinished");
        Files.writeString(unfinished, safe + "\n");
        Files.move(unfinished, told, StandardCopyOption.ATOMIC_MOVE);
    }
}
