package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A kernel has the loops of the calls that are likely; the others are made when they are called.
class FormsTest {
    private final KernelCompiler compiler = new KernelCompiler(new Target(0, false));

    @Test
    void theLoopOverASelectionIsMadeByTheFirstCallWithOne() {
        Compiled<FilterKernel> filter = compiler.filter(Samples.SCHEMA, col("a").gt(5));
        List<Object[]> rows = new Samples(1).rows(40, Samples.Nulls.NONE);
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, Samples.SCHEMA, rows);
            Answer.of(filter, in, new Answer.Question(rows, null, 0));
            assertFalse(filter.listing().contains("filterSelected"), filter::listing);
            Answer.of(filter, in, new Answer.Question(rows, new int[] {3, 4, 9}, 0));
        }
        assertTrue(filter.listing().contains("private int filterAll("), filter::listing);
        assertTrue(filter.listing().contains("private int filterSelected("), filter::listing);
    }

    @Test
    void theLikelyLoopComesFirst() {
        Compiled<FilterKernel> filter = compiler.filter(Samples.SCHEMA, col("a").gt(5), Rows.SELECTED);
        assertFalse(filter.listing().contains("private int filterAll("), filter::listing);
        assertTrue(filter.listing().contains("private int filterSelected("), filter::listing);
        Compiled<AccumulateKernel> single = compiler.accumulation(
                        Samples.SCHEMA, List.of(count()), List.of(), false, Rows.ALL)
                .accumulate();
        assertTrue(single.listing().contains("private void singleAll("), single::listing);
        assertFalse(single.listing().contains("private int groupedAll("), single::listing);
    }

    @Test
    void allLoopsCanBeMadeAtOnce() {
        Compiled<AccumulateKernel> accumulate =
                compiler.accumulation(Samples.SCHEMA, List.of(count())).accumulate();
        assertSame(accumulate, accumulate.complete());
        String all = accumulate.listing();
        for (String loop :
                List.of("int groupedAll(", "int groupedSelected(", "void singleAll(", "void singleSelected(")) {
            assertEquals(2, all.split("private " + java.util.regex.Pattern.quote(loop), -1).length, () -> loop + all);
        }
    }

    /// They may be refused, and that is better said before rows come.
    @Test
    void largeExpressionsHaveAllLoopsFromTheStart() {
        Expr large = col("x").gt(0);
        for (int term = 1; term < 200; term++) {
            large = large.or(col("x").gt(term));
        }
        Compiled<FilterKernel> filter = compiler.filter(Samples.SCHEMA, large);
        assertTrue(filter.listing().contains("filterAll("), filter::listing);
        assertTrue(filter.listing().contains("filterSelected("), filter::listing);
    }

    @Test
    void threadsThatNeedALoopAtOnceGetTheSame() throws InterruptedException {
        List<Forms<?>> asked = new ArrayList<>();
        Compiled<FilterKernel> first = Forms.of(2, List.of(col("p")), List.of(), 0, (forms, form) -> {
            asked.add(forms);
            return new Compiled<FilterKernel>((in, active, from, to, out, progress) -> form, "", "", 0);
        });
        assertEquals(0, first.kernel().filter(null, 0, 0, 0, 0, null));
        Set<Object> got = ConcurrentHashMap.newKeySet();
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(_ -> new Thread(() -> got.add(asked.getFirst().kernel(1))))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, got.size());
        assertEquals(2, asked.size());
    }
}
