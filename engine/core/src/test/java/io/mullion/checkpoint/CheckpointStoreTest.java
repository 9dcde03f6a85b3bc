package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// A folder's life: what is kept, what is deleted, who may have it.
class CheckpointStoreTest {
    @RegisterExtension
    final Checkpoints checkpoints = new Checkpoints();

    @TempDir
    Path folder;

    @Test
    void anEmptyFolderHasNoCheckpoint() {
        try (CheckpointStore store = open(2)) {
            assertEquals(Optional.empty(), store.newest());
            assertEquals(List.of(), store.faults());
            assertEquals(0, store.lastEpoch());
        }
    }

    @Test
    void theFolderIsMade() {
        Path deep = folder.resolve("a/b/c");
        try (CheckpointStore store = checkpoints.open(deep, 1, Disk.local())) {
            checkpoints.write(store, 1);
            assertTrue(Files.exists(deep.resolve("checkpoint-1.manifest")));
        }
    }

    @Test
    void theNewestIsFoundAgain() {
        StoredCheckpoint written;
        try (CheckpointStore store = open(2)) {
            checkpoints.write(store, 3);
            written = checkpoints.write(store, 8);
            assertEquals(Optional.of(written), store.newest());
            assertEquals(Checkpoints.expected(8), checkpoints.contents(store, written));
        }
        try (CheckpointStore store = open(2)) {
            assertEquals(Optional.of(written), store.newest());
            assertEquals(Checkpoints.expected(8), checkpoints.contents(store, written));
            assertEquals(8, store.lastEpoch());
            assertEquals(2, written.tablesOf("windows").size());
            assertEquals(Optional.of("80"), written.property("position"));
            assertEquals(Optional.empty(), written.property("clock"));
            assertEquals(Optional.empty(), written.table("windows", "none"));
        }
    }

    @Test
    void theLastOnesAreKeptWithWhatTheyReferTo() throws IOException {
        try (CheckpointStore store = open(2)) {
            for (int epoch = 1; epoch <= 5; epoch++) {
                checkpoints.write(store, epoch);
            }
            assertEquals(
                    List.of(
                            "1-2-windows.sealed.arrow",
                            "4-8-windows.open.arrow",
                            "5-10-windows.open.arrow",
                            "checkpoint-4.manifest",
                            "checkpoint-5.manifest",
                            "lock"),
                    names());
            assertEquals(List.of(), store.leftovers());
        }
    }

    @Test
    void aTableThatIsNotReferredToAnyMoreIsDeletedWithItsLastCheckpoint() throws IOException {
        try (CheckpointStore store = open(1)) {
            StoredTable sealed =
                    checkpoints.write(store, 1).table("windows", "sealed").orElseThrow();
            try (CheckpointWriter writer = store.begin(2)) {
                writer.reference("others", "the same", sealed);
                StoredTable same = writer.finish().tables().getFirst();
                assertEquals(Checkpoints.totals(0, 70), Checkpoints.rows(store, same));
            }
            try (CheckpointWriter writer = store.begin(3)) {
                writer.finish();
            }
            assertEquals(List.of("checkpoint-3.manifest", "lock"), names());
            assertMisuse("the table is of no checkpoint that is kept", () -> store.read(sealed));
            try (CheckpointWriter writer = store.begin(4)) {
                assertMisuse(
                        "the table is of no checkpoint that is kept",
                        () -> writer.reference("windows", "sealed", sealed));
            }
        }
    }

    @Test
    void whatIsGivenUpLeavesNothing() throws IOException {
        try (CheckpointStore store = open(2)) {
            checkpoints.write(store, 1);
            List<String> before = names();
            try (CheckpointWriter writer = store.begin(2)) {
                checkpoints.write(writer, "windows", "open", Checkpoints.totals(2, 9));
                writer.table("windows", "begun", Checkpoints.TOTALS);
                assertEquals(before.size() + 2, names().size());
            }
            assertEquals(before, names());
            assertEquals(1, store.newest().orElseThrow().epoch());
            CheckpointWriter writer = store.begin(3);
            writer.table("windows", "begun", Checkpoints.TOTALS);
        }
        try (CheckpointStore store = open(2)) {
            assertEquals(1, store.newest().orElseThrow().epoch());
            assertEquals(List.of(), store.faults());
        }
    }

    @Test
    void whatAKilledProcessLeftIsDeletedAndWhatIsNotOursIsNot() throws IOException {
        try (CheckpointStore store = open(2)) {
            checkpoints.write(store, 1);
        }
        List<String> kept = List.of("7-x-notes.arrow", "checkpoint-.manifest", "notes.txt");
        for (String name : kept) {
            Files.writeString(folder.resolve(name), "mine");
        }
        for (String name : List.of("2-4-windows.open.arrow", "2-7-windows.other.arrow", "2-9.unfinished")) {
            Files.writeString(folder.resolve(name), "half");
        }
        try (CheckpointStore store = open(2)) {
            assertEquals(List.of(), store.faults());
            store.begin(2).close();
            TreeSet<String> expected = new TreeSet<>(kept);
            expected.addAll(
                    List.of("1-1-windows.open.arrow", "1-2-windows.sealed.arrow", "checkpoint-1.manifest", "lock"));
            assertEquals(List.copyOf(expected), names());
            // No number is used again, whatever becomes of the files that had it.
            assertEquals(
                    "2-10-windows.open.arrow",
                    checkpoints
                            .write(store, 3)
                            .table("windows", "open")
                            .orElseThrow()
                            .file()
                            .replace("3-", "2-"));
        }
    }

    @Test
    void mistakesOfTheCallerAreNamed() {
        assertMisuse("a store keeps one checkpoint at least: keep=0", () -> open(0));
        CheckpointStore store = open(1);
        checkpoints.write(store, 5);
        assertMisuse("epochs rise: epoch=5, last=5", () -> store.begin(5));
        CheckpointWriter writer = store.begin(6);
        assertMisuse("a checkpoint is being written: epoch=6, wanted=7", () -> store.begin(7));
        TableWriter table = writer.table("windows", "open", Checkpoints.TOTALS);
        assertMisuse(
                "a checkpoint has one table of a name: windows/open",
                () -> writer.table("windows", "open", Checkpoints.TOTALS));
        assertMisuse("tables that have not ended: epoch=6, tables=1", writer::finish);
        table.end();
        assertMisuse("the table has ended: windows/open", table::end);
        writer.finish();
        assertMisuse("the checkpoint is over: epoch=6", () -> writer.property("position", "1"));
        store.close();
        assertMisuse("the store is closed", () -> store.begin(7));
    }

    @Test
    void textsOfAnyKindComeBack() {
        TreeMap<String, String> texts = new TreeMap<>();
        for (String text : List.of("", "a\tb", "line\nline\r\n", "\\t \\", "ünï😀\0\u2028", "x".repeat(100_000))) {
            texts.put("name of " + text, text);
            texts.put(text, "value");
        }
        String odd = "../my\n\"owner\"\t/ü";
        try (CheckpointStore store = open(1);
                CheckpointWriter writer = store.begin(1)) {
            texts.forEach(writer::property);
            checkpoints.write(writer, odd, "", Checkpoints.totals(1, 3));
            writer.finish();
        }
        try (CheckpointStore store = open(1)) {
            StoredCheckpoint found = store.newest().orElseThrow();
            assertEquals(texts, found.properties());
            StoredTable table = found.table(odd, "").orElseThrow();
            assertEquals("1-1-_my_owner_.arrow", table.file().replace("_..", "_."));
            assertEquals(Checkpoints.totals(1, 3), Checkpoints.rows(store, table));
        }
    }

    @Test
    void veryManyTablesAreNotOpenAtOnce() {
        try (CheckpointStore store = open(1)) {
            try (CheckpointWriter writer = store.begin(1)) {
                for (int table = 0; table < 150; table++) {
                    checkpoints.write(writer, "windows", "pane " + table, Checkpoints.totals(table, 2));
                }
                writer.finish();
            }
            for (int table = 0; table < 150; table++) {
                StoredTable pane = store.newest()
                        .orElseThrow()
                        .table("windows", "pane " + table)
                        .orElseThrow();
                assertEquals(Checkpoints.totals(table, 2), Checkpoints.rows(store, pane));
            }
        }
    }

    @Test
    void aFolderThatCannotBeUsedIsRefused() throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(file, "a file");
        MullionException refused = assertThrows(MullionException.class, () -> checkpoints.open(file, 1, Disk.local()));
        assertEquals(Reason.CHECKPOINT, refused.reason());
        assertTrue(refused.getMessage().contains("folder=" + file), refused::getMessage);
    }

    @Test
    void aLaterFormatIsRefusedAndNotTouched() throws IOException {
        try (CheckpointStore store = open(2)) {
            checkpoints.write(store, 1);
            checkpoints.write(store, 2);
        }
        String body = "mullion-checkpoint\t2\nepoch\t2\nmystery\tx\n";
        Files.writeString(folder.resolve("checkpoint-2.manifest"), body + checksumLine(body));
        List<String> before = names();
        MullionException refused = assertThrows(MullionException.class, () -> open(2));
        assertEquals(Reason.CHECKPOINT, refused.reason());
        assertTrue(
                refused.getMessage()
                        .contains("checkpoint-2.manifest: a checkpoint of another format: format=2, this version of the"
                                + " engine knows 1"),
                refused::getMessage);
        assertEquals(before, names());
    }

    /// Its checksum is right: somebody made it by hand.
    @Test
    void aManifestThatMentionsForeignFilesIsNotFollowed() throws IOException {
        String body = "mullion-checkpoint\t1\nepoch\t1\ntable\to\tn\t../../etc/passwd\t1\t1\t00000000\n";
        Files.writeString(folder.resolve("checkpoint-1.manifest"), body + checksumLine(body));
        MullionException refused = assertThrows(MullionException.class, () -> open(2));
        assertTrue(
                refused.getMessage()
                        .contains("checkpoint-1.manifest: it mentions a file that is none of its own: "
                                + "../../etc/passwd"),
                refused::getMessage);
    }

    private static String checksumLine(String body) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return String.format("crc32c\t%08x\n", crc.getValue());
    }

    private CheckpointStore open(int keep) {
        return checkpoints.open(folder, keep, Disk.local());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertMisuse(String message, Executable call) {
        MullionException refused = assertThrows(MullionException.class, call);
        assertEquals(Reason.MISUSE, refused.reason());
        assertTrue(refused.getMessage().startsWith(message), refused::getMessage);
    }
}
