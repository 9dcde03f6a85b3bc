package io.mullion.bench.peer;

import java.util.List;
import java.util.StringJoiner;

/// What a run of one peer and one query gave, as it goes from the peer's process to the one that compares.
///
/// @param rows that the answer is of
/// @param rowsMeasured that were taken after the warm-up
/// @param nanos from the end of the warm-up until the last result
/// @param cpuNanos of all threads in that time
/// @param peakResidentBytes of the process, from its start; 0 where the system does not tell
/// @param table whether the rows lay in a table before the time began
/// @param latencies nanoseconds from the end of each window until its first result, in an open loop; else none
/// @param leftOut why the peer does not answer this query, as [Peer#leftOut] has it, or null
/// @param error what went wrong, or null
public record PeerResult(
        String peer,
        String version,
        String query,
        long rows,
        long rowsMeasured,
        long nanos,
        long cpuNanos,
        long peakResidentBytes,
        boolean table,
        long resultRows,
        long hash,
        List<Long> latencies,
        String leftOut,
        String error) {

    /// Nothing was measured.
    public static PeerResult without(
            String peer, String version, String query, long rows, String leftOut, String error) {
        return new PeerResult(peer, version, query, rows, 0, 0, 0, 0, false, 0, 0, List.of(), leftOut, error);
    }

    /// One line. The hash is in hexadecimal, as a string: a number of JSON has 53 bits for sure.
    public String json() {
        StringJoiner members = new StringJoiner(",", "{", "}");
        members.add("\"peer\":" + quoted(peer));
        members.add("\"version\":" + quoted(version));
        members.add("\"query\":" + quoted(query));
        members.add("\"rows\":" + rows);
        members.add("\"rowsMeasured\":" + rowsMeasured);
        members.add("\"nanos\":" + nanos);
        members.add("\"cpuNanos\":" + cpuNanos);
        members.add("\"peakResidentBytes\":" + peakResidentBytes);
        members.add("\"table\":" + table);
        members.add("\"resultRows\":" + resultRows);
        members.add("\"hash\":" + quoted(Long.toHexString(hash)));
        members.add("\"latencies\":" + latencies);
        members.add("\"leftOut\":" + quoted(leftOut));
        members.add("\"error\":" + quoted(error));
        return members.toString();
    }

    /// A string of JSON, or null.
    public static String quoted(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            switch (character) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(character < ' ' ? String.format("\\u%04x", (int) character) : character);
            }
        }
        return quoted.append('"').toString();
    }
}
