package io.mullion.routine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether kernels may use the Vector API, and why not. Decided and logged once.
public final class VectorSupport {
    private static final String MODULE = "jdk.incubator.vector";
    private static final Logger LOG = LoggerFactory.getLogger(VectorSupport.class);
    private static final int BITS = ModuleLayer.boot().findModule(MODULE).isPresent() ? VectorWidth.preferredBits() : 0;
    private static final String REASON = explain();

    static {
        LOG.info("kernels: {}", available() ? "vector " + BITS + " bits" : "plain, because " + REASON);
    }

    private VectorSupport() {}

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
