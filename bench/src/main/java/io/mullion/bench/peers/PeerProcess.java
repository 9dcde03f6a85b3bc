package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerMain;
import io.mullion.bench.peer.PeerResult;
import io.mullion.bench.peer.PeerSpec;
import io.mullion.bench.report.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs a query on a peer in a JVM of its own.
///
/// @param root of the project
/// @param flags that all JVMs have
/// @param logs where standard error goes, a file for each run
record PeerProcess(Path root, List<String> flags, Path logs) {
    /// Room for the start of an engine and for the rows that are still under way when the time is over.
    private static final long SPARE_SECONDS = 120;

    private static final int LINES_SHOWN = 12;

    /// Never throws because of the peer: what goes wrong there is the result's error, with the end of its log.
    PeerResult run(PeerSpec peer, String query, int round, double warmupSeconds, double seconds)
            throws IOException, InterruptedException {
        Files.createDirectories(logs);
        String name = peer.name() + "-" + query.replace(' ', '-') + "-" + round;
        Path log = logs.resolve(name + ".log");
        Path out = logs.resolve(name + ".json");
        Process process = new ProcessBuilder(command(peer, query, warmupSeconds, seconds))
                .redirectOutput(out.toFile())
                .redirectError(log.toFile())
                .directory(logs.toFile())
                .start();
        try {
            if (!process.waitFor((long) (warmupSeconds + seconds) + SPARE_SECONDS, TimeUnit.SECONDS)) {
                return failed(peer, query, "it did not come to its end; the log is " + log);
            }
        } finally {
            process.destroyForcibly();
        }
        String line = Files.readString(out).strip();
        if (line.isEmpty()) {
            return failed(peer, query, "its JVM ended with status " + process.exitValue() + ":\n" + endOf(log));
        }
        return parsed(peer.name(), line);
    }

    private List<String> command(PeerSpec peer, String query, double warmupSeconds, double seconds) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(peer.flags());
        command.addAll(List.of("-cp", classPath(peer), PeerMain.class.getName(), peer.className(), query));
        command.addAll(List.of(String.valueOf(warmupSeconds), String.valueOf(seconds)));
        return command;
    }

    private String classPath(PeerSpec peer) throws IOException {
        Path target = root.resolve(peer.module()).resolve("target");
        Path dependencies = target.resolve("classpath");
        if (!Files.isReadable(dependencies)) {
            throw new IOException("the peer is not built: name=" + peer.name() + ", missing=" + dependencies);
        }
        return target.resolve("classes") + ":" + Files.readString(dependencies).strip();
    }

    private static PeerResult failed(PeerSpec peer, String query, String error) {
        return PeerResult.without(peer.name(), "", query, 0, null, error);
    }

    private static String endOf(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    /// @param name to give it: the process itself only knows its class
    static PeerResult parsed(String name, String line) {
        @SuppressWarnings("unchecked")
        Map<String, Object> members = (Map<String, Object>) Json.parse(line);
        return result(name, members);
    }

    static PeerResult result(String name, Map<String, Object> members) {
        return new PeerResult(
                name,
                (String) members.get("version"),
                (String) members.get("query"),
                number(members, "rows"),
                number(members, "rowsMeasured"),
                number(members, "nanos"),
                number(members, "cpuNanos"),
                number(members, "peakResidentBytes"),
                (Boolean) members.get("table"),
                number(members, "resultRows"),
                Long.parseUnsignedLong((String) members.get("hash"), 16),
                ((List<?>) members.get("latencies"))
                        .stream().map(it -> ((Double) it).longValue()).toList(),
                (String) members.get("leftOut"),
                (String) members.get("error"));
    }

    private static long number(Map<String, Object> members, String name) {
        return ((Double) members.get(name)).longValue();
    }
}
