package io.mullion.plan;

import io.mullion.batch.StageTimes.Stage;
import io.mullion.codegen.Compiled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import jdk.jfr.FlightRecorder;

/// The text of `explain`: one line a step, indented under the step it reads, with the kernels below it.
///
/// *Thread*: the planner's while it is made, then any. Listings of kernels are printed only when the text is asked for.
public final class Explanation {
    /// @param kernel whose listing stands below the text; null if none
    /// @param stage whose time it took; null if it is not a step
    private record Entry(int depth, Object text, Compiled<?> kernel, Stage stage) {}

    /// @param about whose words may be others each time
    private record Detail(Object about) {
        @Override
        public String toString() {
            return "  . " + about;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private int depth;
    private String lastStep = "";
    private Stage lastStage;

    Explanation() {}

    Explanation step(String step) {
        lastStep = step;
        lastStage = new Stage();
        return add(step, null, lastStage);
    }

    /// @param detail text, or what says it when the explanation is printed
    Explanation detail(Object detail) {
        return add(new Detail(detail), null, null);
    }

    Explanation kernel(String role, Compiled<?> kernel) {
        // An event would set up the recorder: a tenth of a second of a fresh JVM.
        if (FlightRecorder.isInitialized()) {
            new KernelGenerated(lastStep, role, String.valueOf(kernel.variant())).commit();
        }
        return add("  . " + role + " kernel, " + kernel.variant(), kernel, null);
    }

    /// Of the last step.
    Stage stage() {
        return lastStage;
    }

    void deeper() {
        depth++;
    }

    void shallower() {
        depth--;
    }

    private Explanation add(Object text, Compiled<?> kernel, Stage stage) {
        entries.add(new Entry(depth, text, kernel, stage));
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            line(text, entry.depth(), entry.text().toString());
            if (entry.kernel() != null) {
                entry.kernel().listing().lines().forEach(line -> line(text, entry.depth(), "      " + line));
            }
        }
        return text.toString();
    }

    /// The steps with the time that each has taken so far: for a row that it was handed, and of the time of all.
    public String analyzed() {
        long all = entries.stream()
                .map(Entry::stage)
                .filter(Objects::nonNull)
                .mapToLong(Stage::nanos)
                .sum();
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            if (entry.stage() != null) {
                line(text, entry.depth(), entry.text() + timeText(entry.stage(), all));
            }
        }
        return text.toString();
    }

    private static String timeText(Stage stage, long allNanos) {
        // Where rows come in nothing is computed.
        return stage.nanos() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ": %.1f ns/row of %d rows, %.1f%%",
                        (double) stage.nanos() / Math.max(1, stage.rows()),
                        stage.rows(),
                        100.0 * stage.nanos() / allNanos);
    }

    private static void line(StringBuilder text, int depth, String line) {
        text.repeat("  ", depth).append(line).append('\n');
    }
}
