package io.mullion.routine;

import org.slf4j.LoggerFactory;

/// Whether kernels may use the Vector API, and why not. Decided once, and logged once when the first job has its
/// kernels ([#log]).
public final class VectorSupport {
    private static final String MODULE = "jdk.incubator.vector";
    private static final int BITS = ModuleLayer.boot().findModule(MODULE).isPresent() ? VectorWidth.preferredBits() : 0;
    private static final String REASON = explain();

    /// Initialised by the first [#log].
    private static final class Logged {
        static {
            LoggerFactory.getLogger(VectorSupport.class)
                    .info("kernels: {}", available() ? "vector " + BITS + " bits" : "plain, because " + REASON);
        }

        private static void once() {}
    }

    private VectorSupport() {}

    /// Writes the choice and its reason to the log, at the first call. The decision does not do it: a logger that has
    /// to be started takes as long as some kernels.
    public static void log() {
        Logged.once();
    }

    public static boolean available() {
        return BITS >= 128;
    }

    /// Why the Vector API is not used, or that it is.
    public static String reason() {
        return REASON;
    }

    /// Width of the preferred vectors in bits, 0 without the Vector API.
    public static int bits() {
        return BITS;
    }

    private static String explain() {
        if (BITS == 0) {
            return MODULE + " is not among the modules of this JVM; add --add-modules " + MODULE;
        }
        return BITS < 128
                ? "the preferred vectors of this CPU have only " + BITS + " bits"
                : "the Vector API is used with " + BITS + " bits";
    }
}
