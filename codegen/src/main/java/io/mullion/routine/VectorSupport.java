package io.mullion.routine;

import java.util.Set;
import org.slf4j.LoggerFactory;

/// Whether kernels may use the Vector API, and why not. Decided once, and logged once when the first job has its
/// kernels ([#log]).
///
/// The API is fast only where the JIT makes instructions of its vectors. Where it does not, each one is an object, and
/// a kernel of them is slower than a plain loop by far and leaves garbage for every row.
public final class VectorSupport {
    private static final String MODULE = "jdk.incubator.vector";
    private static final Set<String> X86 = Set.of("amd64", "x86_64");
    private static final int PREFERRED =
            ModuleLayer.boot().findModule(MODULE).isPresent() ? VectorWidth.preferredBits() : 0;
    private static final String REFUSAL = refusal();

    /// Initialised by the first [#log].
    private static final class Logged {
        static {
            LoggerFactory.getLogger(VectorSupport.class)
                    .info("kernels: {}", available() ? "vector " + PREFERRED + " bits" : "plain, because " + REFUSAL);
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
        return REFUSAL == null;
    }

    /// Why the Vector API is not used, or that it is.
    public static String reason() {
        return available() ? "the Vector API is used with " + PREFERRED + " bits" : REFUSAL;
    }

    /// Width of the vectors of kernels in bits: those that the CPU prefers, 0 if kernels use none.
    public static int bits() {
        return available() ? PREFERRED : 0;
    }

    /// Whether the JIT of this CPU's architecture makes instructions of all that kernels do with vectors of `bits`.
    ///
    /// Validity and conditions are masks with a lane for each 64 bits. HotSpot makes masks of what can also be loaded
    /// as so many bytes, which on x86 are four or more (`Matcher::min_vector_size`), on AArch64 two: `SimdTableTest`
    /// looks whether that is still so.
    public static boolean masks(int bits) {
        return bits >= 256 || bits == 128 && !X86.contains(System.getProperty("os.arch"));
    }

    private static String refusal() {
        if (PREFERRED == 0) {
            return MODULE + " is not among the modules of this JVM; add --add-modules " + MODULE;
        }
        if (!optimizes(System.getProperty("java.vm.info", ""))) {
            return "C2, which alone makes instructions of vectors, is off (java.vm.info="
                    + System.getProperty("java.vm.info") + "); leave out -Xint or -XX:TieredStopAtLevel";
        }
        if (!masks(PREFERRED)) {
            return "the preferred vectors of this CPU have only " + PREFERRED
                    + " bits, for which the JIT has no masks; on x86 they need AVX2, and no lower -XX:MaxVectorSize or"
                    + " -XX:UseAVX";
        }
        return null;
    }

    /// HotSpot says so of `-Xint` and, as that of an emulated client, of `-XX:TieredStopAtLevel=1`. The levels 0, 2 and
    /// 3 are for those who examine HotSpot itself: it does not tell them from 4 without JMX, which takes long to start.
    private static boolean optimizes(String virtualMachine) {
        return !virtualMachine.contains("interpreted mode") && !virtualMachine.contains("emulated-client");
    }
}
