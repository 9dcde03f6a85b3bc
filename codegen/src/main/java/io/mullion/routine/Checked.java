package io.mullion.routine;

/// Whether accesses to memory off the heap are checked: the system property `mullion.checked`, read once. Apart from
/// [RawMemory], so that kernels can be generated before memory is touched.
public final class Checked {
    public static final boolean ACCESS = Boolean.getBoolean("mullion.checked");

    private Checked() {}
}
