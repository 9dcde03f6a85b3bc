package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Figures that the test suite of another engine laid down: what goes in, and what has to come out.
record Case(String id, JsonNode json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String DIRECTORY = "mullion.conformance.dir";
    private static final List<String> OWN = List.of(
            "dstream_basic",
            "dstream_errors",
            "dstream_io",
            "dstream_java",
            "dstream_python",
            "dstream_state",
            "dstream_window",
            "et_beam_jet",
            "et_errors",
            "et_flink_join",
            "et_flink_operator",
            "et_flink_sql",
            "et_spark_batch_windows",
            "et_spark_join",
            "et_spark_stream",
            "et_window_assign");

    /// Whether the cases are those that lie beside the tests.
    static boolean own() {
        return System.getProperty(DIRECTORY) == null;
    }

    /// Those of them that are about event time.
    static List<Case> eventTime() throws IOException {
        return all().stream().filter(one -> !one.microBatch()).toList();
    }

    /// Those of them that are about micro-batches.
    static List<Case> microBatches() throws IOException {
        return all().stream().filter(Case::microBatch).toList();
    }

    /// Those of the folder that `-Dmullion.conformance.dir` names, in it or in its folder `cases`; by default those
    /// that lie beside the tests.
    static List<Case> all() throws IOException {
        List<Case> cases = new ArrayList<>();
        if (own()) {
            for (String name : OWN) {
                try (InputStream file = Case.class.getResourceAsStream("/conformance/" + name + ".json")) {
                    add(MAPPER.readTree(file), cases);
                }
            }
        } else {
            for (Path file : files(folder(Path.of(System.getProperty(DIRECTORY))))) {
                add(MAPPER.readTree(file.toFile()), cases);
            }
        }
        return cases;
    }

    String operation() {
        return json.get("operation").asText();
    }

    boolean microBatch() {
        return json.get("semantics").asText().equals("microbatch");
    }

    boolean ordered() {
        return json.get("ordered").asBoolean();
    }

    boolean refused() {
        return json.path("expect_error").asBoolean();
    }

    JsonNode params() {
        return json.get("params");
    }

    boolean has(String param) {
        return params().hasNonNull(param);
    }

    /// A parameter that is a word, or an empty one.
    String word(String param) {
        return params().path(param).asText("");
    }

    String windowType() {
        return params().path("window").path("type").asText("");
    }

    String scheme() {
        return params().path("watermark").path("scheme").asText("none");
    }

    List<JsonNode> aggregates() {
        return list(params().path("aggregates"));
    }

    boolean aggregatesBy(String function) {
        return aggregates().stream()
                .anyMatch(aggregate -> aggregate.get("fn").asText().equals(function));
    }

    List<JsonNode> expected() {
        return list(json.get("expected"));
    }

    /// The input in order of arrival, control items as they stand between its rows.
    List<JsonNode> items() {
        return batched() ? batches().stream().flatMap(List::stream).toList() : list(json.get("events"));
    }

    boolean batched() {
        return json.has("batches");
    }

    List<List<JsonNode>> batches() {
        return list(json.get("batches")).stream().map(Case::list).toList();
    }

    @Override
    public String toString() {
        return id + " (" + json.path("source").asText() + "): "
                + json.path("note").asText();
    }

    static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static void add(JsonNode file, List<Case> cases) {
        file.forEach(one -> cases.add(new Case(one.get("id").asText(), one)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new UncheckedIOException(new IOException("no cases in " + folder));
            }
            return found;
        }
    }

    /// A relative folder may be meant from the module, where tests start, or from the top of the project.
    private static Path folder(Path named) {
        for (Path from = Path.of("").toAbsolutePath(); from != null; from = from.getParent()) {
            Path folder = from.resolve(named);
            if (Files.isDirectory(folder)) {
                Path cases = folder.resolve("cases");
                return Files.isDirectory(cases) ? cases : folder;
            }
        }
        throw new UncheckedIOException(new IOException("no such folder: " + DIRECTORY + "=" + named));
    }
}
