package io.mullion.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The machine that this runs on, in a few words.
public final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /// Such as `AMD EPYC (family 25, model 17, AVX-512), 2 cores, Linux 6.1 amd64`.
    public static String describe() throws IOException {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
        int cores = Runtime.getRuntime().availableProcessors();
        if (!Files.isReadable(CPU_INFO)) {
            return cores + " cores, " + system;
        }
        List<String> lines = Files.readAllLines(CPU_INFO);
        String vectors = value(lines, "flags").contains("avx512f") ? ", AVX-512" : "";
        return value(lines, "model name") + " (family " + value(lines, "cpu family") + ", model "
                + value(lines, "model") + vectors + "), " + cores + " cores, " + system;
    }

    private static String value(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.matches(name + "\\s*:.*"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("?");
    }
}
