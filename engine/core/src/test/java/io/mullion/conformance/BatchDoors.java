package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.DataStream;
import io.mullion.Engine;
import io.mullion.Engines;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.Sources;
import io.mullion.io.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/// Cases about the sources that have a thread of their own: which batch a line comes in is not asserted there, so they
/// run by the real clock.
final class BatchDoors {
    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private BatchDoors() {}

    /// All lines, in one batch.
    static List<List<JsonNode>> run(Case one) throws InterruptedException {
        try {
            return List.of(one.operation().equals("socketTextStream") ? socket(one) : files(one));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> socket(Case one) throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Engine engine = Engine.start(Engines.SMALL)) {
            Queue<JsonNode> lines = new ConcurrentLinkedQueue<>();
            Job job = engine.run(
                    lines(Sources.socketText(server.getInetAddress().getHostAddress(), server.getLocalPort()), lines));
            try (Socket connection = server.accept()) {
                for (JsonNode text : one.params().get("wire")) {
                    connection.getOutputStream().write(text.textValue().getBytes(StandardCharsets.UTF_8));
                }
            }
            job.await();
            return List.copyOf(lines);
        }
    }

    private static List<JsonNode> files(Case one) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("mullion-files");
        try (Engine engine = Engine.start(Engines.SMALL)) {
            write(one.params().path("pre_existing_files"), folder);
            Queue<JsonNode> lines = new ConcurrentLinkedQueue<>();
            boolean newOnly = one.params().path("new_files_only").asBoolean(true);
            Job job = engine.run(lines(newOnly ? Sources.textFiles(folder) : Sources.allTextFiles(folder), lines));
            for (JsonNode files : one.params().path("new_files_per_batch")) {
                write(files, folder);
            }
            long start = System.nanoTime();
            while (lines.size() < one.expected().size() && System.nanoTime() - start < PATIENCE.toNanos()) {
                Thread.sleep(1);
            }
            job.drain();
            job.await();
            return List.copyOf(lines);
        } finally {
            try (Stream<Path> left = Files.list(folder)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /// Each file is moved to where it appears.
    private static void write(JsonNode files, Path folder) throws IOException {
        for (var file : files.properties()) {
            Path unfinished = folder.resolve("." + file.getKey());
            Files.writeString(unfinished, file.getValue().textValue());
            Files.move(unfinished, folder.resolve(file.getKey()), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Pipeline lines(Source source, Queue<JsonNode> lines) {
        Pipeline pipeline = Pipeline.create();
        DataStream stream = pipeline.from(source);
        assertEquals(1, stream.schema().size());
        assertTrue(stream.schema().find("line") >= 0);
        stream.batchInterval(INTERVAL).to(Sinks.forEachRow(row -> lines.add(CaseValues.json(row.utf8("line")))));
        return pipeline;
    }
}
