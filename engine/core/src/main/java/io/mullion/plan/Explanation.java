package io.mullion.plan;

import io.mullion.codegen.Compiled;
import java.util.ArrayList;
import java.util.List;

/// The text of `explain`: one line a step, indented under the step it reads, with the kernels below it.
///
/// *Thread*: the planner's while it is made, then any. Listings of kernels are printed only when the text is asked for.
public final class Explanation {
    /// @param kernel whose listing stands below the text; null if none
    private record Entry(int depth, String text, Compiled<?> kernel) {}

    private final List<Entry> entries = new ArrayList<>();
    private int depth;
    private String lastStep = "";

    Explanation() {}

    Explanation step(String step) {
        lastStep = step;
        return add(step, null);
    }

    Explanation detail(String detail) {
        return add("  . " + detail, null);
    }

    Explanation kernel(String role, Compiled<?> kernel) {
        KernelGenerated event = new KernelGenerated(lastStep, role, String.valueOf(kernel.variant()));
        event.commit();
        return add("  . " + role + " kernel, " + kernel.variant(), kernel);
    }

    void deeper() {
        depth++;
    }

    void shallower() {
        depth--;
    }

    private Explanation add(String text, Compiled<?> kernel) {
        entries.add(new Entry(depth, text, kernel));
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            line(text, entry.depth(), entry.text());
            if (entry.kernel() != null) {
                entry.kernel().listing().lines().forEach(line -> line(text, entry.depth(), "      " + line));
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, int depth, String line) {
        text.repeat("  ", depth).append(line).append('\n');
    }
}
