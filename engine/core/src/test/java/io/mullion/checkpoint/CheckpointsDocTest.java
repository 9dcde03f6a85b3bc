package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The code and the words of `engine/docs/checkpoints.md`.
class CheckpointsDocTest {
    private static final Path PAGE = Path.of("../docs/checkpoints.md");
    private static final Path SOURCE = Path.of("src/test/java/io/mullion/checkpoint/CheckpointsDocTest.java");
    private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

    @RegisterExtension
    final Checkpoints checkpoints = new Checkpoints();

    @TempDir
    Path folder;

    @Test
    void thePageShowsCodeThatIsRunHere() throws IOException {
        String source = Files.readString(SOURCE);
        String page = Files.readString(PAGE);
        Matcher blocks = BLOCK.matcher(page);
        // Those before are run by CheckpointTest and ProducerLogTest.
        assertTrue(blocks.find(page.indexOf("## Looking into one")));
        String block = blocks.group(1)
                .lines()
                .map(line -> line.isEmpty() ? "" : "        " + line)
                .collect(Collectors.joining("\n"));
        assertTrue(source.contains(block), () -> "checkpoints.md shows what is not run:\n" + block);
    }

    @Test
    void aTableIsRead() throws IOException {
        String table;
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(42)) {
            table = checkpoints
                    .write(writer, "windows", "open", Checkpoints.totals(42, 2))
                    .file();
            writer.finish();
        }
        PrintStream usual = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            print(table);
        } finally {
            System.setOut(usual);
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("mullion.owner=windows"), text);
        assertTrue(text.contains("key\tcount\nnull\t42000000\nkey 1\t42000001\n"), text);
    }

    private void print(String table) throws IOException {
        try (BufferAllocator allocator = new RootAllocator();
                FileChannel file = FileChannel.open(folder.resolve(table));
                ArrowFileReader reader = new ArrowFileReader(file, allocator)) {
            VectorSchemaRoot rows = reader.getVectorSchemaRoot();
            System.out.println(rows.getSchema().getCustomMetadata());
            while (reader.loadNextBatch()) {
                System.out.println(rows.contentToTSVString());
            }
        }
    }

    /// The lines that the page tells of.
    @Test
    void aManifestHasTheseLines() throws IOException {
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(42)) {
            checkpoints.write(writer, "windows", "the\topen", Checkpoints.totals(42, 2));
            writer.property("position", "17");
            StoredTable table = writer.finish().tables().getFirst();
            String body = "mullion-checkpoint\t1\nepoch\t42\nproperty\tposition\t17\n"
                    + "table\twindows\tthe\\topen\t42-1-windows.the_open.arrow\t2\t"
                    + Files.size(folder.resolve(table.file())) + "\t" + String.format("%08x", table.crc32c()) + "\n";
            String manifest = Files.readString(folder.resolve("checkpoint-42.manifest"));
            assertEquals(body, manifest.substring(0, body.length()));
            assertTrue(manifest.substring(body.length()).matches("crc32c\t[0-9a-f]{8}\n"), manifest);
        }
    }
}
