package io.mullion.bench.latency;

import io.mullion.bench.report.LineChart;
import io.mullion.bench.report.Machine;
import io.mullion.bench.report.Page;
import io.mullion.spec.Idle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/// `bench/run latency`: how long a row takes from the time it was due until a sink has it, at rates that do not ask
/// whether anybody keeps up, beside a bare queue and a Disruptor.
///
/// All ways are measured in turns, round by round, so that what the machine does meanwhile happens to all; what is
/// reported is the median of the rounds. Coordinated omission cannot happen: rows are due by the clock. Arguments: the
/// folder of the page, rounds, milliseconds of a turn.
public final class LatencyRun {
    private static final int[] RATES = {10_000, 100_000, 1_000_000};
    private static final int WINDOW_RATE = 100_000;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final String QUEUE = "JCTools SPSC queue";
    private static final int CLOCK_LOOKS = 1 << 20;
    /// In `/proc/stat`, of 10 ms.
    private static final int STEAL_FIELD = 8;

    private final long clockNanos = clockNanos();
    private final Map<String, Function<Arrivals, Hop>> ways = new LinkedHashMap<>();
    /// By rate and way: a histogram for each round.
    private final Map<String, List<Histogram>> rounds = new LinkedHashMap<>();

    private LatencyRun() {
        ways.put(QUEUE, QueueHop::new);
        ways.put("Disruptor", DisruptorHop::new);
        ways.put("Mullion, rows, busy spin", arrivals -> new EngineHop(arrivals, false, Idle.busySpin()));
        ways.put("Mullion, records, busy spin", arrivals -> new EngineHop(arrivals, true, Idle.busySpin()));
        ways.put("Mullion, rows, back off", arrivals -> new EngineHop(arrivals, false, Idle.backOff()));
    }

    public static void main(String[] arguments) throws IOException {
        Path docs = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Duration turn = Duration.ofMillis(Long.parseLong(arguments[2]));
        LatencyRun run = new LatencyRun();
        long stolen = stealTicks();
        long begun = System.nanoTime();
        run.measure(rounds, turn);
        double stolenPart = (stealTicks() - stolen) * 1e7 / (System.nanoTime() - begun);
        Page.replaceResults(docs.resolve("latency.md"), run.page(rounds, turn, stolenPart));
        for (int rate : RATES) {
            Files.writeString(
                    docs.resolve("latency-" + rate + ".svg"),
                    run.chart(rate).drawing().svg());
        }
    }

    private void measure(int count, Duration turn) {
        // The JIT's time, at the highest rate and at the lowest.
        ways.values().forEach(way -> turn(way, RATES[RATES.length - 1], Duration.ofSeconds(3)));
        ways.values().forEach(way -> turn(way, RATES[0], Duration.ofSeconds(1)));
        turn(this::windows, WINDOW_RATE, Duration.ofSeconds(5));
        for (int round = 0; round < count; round++) {
            for (int rate : RATES) {
                for (Map.Entry<String, Function<Arrivals, Hop>> way : ways.entrySet()) {
                    add(key(rate, way.getKey()), turn(way.getValue(), rate, turn));
                }
            }
            // A hundred windows a round at least.
            add("windows", turn(this::windows, WINDOW_RATE, WindowHop.SLIDE.multipliedBy(150)));
            System.out.printf("round %d of %d%n", round + 1, count);
        }
    }

    private Hop windows(Arrivals arrivals) {
        return new WindowHop(arrivals, Idle.busySpin());
    }

    private void add(String key, Histogram nanos) {
        rounds.computeIfAbsent(key, _ -> new ArrayList<>()).add(nanos);
    }

    private Histogram turn(Function<Arrivals, Hop> way, int perSecond, Duration length) {
        Arrivals arrivals = new Arrivals(clockNanos);
        long rows = perSecond * length.toMillis() / 1_000;
        try (Hop hop = way.apply(arrivals)) {
            long start = System.nanoTime() + 1_000_000;
            double interval = 1e9 / perSecond;
            for (long row = 0; row < rows; row++) {
                long due = start + (long) (row * interval);
                while (System.nanoTime() < due) {
                    Thread.onSpinWait();
                }
                hop.send(due);
            }
            awaitArrivals(hop, arrivals, rows);
        }
        return arrivals.nanos();
    }

    private static void awaitArrivals(Hop hop, Arrivals arrivals, long rows) {
        if (hop instanceof WindowHop) {
            return;
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (arrivals.count() < rows) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("rows did not arrive: " + arrivals.count() + " of " + rows);
            }
            Thread.onSpinWait();
        }
    }

    private String page(int count, Duration turn, double stolenPart) throws IOException {
        StringBuilder page = new StringBuilder(Machine.describe() + ". JDK " + Runtime.version() + ". "
                + LocalDate.now() + ". " + count + " rounds of " + turn.toMillis() + " ms for each way and rate; "
                + "a look at the clock takes " + clockNanos + " ns and is subtracted; "
                + String.format(Locale.ROOT, "%.2f", 100 * stolenPart)
                + " % of a CPU was stolen by the hypervisor meanwhile.\n\n");
        for (int rate : RATES) {
            page.append("### ").append(String.format(Locale.ROOT, "%,d", rate)).append(" rows a second, us\n\n");
            header(page);
            for (String way : ways.keySet()) {
                line(page, way, key(rate, way), key(rate, QUEUE));
            }
            page.append("\n![Percentiles](latency-").append(rate).append(".svg)\n\n");
        }
        page.append("### Q2, 1 s by 20 ms, 1,000 keys, 100,000 rows a second: from the end of a window to its first")
                .append(" result, us\n\n");
        header(page);
        line(page, "Mullion, rows, busy spin", "windows", null);
        return page.append('\n').toString();
    }

    private static void header(StringBuilder page) {
        page.append("| | p50 | p90 | p99 | p99.9 | p99.99 | p50 above the queue, ns | p99.9 to the queue |\n");
        page.append("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    }

    private void line(StringBuilder page, String way, String key, String base) {
        page.append("| ").append(way);
        for (double percentile : PERCENTILES) {
            page.append(String.format(Locale.ROOT, " | %.3g", median(key, percentile) / 1e3));
        }
        if (base == null || base.equals(key)) {
            page.append(" | | |\n");
        } else {
            page.append(String.format(
                    Locale.ROOT,
                    " | **%.0f** | **%.2f** |\n",
                    median(key, 50) - median(base, 50),
                    median(key, 99.9) / median(base, 99.9)));
        }
    }

    private LineChart chart(int rate) {
        List<LineChart.Line> curves = new ArrayList<>();
        for (String way : ways.keySet()) {
            List<Double> values = new ArrayList<>();
            for (double percentile : LineChart.PERCENTILES) {
                values.add(median(key(rate, way), percentile) / 1e3);
            }
            curves.add(LineChart.line(curves.size(), way, values));
        }
        return LineChart.percentiles(
                String.format(Locale.ROOT, "From due to seen, %,d rows a second", rate),
                "microseconds",
                LineChart.PERCENTILES.size(),
                curves);
    }

    /// Of the rounds, in ns.
    private double median(String key, double percentile) {
        double[] sorted = rounds.get(key).stream()
                .mapToDouble(it -> it.getValueAtPercentile(percentile))
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String key(int rate, String way) {
        return rate + " " + way;
    }

    private static long clockNanos() {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long begun = System.nanoTime();
            for (int look = 0; look < CLOCK_LOOKS; look++) {
                System.nanoTime();
            }
            best = Math.min(best, (System.nanoTime() - begun) / CLOCK_LOOKS);
        }
        return best;
    }

    private static long stealTicks() throws IOException {
        Path stat = Path.of("/proc/stat");
        return Files.isReadable(stat)
                ? Long.parseLong(Files.readAllLines(stat).getFirst().split(" +")[STEAL_FIELD])
                : 0;
    }
}
