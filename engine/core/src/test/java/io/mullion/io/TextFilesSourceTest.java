package io.mullion.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Engine;
import io.mullion.Engines;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.Sources;
import io.mullion.batch.Batch;
import io.mullion.ingest.Lane;
import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.LaneReader;
import io.mullion.ingest.OverloadCounters;
import io.mullion.io.BatchFilesSink.Format;
import io.mullion.memory.MemoryPool;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Overload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Lines of files in a folder, and how a job goes on among them.
class TextFilesSourceTest {
    private static final String TOO_LONG = "x".repeat(2_000);

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    @TempDir
    private Path checkpoints;

    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final MemoryPool pool = new MemoryPool(64 << 20);
    /// Makes the order of files certain.
    private int modified;

    @AfterEach
    void close() {
        pool.close();
    }

    private void file(String name, String text) throws IOException {
        Path unfinished = folder.resolve("." + name);
        Files.writeString(unfinished, text);
        Files.setLastModifiedTime(unfinished, FileTime.fromMillis(1_000_000_000L + 1_000 * modified++));
        Files.move(unfinished, folder.resolve(name));
    }

    /// Reads so many lines, and notes where the source stood behind each.
    ///
    /// @param positions null if nobody asks
    private List<String> lines(TextFilesSource source, int count, List<String> positions) throws Exception {
        List<String> lines = new ArrayList<>();
        Lane lane = new Lane(
                "lines",
                TextLines.SCHEMA,
                64,
                64,
                1 << 10,
                false,
                Overload.BLOCK,
                new OverloadCounters(),
                new YieldingIdleStrategy(),
                pool);
        if (positions != null) {
            positions.add(source.position(0));
        }
        List<Throwable> failures = new ArrayList<>();
        try (LaneReader reader = new LaneReader(lane)) {
            Thread thread = Thread.ofPlatform().start(() -> {
                try (LaneProducer<Void> producer = new LaneProducer<>(lane, null, deadLetters::add)) {
                    source.run(producer);
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            while (lines.size() < count && thread.isAlive()) {
                reader.poll((batch, _, from, to) -> add(batch, from, to, lines));
                while (positions != null && positions.size() <= lines.size()) {
                    positions.add(source.position(positions.size()));
                }
            }
            source.stop();
            thread.join();
        }
        assertEquals(List.of(), failures);
        return lines;
    }

    private static void add(Batch batch, int from, int to, List<String> lines) {
        for (int row = from; row < to; row++) {
            byte[] text = new byte[batch.utf8Length(0, row)];
            for (int i = 0; i < text.length; i++) {
                text[i] = RawMemory.getByte(batch.utf8Address(0, row) + i);
            }
            lines.add(new String(text, StandardCharsets.UTF_8));
        }
    }

    private TextFilesSource source(String position) throws IOException {
        TextFilesSource source = new TextFilesSource(folder, false);
        source.open();
        if (position != null) {
            source.seek(position);
        }
        return source;
    }

    @Test
    void goesOnBehindEachRow() throws Exception {
        file("a", "a 1\r\na 2\n\n" + TOO_LONG + "\na 4");
        file("b", "");
        file("c", TOO_LONG + "\n" + TOO_LONG + "\nc 1\n");
        file("d", "d 1\n" + TOO_LONG);
        file("e", "e 1\ne 2\n");
        List<String> expected = List.of("a 1", "a 2", "", "a 4", "c 1", "d 1", "e 1", "e 2");
        List<String> positions = new ArrayList<>();
        assertEquals(expected, lines(source(null), expected.size(), positions));
        assertEquals(4, deadLetters.size());
        for (int row = 0; row <= expected.size(); row++) {
            List<String> rest = expected.subList(row, expected.size());
            List<String> again = new ArrayList<>();
            assertEquals(rest, lines(source(positions.get(row)), rest.size(), again), "behind row " + row);
            // And from where it stood then.
            for (int further = 0; further < again.size(); further++) {
                List<String> last = rest.subList(further, rest.size());
                assertEquals(last, lines(source(again.get(further)), last.size(), null), row + ", " + further);
            }
        }
    }

    /// Files of many pieces, with lines across the ends of these.
    @Test
    void goesOnAmidLargeFiles() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        for (int file = 0; file < 3; file++) {
            StringBuilder text = new StringBuilder();
            for (int line = 0; line < 1_000; line++) {
                boolean refused = random.nextInt(200) == 0;
                String words = file + " " + line + " " + "y".repeat(random.nextInt(500));
                text.append(refused ? TOO_LONG : words).append('\n');
                if (!refused) {
                    expected.add(words);
                }
            }
            file("file " + file, text.toString());
        }
        List<String> positions = new ArrayList<>();
        assertEquals(expected, lines(source(null), expected.size(), positions), "seed=" + seed);
        for (int i = 0; i < 30; i++) {
            int row = random.nextInt(expected.size());
            List<String> rest = expected.subList(row, expected.size());
            assertEquals(rest, lines(source(positions.get(row)), rest.size(), null), "row=" + row + ", seed=" + seed);
        }
    }

    @Test
    void filesThatAppearMeanwhileAreRead() throws Exception {
        file("b", "b\n");
        TextFilesSource source = source(null);
        List<String> positions = new ArrayList<>();
        assertEquals(List.of("b"), lines(source, 1, positions));
        file("a", "a\n");
        file("c", "c\n");
        // What was done with may go.
        Files.delete(folder.resolve("b"));
        assertEquals(List.of("a", "c"), lines(source(ended(positions.getLast())), 2, null));
    }

    /// The worker may ask for a position when a row has come and the end of its file has not been seen yet.
    private String ended(String position) {
        return position.startsWith("b/") ? "/////b" : position;
    }

    @Test
    void aNameMayComeBack() throws Exception {
        file("a", "one\n");
        TextFilesSource source = source("/////a");
        Files.delete(folder.resolve("a"));
        List<String> read = new ArrayList<>();
        Thread.ofPlatform().start(() -> {
            try {
                // Twice as long as it takes to look at the folder.
                Thread.sleep(300);
                file("a", "two\n");
            } catch (IOException | InterruptedException e) {
                read.add(e.toString());
            }
        });
        read.addAll(lines(source, 1, null));
        assertEquals(List.of("two"), read);
    }

    @Test
    void aFileAtHandMustBeAsItWas() throws Exception {
        file("a", "one\ntwo\nthree\n");
        List<String> positions = new ArrayList<>();
        assertEquals(List.of("one", "two", "three"), lines(source(null), 3, positions));
        assertEquals(List.of("three"), lines(source(positions.get(2)), 1, null));
        Path file = folder.resolve("a");
        FileTime modified = Files.getLastModifiedTime(file);

        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertRefused("has changed", positions.get(2));
        Files.writeString(file, "one\n");
        Files.setLastModifiedTime(file, modified);
        assertRefused("has changed: now bytes=4", positions.get(2));
        Files.delete(file);
        assertRefused("is there no more", positions.get(2));
    }

    private void assertRefused(String why, String position) {
        MullionException refused = assertThrows(MullionException.class, () -> source(position));
        assertEquals(Reason.SOURCE, refused.reason());
        assertTrue(refused.getMessage().contains(why), refused::getMessage);
        assertTrue(refused.getMessage().contains("file=a"), refused::getMessage);
    }

    @Test
    void filesThatWereThereBeforeStayUnread() throws Exception {
        file("old", "old\n");
        TextFilesSource source = new TextFilesSource(folder, true);
        source.open();
        String position = source.position(0);
        file("new", "new\n");
        TextFilesSource again = new TextFilesSource(folder, true);
        again.open();
        again.seek(position);
        assertEquals(List.of("new"), lines(again, 1, null));
    }

    /// Through engines: what a checkpoint has taken is not taken again, and nothing is left out.
    @Test
    void aJobGoesOn() throws Exception {
        for (int round = 0; round < 3; round++) {
            StringBuilder text = new StringBuilder();
            for (int line = 0; line < 2_000; line++) {
                text.append(round).append(' ').append(line).append('\n');
            }
            file("file " + round, text.toString());
            Pipeline pipeline = Pipeline.create();
            pipeline.from(Sources.allTextFiles(folder))
                    .to(Sinks.committed(checkpoints.resolve("lines.csv"), Format.CSV));
            Engine engine = engines.start();
            Job job = engine.resume(
                    pipeline, JobConfig.defaults().withCheckpoints(Checkpoints.to(checkpoints.resolve("kept"))));
            while (job.counters().rowsIn() < 500) {
                Thread.sleep(1);
            }
            job.checkpoint();
            job.stop();
            job.await();
        }
        Pipeline pipeline = Pipeline.create();
        pipeline.from(Sources.allTextFiles(folder)).to(Sinks.committed(checkpoints.resolve("lines.csv"), Format.CSV));
        Job job = engines.start()
                .resume(pipeline, JobConfig.defaults().withCheckpoints(Checkpoints.to(checkpoints.resolve("kept"))));
        List<String> lines = List.of();
        while (lines.size() < 6_001) {
            job.checkpoint();
            lines = Files.readAllLines(checkpoints.resolve("lines.csv"));
        }
        job.stop();
        job.await();
        assertEquals(6_001, lines.size());
        assertEquals(6_001, lines.stream().distinct().count());
        assertEquals("0 0", lines.get(1));
        assertEquals("2 1999", lines.getLast());
    }
}
