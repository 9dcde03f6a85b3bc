package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Files that were damaged after they had been written: it is said which, and the checkpoint before is used.
class CheckpointDamageTest {
    private static final String MANIFEST = "checkpoint-3.manifest";

    @RegisterExtension
    final Checkpoints checkpoints = new Checkpoints();

    @TempDir
    Path folder;

    private String own;
    private String shared;

    @BeforeEach
    void threeCheckpoints() {
        try (CheckpointStore store = open()) {
            checkpoints.write(store, 1);
            checkpoints.write(store, 2);
            StoredCheckpoint newest = checkpoints.write(store, 3);
            own = newest.table("windows", "open").orElseThrow().file();
            shared = newest.table("windows", "sealed").orElseThrow().file();
        }
    }

    @Test
    void aTableThatIsMissing() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(own));
        Files.delete(folder.resolve(own));
        assertTheOneBefore(MANIFEST + ": windows/open in " + own + ": it cannot be read: ");
        Files.write(folder.resolve(own), bytes);
        assertTheNewest();
    }

    @Test
    void aTableThatIsTorn() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(own));
        for (int length : new int[] {0, 1, bytes.length / 2, bytes.length - 1, bytes.length + 1}) {
            Files.write(folder.resolve(own), Arrays.copyOf(bytes, length));
            assertTheOneBefore(MANIFEST + ": windows/open in " + own + ": it is torn: bytes=" + length + ", expected="
                    + bytes.length);
        }
    }

    @Test
    void aBitOfATableThatHasChanged() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(own));
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] ^= (byte) (1 << at % 8);
            Files.write(folder.resolve(own), bytes);
            bytes[at] ^= (byte) (1 << at % 8);
            assertTheOneBefore(MANIFEST + ": windows/open in " + own + ": it is corrupt: its checksum is another one");
        }
    }

    @Test
    void aManifestThatIsTorn() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(MANIFEST));
        for (int length = 0; length < bytes.length; length++) {
            Files.write(folder.resolve(MANIFEST), Arrays.copyOf(bytes, length));
            assertTheOneBefore(MANIFEST + ": it is torn");
        }
    }

    /// Of the version of the format, too: that is believed if the checksum is right.
    @Test
    void aBitOfAManifestThatHasChanged() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(MANIFEST));
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] ^= (byte) (1 << at % 8);
            Files.write(folder.resolve(MANIFEST), bytes);
            bytes[at] ^= (byte) (1 << at % 8);
            assertTheOneBefore(MANIFEST + ": it is torn or corrupt");
        }
    }

    @Test
    void aManifestUnderAnotherName() throws IOException {
        Files.copy(folder.resolve(MANIFEST), folder.resolve("checkpoint-9.manifest"));
        try (CheckpointStore store = open()) {
            assertEquals(List.of("checkpoint-9.manifest: it is of another epoch: 3"), store.faults());
            assertEquals(3, store.newest().orElseThrow().epoch());
            assertEquals(9, store.lastEpoch());
        }
    }

    @Test
    void whatIsWrongWithEachIsSaidWhenNoneIsLeft() throws IOException {
        Files.writeString(folder.resolve(shared), "no table");
        MullionException refused = assertThrows(MullionException.class, this::open);
        assertEquals(Reason.CHECKPOINT, refused.reason());
        String message = refused.getMessage();
        assertTrue(message.startsWith("no checkpoint of the folder can be used: folder=" + folder), message);
        for (int epoch = 1; epoch <= 3; epoch++) {
            String fault = "checkpoint-" + epoch + ".manifest: windows/sealed in " + shared + ": it is torn: bytes=8";
            assertTrue(message.contains(fault), message);
        }
        // It is refused again, and nothing was deleted.
        assertThrows(MullionException.class, this::open);
        assertTrue(Files.exists(folder.resolve(MANIFEST)));
    }

    /// What was at fault is of a past that the job has not gone on from, and must not come back.
    @Test
    void whatWasAtFaultIsGoneWhenTheNextOneBegins() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(own));
        Files.write(folder.resolve(own), new byte[9]);
        try (CheckpointStore store = open()) {
            assertEquals(2, store.newest().orElseThrow().epoch());
            assertEquals(3, store.lastEpoch());
            store.begin(4).close();
        }
        Files.write(folder.resolve(own), bytes);
        try (CheckpointStore store = open()) {
            assertEquals(List.of(), store.faults());
            assertEquals(2, store.newest().orElseThrow().epoch());
        }
    }

    /// The file was right when the folder was opened.
    @Test
    void aTableThatChangesLaterIsNotBelieved() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(own));
        int refusals = 0;
        try (CheckpointStore store = open()) {
            StoredTable table =
                    store.newest().orElseThrow().table("windows", "open").orElseThrow();
            for (int at = 0; at < bytes.length; at++) {
                byte was = bytes[at];
                bytes[at] ^= (byte) 0x81;
                Files.write(folder.resolve(own), bytes);
                bytes[at] = was;
                try {
                    Checkpoints.rows(store, table);
                } catch (MullionException e) {
                    assertEquals(Reason.CHECKPOINT, e.reason(), e::toString);
                    assertTrue(e.getMessage().contains(own), e::getMessage);
                    refusals++;
                }
            }
        }
        assertTrue(refusals > 100, "refusals=" + refusals);
    }

    private void assertTheOneBefore(String fault) {
        try (CheckpointStore store = open()) {
            assertEquals(1, store.faults().size(), () -> store.faults().toString());
            assertTrue(
                    store.faults().getFirst().startsWith(fault),
                    () -> store.faults().toString());
            assertEquals(
                    Checkpoints.expected(2),
                    checkpoints.contents(store, store.newest().orElseThrow()));
        }
    }

    private void assertTheNewest() {
        try (CheckpointStore store = open()) {
            assertEquals(List.of(), store.faults());
            assertEquals(
                    Checkpoints.expected(3),
                    checkpoints.contents(store, store.newest().orElseThrow()));
        }
    }

    private CheckpointStore open() {
        return checkpoints.open(folder, 3, Disk.local());
    }
}
