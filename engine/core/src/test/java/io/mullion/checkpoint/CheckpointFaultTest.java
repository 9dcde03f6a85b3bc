package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.checkpoint.FaultyDisk.Fault;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A job writes some checkpoints, and each call to the disk goes wrong in turn, in each way that it can. Whoever opens
/// the folder next finds the last checkpoint that was finished, or one that was about to be, whole; and goes on.
@Tag("checked")
class CheckpointFaultTest {
    private static final int EPOCHS = 4;
    private static final int KEPT = 2;
    private static final int NEVER = Integer.MAX_VALUE;

    /// The machine's files, in the system's cache: without a loss of power forcing makes no difference.
    private static final Disk FILES = new UnforcedDisk(Disk.local());

    @RegisterExtension
    final Checkpoints checkpoints = new Checkpoints();

    @TempDir
    Path folders;

    /// What a job that went on through failures has seen.
    ///
    /// @param finished epochs of checkpoints that it was told are whole
    /// @param refused whether it could not open the folder
    private record Run(List<Long> finished, boolean refused) {
        long last() {
            return finished.isEmpty() ? 0 : finished.getLast();
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyCallGoesWrongOnce(Fault fault) {
        int calls = callsOfAJob();
        for (int at = 1; at <= calls; at++) {
            Path folder = folders.resolve(fault + "-" + at);
            String what = fault + " at call " + at + " of " + calls;
            FaultyDisk disk = new FaultyDisk(FILES, fault, at);
            Run run = job(folder, disk);

            assertTrue(run.refused() || disk.calls() >= at, what);
            switch (fault) {
                // One call went wrong: it has cost one checkpoint at most.
                case FAILS, SAYS_SO, TEARS ->
                    assertTrue(run.refused() || run.finished().size() >= EPOCHS - 1, what);
                case DIES, DIES_IN_WRITE, FULL, READ_ONLY -> {}
            }
            assertComesBack(folder, FILES, run, what);
        }
    }

    /// Nothing is lost that was forced, and nothing else need be there.
    @Test
    void powerIsLostAtEveryCall() {
        Path folder = Path.of("memory");
        int calls = callsOfAJob();
        for (int at = 1; at <= calls; at++) {
            for (int seed = 0; seed < 20; seed++) {
                MemoryDisk disk = new MemoryDisk();
                Run run = job(folder, new FaultyDisk(disk, Fault.DIES, at));
                MemoryDisk after = disk.afterPowerLoss(new Random(1000L * at + seed));
                assertComesBack(folder, after, run, "power lost at call " + at + ", seed=" + seed);
            }
        }
    }

    /// And once more while the job that comes back writes its next one.
    @Test
    void powerIsLostTwice() {
        Path folder = Path.of("memory");
        int calls = callsOfAJob();
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            MemoryDisk first = new MemoryDisk();
            Run run = job(folder, new FaultyDisk(first, Fault.DIES, 1 + random.nextInt(calls)));
            MemoryDisk second = first.afterPowerLoss(random);
            Run again = job(folder, new FaultyDisk(second, Fault.DIES, 1 + random.nextInt(calls)));
            MemoryDisk after = second.afterPowerLoss(random);
            assertComesBack(folder, after, again.finished().isEmpty() ? run : again, "seed=" + seed);
        }
    }

    /// A disk that cannot be read for a moment, while the folder is opened and tables are read.
    @Test
    void readingFailsOnce() {
        Path folder = folders.resolve("read");
        job(folder, FILES);
        int calls = reading(folder, new FaultyDisk(FILES, Fault.FAILS, NEVER));
        for (int at = 1; at <= calls; at++) {
            reading(folder, new FaultyDisk(FILES, Fault.FAILS, at));
        }
        // Nothing was changed by it.
        assertComesBack(folder, FILES, new Run(List.of((long) EPOCHS), false), "at the end");
    }

    /// What can be read is right, or it is said what cannot.
    private int reading(Path folder, FaultyDisk disk) {
        try (CheckpointStore store = checkpoints.open(folder, KEPT, disk)) {
            StoredCheckpoint found = store.newest().orElseThrow();
            boolean newest = found.epoch() == store.lastEpoch();
            assertTrue(
                    newest || store.faults().getFirst().startsWith("checkpoint-" + store.lastEpoch()),
                    () -> store.faults().toString());
            assertEquals(Checkpoints.expected(found.epoch()), checkpoints.contents(store, found));
        } catch (MullionException e) {
            assertEquals(Reason.CHECKPOINT, e.reason(), e::toString);
        }
        return disk.calls();
    }

    private int callsOfAJob() {
        FaultyDisk disk = new FaultyDisk(new MemoryDisk(), Fault.FAILS, NEVER);
        Run run = job(Path.of("memory"), disk);
        assertEquals(EPOCHS, run.finished().size());
        return disk.calls();
    }

    /// Writes checkpoints and, where one fails, goes on with the next.
    private Run job(Path folder, Disk disk) {
        List<Long> finished = new ArrayList<>();
        CheckpointStore store;
        try {
            store = checkpoints.open(folder, KEPT, disk);
        } catch (MullionException e) {
            assertEquals(Reason.CHECKPOINT, e.reason(), e::toString);
            return new Run(finished, true);
        }
        for (int i = 0; i < EPOCHS; i++) {
            long epoch = store.lastEpoch() + 1;
            try {
                finished.add(checkpoints.write(store, epoch).epoch());
                assertEquals(finished.getLast(), store.newest().orElseThrow().epoch());
            } catch (MullionException e) {
                assertEquals(Reason.CHECKPOINT, e.reason(), e::toString);
            }
        }
        store.close();
        return new Run(finished, false);
    }

    private void assertComesBack(Path folder, Disk disk, Run run, String what) {
        try (CheckpointStore store = checkpoints.open(folder, KEPT, disk)) {
            assertEquals(List.of(), store.faults(), what);
            long found = store.newest().map(StoredCheckpoint::epoch).orElse(0L);
            assertTrue(found >= run.last(), () -> what + ": found=" + found + ", finished=" + run.finished());
            if (found > 0) {
                assertEquals(
                        Checkpoints.expected(found),
                        checkpoints.contents(store, store.newest().orElseThrow()),
                        what);
            }
            long next = store.lastEpoch() + 1;
            checkpoints.write(store, next);
            assertEquals(List.of(), store.leftovers(), what);
            assertEquals(
                    Checkpoints.expected(next),
                    checkpoints.contents(store, store.newest().orElseThrow()),
                    what);
            assertNothingElseIsThere(folder, disk, store, next, what);
        }
    }

    private static void assertNothingElseIsThere(
            Path folder, Disk disk, CheckpointStore store, long newest, String what) {
        TreeSet<String> names;
        try {
            names = new TreeSet<>(disk.list(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        names.remove("lock");
        long manifests =
                names.stream().filter(name -> name.endsWith(".manifest")).count();
        assertTrue(names.contains("checkpoint-" + newest + ".manifest"), what);
        assertTrue(manifests <= KEPT, () -> what + ": " + names);
        // A table of its own for each, and the one that they share; or two that each has for itself.
        assertTrue(names.size() <= 2 * manifests + 1, () -> what + ": " + names);
        store.newest()
                .orElseThrow()
                .tables()
                .forEach(table -> assertTrue(names.contains(table.file()), () -> what + ": " + names));
    }
}
