package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.memory.MemoryPool;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// One folder has one store, in one JVM and in several.
class FolderLockTest {
    @RegisterExtension
    final Checkpoints checkpoints = new Checkpoints();

    @TempDir
    Path folder;

    /// The other process: opens the folder and says how that went; then waits for its input to end.
    public static void main(String[] args) throws IOException {
        try (MemoryPool pool = new MemoryPool(1 << 20);
                CheckpointStore store = CheckpointStore.open(Path.of(args[0]), 1, pool.account("test"), Disk.local())) {
            System.out.println("opened " + store.newest().isPresent());
            System.in.transferTo(System.err);
        } catch (MullionException refused) {
            System.out.println(refused.getMessage());
        }
    }

    @Test
    void aSecondStoreOfTheSameProcessIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        CheckpointStore store = checkpoints.open(folder.resolve("real"), 1, Disk.local());
        assertRefused(folder.resolve("real"), "it is locked by this process already");
        assertRefused(link, "it is locked by this process already");
        assertRefused(folder.resolve("real/../link"), "it is locked by this process already");
        store.close();
        store.close();
        checkpoints.open(link, 1, Disk.local()).close();
    }

    @Test
    void aStoreOfAnotherProcessIsRefused() throws IOException, InterruptedException {
        CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
        assertRefused(folder, "it is locked by this process already");
        // The attempt has not taken the lock away.
        Process other = start();
        String refused = firstLine(other);
        assertTrue(
                refused.contains("it is locked by another process: process "
                        + ProcessHandle.current().pid()),
                refused);
        other.waitFor();
        store.close();
    }

    @Test
    void theLockOfAProcessThatDiesIsFree() throws IOException, InterruptedException {
        Process other = start();
        assertEquals("opened false", firstLine(other));
        assertRefused(folder, "it is locked by another process: process " + other.pid());
        other.destroyForcibly().waitFor();
        checkpoints.open(folder, 1, Disk.local()).close();
    }

    private void assertRefused(Path path, String why) {
        MullionException refused = assertThrows(MullionException.class, () -> checkpoints.open(path, 1, Disk.local()));
        assertEquals(Reason.CHECKPOINT, refused.reason());
        assertTrue(refused.getMessage().contains(why), refused::getMessage);
        assertTrue(refused.getMessage().contains("folder=" + path), refused::getMessage);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FolderLockTest.class.getName(),
                        folder.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        return process.inputReader(StandardCharsets.UTF_8).readLine();
    }
}
