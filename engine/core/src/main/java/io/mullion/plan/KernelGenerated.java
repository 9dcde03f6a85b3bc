package io.mullion.plan;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A pipeline was given a kernel: generated for it, or of a shape that was known.
@Name("mullion.KernelGenerated")
@Label("Kernel Generated")
@Category("Mullion")
@StackTrace(false)
final class KernelGenerated extends Event {
    @Label("Step")
    final String step;

    @Label("Role")
    final String role;

    @Label("Variant")
    final String variant;

    KernelGenerated(String step, String role, String variant) {
        this.step = step;
        this.role = role;
        this.variant = variant;
    }
}
