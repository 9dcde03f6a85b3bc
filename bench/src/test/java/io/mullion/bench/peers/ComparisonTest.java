package io.mullion.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.bench.peer.ByHandPeer;
import io.mullion.bench.peer.PeerSpec;
import io.mullion.bench.queries.MullionPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each run is a JVM, as it is for users.
class ComparisonTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    @Test
    void aWrongAnswerFailsTheRun() throws Exception {
        int status = run(List.of("filter-map-sum"), List.of(peer("broken", BrokenPeer.class)), 2);
        assertEquals(1, status);
        String said = progress.toString(StandardCharsets.UTF_8);
        assertTrue(
                said.matches("(?s).*peer=broken, query=filter-map-sum: a wrong answer to \\d+ rows:"
                        + " expected (\\d+) rows, hash \\w+; actual \\d+ rows, hash \\w+.*"),
                said);
        assertTrue(text().contains("broken  failed: a wrong answer"), text());
        assertTrue(
                Files.readString(folder.resolve("results/peers.csv")).contains("a wrong answer"),
                "the files say so, too");
        assertEquals(1, said.split("filter-map-sum, round", -1).length - 1, "it is not asked again");
    }

    @Test
    void rightAnswersPassBesideAPeerThatIsLeftOut() throws Exception {
        int status = run(
                List.of("session"),
                List.of(
                        peer("mullion", MullionPeer.class),
                        peer("hand", ByHandPeer.class),
                        peer("broken", BrokenPeer.class)),
                1);
        assertEquals(0, status, progress.toString(StandardCharsets.UTF_8));
        assertTrue(text().contains("broken   no sessions: it knows no \"gap\""), text());
        PeerResults results = PeerResults.parse(Files.readString(folder.resolve("results/peers.json")));
        assertEquals(3, results.all().size());
        assertTrue(results.rate("session", "mullion") > 0, results.json());
        assertTrue(results.all().getFirst().cpuNanos() > 0);
        assertTrue(Files.size(folder.resolve("results/peers.svg")) > 1_000);
        assertTrue(Files.size(folder.resolve("results/peers.png")) > 1_000);
    }

    @Test
    void aPeerThatDiesFailsTheRunAndTheOthersGoOn() throws Exception {
        int status = run(List.of("ysb"), List.of(peer("broken", BrokenPeer.class), peer("hand", ByHandPeer.class)), 1);
        assertEquals(1, status);
        String said = progress.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("peer=broken, query=ysb: java.lang.IllegalStateException: no more ads"), said);
        PeerResults results = PeerResults.parse(Files.readString(folder.resolve("results/peers.json")));
        assertTrue(results.rate("ysb", "hand") > 0, results.json());
    }

    @Test
    void aJvmThatDoesNotStartIsTold() throws Exception {
        PeerSpec peer = new PeerSpec("broken", "broken", BrokenPeer.class.getName(), List.of("-XX:NoSuchFlag"), "");
        build(peer);
        int status = run(List.of("ysb"), List.of(peer), 1);
        assertEquals(1, status);
        String said = progress.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("its JVM ended with status 1"), said);
        assertTrue(said.contains("NoSuchFlag"), said);
    }

    private int run(List<String> queries, List<PeerSpec> peers, int rounds) throws Exception {
        Plan plan = new Plan(
                queries.stream().map(it -> new Plan.Part(it, 0.1, 0.2, rounds)).toList(), peers);
        PeersRun run = new PeersRun(
                folder,
                folder.resolve("results"),
                List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(progress, true, StandardCharsets.UTF_8));
        return run.run(plan, "abc", "a test");
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private PeerSpec peer(String name, Class<?> type) throws IOException {
        PeerSpec peer = new PeerSpec(name, name, type.getName(), List.of("-Xmx1g"), "as it is");
        build(peer);
        return peer;
    }

    /// A module that is built has a class path.
    private void build(PeerSpec peer) throws IOException {
        Path target = Files.createDirectories(folder.resolve(peer.module()).resolve("target"));
        Files.writeString(target.resolve("classpath"), System.getProperty("java.class.path"));
    }
}
