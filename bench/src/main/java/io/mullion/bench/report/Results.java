package io.mullion.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// All that one run measured.
public record Results(List<Measured> all) {
    /// Reads the JSON files of a folder.
    public static Results read(Path folder) throws IOException {
        List<Measured> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith(".json")).sorted().toList()) {
                all.addAll(Measured.parse(Files.readString(file)));
            }
        }
        if (all.isEmpty()) {
            throw new IOException("no results in " + folder + ": bench/run kernels, windows and checkpoints make them");
        }
        return new Results(all);
    }

    /// The sets of parameters that a benchmark ran with, in the order of the run.
    public List<Map<String, String>> paramsOf(String benchmark) {
        return all.stream()
                .filter(it -> it.benchmark().equals(benchmark))
                .map(Measured::params)
                .distinct()
                .toList();
    }

    public OptionalDouble score(String benchmark, String variant, Map<String, String> params) {
        return of(benchmark, variant, params).mapToDouble(Measured::score).findFirst();
    }

    /// Bytes of garbage an operation; NaN if nobody looked.
    public double allocated(String benchmark, String variant, Map<String, String> params) {
        return secondary(benchmark, variant, params, "gc.alloc.rate.norm");
    }

    /// What a profiler or the benchmark counted; NaN if nobody did.
    public double secondary(String benchmark, String variant, Map<String, String> params, String name) {
        return of(benchmark, variant, params)
                .mapToDouble(it -> it.secondary().getOrDefault(name, Double.NaN))
                .findFirst()
                .orElse(Double.NaN);
    }

    /// The machine, the JVM, the day.
    public String origin() throws IOException {
        return Machine.describe() + ". " + vm() + ". " + LocalDate.now(ZoneOffset.UTC) + ".";
    }

    public String vm() {
        return all.getFirst().vm();
    }

    private Stream<Measured> of(String benchmark, String variant, Map<String, String> params) {
        return all.stream()
                .filter(it -> it.benchmark().equals(benchmark)
                        && it.variant().equals(variant)
                        && Objects.equals(it.params(), params));
    }
}
