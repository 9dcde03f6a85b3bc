package io.mullion.bench.joins;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/// The [Question]s in rounds: the engine and the loop by hand take turns, block by block, in one JVM, and what counts
/// is the time of the thread, so that what else runs on the machine disturbs both alike. Prints a line of a table.
///
/// Arguments: the question, the number of rounds, of which the first third is for the JIT.
public final class JoinRounds {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private JoinRounds() {}

    public static void main(String[] arguments) {
        Question question = Question.valueOf(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        JoinRows rows = new JoinRows();
        double[] engineNanos = new double[rounds];
        double[] handNanos = new double[rounds];
        double[] ratios = new double[rounds];
        ByHand byHand = ByHand.of(question, rows);
        try (JoinsByEngine engine = new JoinsByEngine(question, rows)) {
            for (int round = 0; round < rounds; round++) {
                long shift = round * JoinRows.STEP;
                engine.fill(rows, shift);
                long start = THREADS.getCurrentThreadCpuTime();
                long given = engine.work();
                long middle = THREADS.getCurrentThreadCpuTime();
                long expected = byHand.rows(rows, shift);
                long end = THREADS.getCurrentThreadCpuTime();
                if (given != expected) {
                    throw new IllegalStateException(
                            "answers differ: " + question + ", engine " + given + ", by hand " + expected);
                }
                engineNanos[round] = (double) (middle - start) / JoinRows.ROWS;
                handNanos[round] = (double) (end - middle) / JoinRows.ROWS;
                ratios[round] = handNanos[round] / engineNanos[round];
            }
            System.out.printf(
                    "| %s | %.0f | %.0f | **%.2f** | %d |%n",
                    question,
                    median(engineNanos),
                    median(handNanos),
                    median(ratios),
                    engine.stateBytes() / JoinRows.KEYS);
        }
    }

    private static double median(double[] all) {
        double[] warm = Arrays.copyOfRange(all, all.length / 3, all.length);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }
}
