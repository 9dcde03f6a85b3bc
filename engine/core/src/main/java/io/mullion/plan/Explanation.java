package io.mullion.plan;

import io.mullion.codegen.Compiled;

/// The text of `explain`: one line a step, indented under the step it reads, with the kernels below it.
final class Explanation {
    private final StringBuilder text = new StringBuilder();
    private int depth;

    Explanation step(String step) {
        return line(step);
    }

    Explanation detail(String detail) {
        return line("  . " + detail);
    }

    Explanation kernel(String role, Compiled<?> kernel) {
        line("  . " + role + " kernel, " + kernel.variant());
        kernel.listing().lines().forEach(line -> line("      " + line));
        return this;
    }

    void deeper() {
        depth++;
    }

    void shallower() {
        depth--;
    }

    private Explanation line(String line) {
        text.repeat("  ", depth).append(line).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
