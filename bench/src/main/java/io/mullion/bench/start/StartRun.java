package io.mullion.bench.start;

import io.mullion.bench.report.Machine;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/// `bench/run start`: fresh JVMs, from `Engine.start` to the first result of a window.
///
/// Four ways in turn, round by round: with the flags of the README and without any, each without a cache of loaded
/// classes and with one (JEP 514), which is made first by a run of the same program. A cache wants jars, so what is a
/// folder on the class path is packed. Arguments: a folder to write to, rounds.
public final class StartRun {
    private final Path folder;
    private final String classPath;
    private final List<Way> ways = new ArrayList<>();

    private record Way(String name, List<String> flags) {}

    /// @param firstMillis from the start of the engine to the result
    /// @param wholeMillis from the start of the process to its end
    private record Start(double firstMillis, double wholeMillis) {}

    private StartRun(Path folder) throws IOException {
        this.folder = folder;
        classPath = jars();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        StartRun run = new StartRun(folder);
        run.ways(
                "flags of the README",
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(flag -> flag.startsWith("--"))
                        .toList());
        run.ways("no flags", List.of());
        run.measure(Integer.parseInt(arguments[1]));
    }

    /// A way without a cache, and one with a cache that is made here.
    private void ways(String name, List<String> flags) throws IOException, InterruptedException {
        ways.add(new Way(name, flags));
        Path cache = folder.resolve("start" + ways.size() + ".aot");
        Files.deleteIfExists(cache);
        start(with(flags, "-XX:AOTCacheOutput=" + cache));
        if (!Files.exists(cache)) {
            throw new IOException("no cache was made: " + cache);
        }
        ways.add(new Way(
                name + ", cache of " + (Files.size(cache) >> 20) + " MB", with(flags, "-XX:AOTCache=" + cache)));
    }

    private static List<String> with(List<String> flags, String flag) {
        List<String> all = new ArrayList<>(flags);
        all.add(flag);
        return all;
    }

    private void measure(int rounds) throws IOException, InterruptedException {
        Map<String, List<Start>> starts = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways) {
                starts.computeIfAbsent(way.name(), _ -> new ArrayList<>()).add(start(way.flags()));
            }
        }
        System.out.printf("%s, JDK %s, %d JVMs each%n%n", Machine.describe(), Runtime.version(), rounds);
        System.out.println("| | Engine.start to first result, ms: median | p90 | the whole process, ms: median |");
        System.out.println("| --- | --- | --- | --- |");
        starts.forEach((way, all) -> {
            double[] first =
                    all.stream().mapToDouble(Start::firstMillis).sorted().toArray();
            double[] whole =
                    all.stream().mapToDouble(Start::wholeMillis).sorted().toArray();
            System.out.printf("| %s | %.0f | %.0f | %.0f |%n", way, at(first, 0.5), at(first, 0.9), at(whole, 0.5));
        });
    }

    /// The value of sorted ones that this part of them does not exceed.
    private static double at(double[] sorted, double part) {
        return sorted[(int) Math.ceil(part * sorted.length) - 1];
    }

    private Start start(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, FirstResult.class.getName()));
        File output = folder.resolve("output.txt").toFile();
        long begun = System.nanoTime();
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start()
                .waitFor();
        long ended = System.nanoTime();
        String text = Files.readString(output.toPath());
        String nanos = text.lines()
                .filter(line -> line.startsWith(FirstResult.NANOS))
                .findFirst()
                .orElse(null);
        if (exit != 0 || nanos == null) {
            throw new IOException("exit=" + exit + " of " + command + "\n" + text);
        }
        return new Start(Long.parseLong(nanos.substring(FirstResult.NANOS.length())) / 1e6, (ended - begun) / 1e6);
    }

    private String jars() throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(entry))) {
                String jar = folder.resolve(jars.size() + ".jar").toString();
                run("jar", "--create", "--file", jar, "-C", entry, ".");
                jars.add(jar);
            } else {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private static void run(String tool, String... arguments) throws IOException {
        int exit = ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments);
        if (exit != 0) {
            throw new IOException(tool + " " + Arrays.toString(arguments) + ": exit=" + exit);
        }
    }
}
