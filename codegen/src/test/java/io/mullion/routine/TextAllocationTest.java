package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.mullion.routine.TestTexts.Text;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Routines over texts allocate nothing on the heap, but for regular expressions.
class TextAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TEXTS = 64;
    private static final int CALLS = 300;
    private static final int QUIET_ROUNDS = 3;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int ROOM = 1 << 20;

    /// A routine with the arguments it is given here.
    private interface Call {
        long on(long text, int length, Scratch scratch);
    }

    @Test
    void warmRoutinesAllocateNothing() {
        Assumptions.assumeFalse(RawMemory.CHECKED, "looking up live memory allocates");
        SplittableRandom random = new SplittableRandom(47);
        try (TestTexts texts = new TestTexts(ROOM)) {
            List<Text> inputs = new ArrayList<>();
            for (int i = 0; i < TEXTS; i++) {
                inputs.add(texts.put(TestTexts.random(random)));
            }
            for (Map.Entry<String, Call> entry : calls(texts).entrySet()) {
                Call call = entry.getValue();
                assertAllocatesNothing(entry.getKey(), () -> {
                    for (int i = 0; i < TEXTS; i++) {
                        Text text = inputs.get(i);
                        texts.scratch.nextRow(0);
                        call.on(text.address(), text.length(), texts.scratch);
                    }
                });
            }
        }
    }

    private static Map<String, Call> calls(TestTexts texts) {
        Text letter = texts.put("b");
        Text word = texts.put("ab");
        long b = letter.address();
        long ab = word.address();
        LikePattern contains = LikePattern.of("%ab%");
        LikePattern general = LikePattern.of("_%a_b%\u00e9_%b");
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("length", (t, n, s) -> TextFunctions.length(t, n));
        calls.put("equal", (t, n, s) -> Utf8.equal(t, n, t, n) ? 1 : 0);
        calls.put("startsWith", (t, n, s) -> TextFunctions.startsWith(t, n, ab, 2) ? 1 : 0);
        calls.put("endsWith", (t, n, s) -> TextFunctions.endsWith(t, n, ab, 2) ? 1 : 0);
        calls.put("contains", (t, n, s) -> TextFunctions.contains(t, n, ab, 2) ? 1 : 0);
        calls.put("like, contains", (t, n, s) -> TextFunctions.like(t, n, contains) ? 1 : 0);
        calls.put("like, general", (t, n, s) -> TextFunctions.like(t, n, general) ? 1 : 0);
        if (VectorSupport.available()) {
            calls.put("vector contains", (t, n, s) -> VectorTextFunctions.contains(t, n, ab, 2) ? 1 : 0);
            calls.put("vector contains byte", (t, n, s) -> VectorTextFunctions.contains(t, n, b, 1) ? 1 : 0);
            calls.put("vector like, contains", (t, n, s) -> VectorTextFunctions.like(t, n, contains) ? 1 : 0);
            calls.put("vector like, general", (t, n, s) -> VectorTextFunctions.like(t, n, general) ? 1 : 0);
        }
        calls.put("trim", TextFunctions::trim);
        calls.put("trimStart", TextFunctions::trimStart);
        calls.put("trimEnd", TextFunctions::trimEnd);
        calls.put("substringFrom", (t, n, s) -> TextFunctions.substringFrom(t, n, 5, s));
        calls.put("substring", (t, n, s) -> TextFunctions.substring(t, n, 3, 20, s));
        calls.put("splitPart", (t, n, s) -> TextFunctions.splitPart(t, n, ab, 2, -3, s));
        calls.put("splitPart from the end", (t, n, s) -> TextFunctions.splitPart(t, n, b, 1, -3, s));
        calls.put("concat", (t, n, s) -> TextFunctions.concat(t, n, ab, 2, s));
        calls.put("replace", (t, n, s) -> TextFunctions.replace(t, n, b, 1, ab, 2, s));
        calls.put("lower", TextCase::lower);
        calls.put("upper", TextCase::upper);
        return calls;
    }

    /// Calls until some rounds in a row allocate nothing: before the last compilation vectors are objects.
    private static void assertAllocatesNothing(String name, Runnable call) {
        int quiet = 0;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (quiet < QUIET_ROUNDS && System.nanoTime() < deadline) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            quiet = THREADS.getCurrentThreadAllocatedBytes() == before ? quiet + 1 : 0;
        }
        assertEquals(QUIET_ROUNDS, quiet, name + " still allocates");
    }
}
