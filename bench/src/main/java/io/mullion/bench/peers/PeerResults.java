package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerResult;
import io.mullion.bench.report.Json;
import io.mullion.bench.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// All that one comparison measured, and where.
///
/// @param origin machine, JVM, day
/// @param flags of all JVMs
/// @param commit that was measured
/// @param command that measured it
record PeerResults(String origin, String flags, String commit, String command, List<PeerResult> all) {
    static final String MULLION = "mullion";

    static PeerResults of(String flags, String commit, String command, List<PeerResult> all) throws IOException {
        String origin = Machine.describe() + ". " + System.getProperty("java.vm.name") + " "
                + System.getProperty("java.vm.version") + ". " + LocalDate.now(ZoneOffset.UTC) + ".";
        return new PeerResults(origin, flags, commit, command, List.copyOf(all));
    }

    List<String> queries() {
        return all.stream().map(PeerResult::query).distinct().toList();
    }

    List<String> peers(String query) {
        return all.stream()
                .filter(it -> it.query().equals(query))
                .map(PeerResult::peer)
                .distinct()
                .toList();
    }

    List<String> peers() {
        return all.stream().map(PeerResult::peer).distinct().toList();
    }

    Cell cell(String query, String peer) {
        return Cell.of(all.stream()
                .filter(it -> it.query().equals(query) && it.peer().equals(peer))
                .toList());
    }

    /// Million rows a second, the median; NaN where there is none.
    double rate(String query, String peer) {
        return peers(query).contains(peer) && cell(query, peer) instanceof Cell.Measured measured
                ? measured.median(Cell::rate)
                : Double.NaN;
    }

    /// The version of a peer, as it says.
    String version(String peer) {
        return all.stream()
                .filter(it -> it.peer().equals(peer) && !it.version().isEmpty())
                .map(PeerResult::version)
                .findFirst()
                .orElse("");
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("peers.json"), json());
        Files.writeString(folder.resolve("peers.csv"), csv());
    }

    String json() {
        StringBuilder json = new StringBuilder("{");
        json.append("\n\"origin\": ").append(PeerResult.quoted(origin));
        json.append(",\n\"flags\": ").append(PeerResult.quoted(flags));
        json.append(",\n\"commit\": ").append(PeerResult.quoted(commit));
        json.append(",\n\"command\": ").append(PeerResult.quoted(command));
        List<String> lines = all.stream().map(PeerResult::json).toList();
        return json.append(",\n\"runs\": [\n")
                .append(String.join(",\n", lines))
                .append("\n]}\n")
                .toString();
    }

    static PeerResults parse(String json) {
        @SuppressWarnings("unchecked")
        Map<String, Object> members = (Map<String, Object>) Json.parse(json);
        List<PeerResult> all = new ArrayList<>();
        for (Object run : (List<?>) members.get("runs")) {
            @SuppressWarnings("unchecked")
            Map<String, Object> one = (Map<String, Object>) run;
            all.add(PeerProcess.result((String) one.get("peer"), one));
        }
        return new PeerResults(
                (String) members.get("origin"),
                (String) members.get("flags"),
                (String) members.get("commit"),
                (String) members.get("command"),
                all);
    }

    /// A line for each run.
    String csv() {
        StringBuilder csv = new StringBuilder("query,peer,version,rows,rows_measured,seconds,million_rows_per_second,"
                + "cpu_seconds_per_million_rows,peak_resident_bytes,result_rows,hash,latency_p50_millis,latency_p99_millis,"
                + "left_out,error\n");
        for (PeerResult it : all) {
            boolean measured = it.error() == null && it.leftOut() == null;
            csv.append(String.join(
                            ",",
                            quoted(it.query()),
                            quoted(it.peer()),
                            quoted(it.version()),
                            String.valueOf(it.rows()),
                            String.valueOf(it.rowsMeasured()),
                            decimal(it.nanos() / 1e9),
                            measured ? decimal(Cell.rate(it)) : "",
                            measured ? decimal(Cell.cpuSeconds(it)) : "",
                            String.valueOf(it.peakResidentBytes()),
                            String.valueOf(it.resultRows()),
                            Long.toHexString(it.hash()),
                            latency(it, 50),
                            latency(it, 99),
                            quoted(it.leftOut()),
                            quoted(it.error())))
                    .append('\n');
        }
        return csv.toString();
    }

    private static String latency(PeerResult result, double percentile) {
        return result.latencies().isEmpty()
                ? ""
                : decimal(new Cell.Measured(List.of(result)).latencies().getValueAtPercentile(percentile) / 1e6);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    private static String quoted(String text) {
        if (text == null) {
            return "";
        }
        return text.matches("[\\w .+-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
