package io.mullion.codegen;

import static io.mullion.expr.Expressions.coalesce;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.least;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.testLong;
import static io.mullion.expr.Expressions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A function of the user's is called for the rows that ask for it and for no other: it may have been written for them
/// alone.
class UserFunctionCallsTest {
    private static final int ROWS = 70;
    private static final Schema SCHEMA = Schema.of(
            Field.of("id", DataType.INT64), Field.of("even", DataType.BOOL), Field.nullable("third", DataType.INT64));

    private final Set<Long> called = new TreeSet<>();
    private final Expr seen = mapLong("id", id -> {
        called.add(id);
        return id;
    });
    private final Expr asked = testLong(col("id"), id -> {
        called.add(id);
        return id % 5 == 0;
    });

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aBranchOfACaseIsAskedWhereItIsTaken(Target target) {
        Expr even = col("even");
        projects(target, when(even, seen).otherwise(col("id").times(2)), id -> id % 2 == 0);
        projects(target, when(even, col("id")).otherwise(seen.plus(1)), id -> id % 2 != 0);
        projects(target, when(even, 0).when(col("id").gt(20), seen).otherwise(1), id -> id % 2 != 0 && id > 20);
        projects(target, when(even, seen).when(col("id").gt(20), seen.plus(1)), id -> id % 2 == 0 || id > 20);
        // In both branches, but behind another condition in each.
        projects(
                target,
                when(even, when(col("id").gt(20), seen).otherwise(0))
                        .otherwise(when(col("id").lt(10), seen).otherwise(1)),
                id -> id % 2 == 0 ? id > 20 : id < 10);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aSideOfAConditionIsAskedWhereTheOtherDoesNotDecide(Target target) {
        projects(target, col("even").and(asked), id -> id % 2 == 0);
        projects(target, col("even").or(asked), id -> id % 2 != 0);
        projects(target, col("third").gt(30).and(asked), id -> id % 3 != 0 || id > 30);
        filters(target, col("even").and(asked), id -> id % 2 == 0);
        filters(target, col("even").or(asked), id -> id % 2 != 0);
        filters(target, col("even").and(col("id").gt(20)).and(asked), id -> id % 2 == 0 && id > 20);
        filters(target, col("even").and(seen.gt(5).or(col("id").lt(3))), id -> id % 2 == 0);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aLaterValueOfCoalesceIsAskedWhereTheEarlierAreNull(Target target) {
        projects(target, coalesce(col("third"), seen), id -> id % 3 != 0);
        projects(target, col("third").orElse(seen.times(2)).plus(1), id -> id % 3 != 0);
        projects(
                target,
                mapLong(col("third"), id -> {
                    called.add(id);
                    return id;
                }),
                id -> id % 3 == 0);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatIsNotGuardedIsAskedOfEachRow(Target target) {
        projects(target, seen.plus(col("id")), _ -> true);
        projects(target, least(seen, col("third")), _ -> true);
    }

    /// Parts of a large expression are methods of their own.
    @ParameterizedTest
    @MethodSource("targets")
    void largeExpressionsGuardAsSmallOnesDo(Target target) {
        Expr.Case chain = when(col("id").eq(-1), 0);
        for (int i = 0; i < 400; i++) {
            chain = chain.when(col("id").eq(i).and(col("even")), seen.plus(i));
        }
        projects(target, chain.otherwise(-1), id -> id % 2 == 0);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void outputsBehindAPredicateAreAskedForTheRowsThatPass(Target target) {
        List<Expr> outputs = List.of(seen, col("id").times(3));
        Compiled<ProjectKernel> compiled = new KernelCompiler(target).project(SCHEMA, col("even"), outputs);
        try (TestMemory memory = new TestMemory()) {
            project(memory, compiled, KernelCompiler.projectSchema(SCHEMA, outputs));
        }
        assertCalled(id -> id % 2 == 0, compiled);
    }

    private void projects(Target target, Expr output, LongPredicate expected) {
        List<Expr> outputs = List.of(output, col("id").plus(1));
        Compiled<ProjectKernel> compiled = new KernelCompiler(target).project(SCHEMA, outputs);
        try (TestMemory memory = new TestMemory()) {
            project(memory, compiled, KernelCompiler.projectSchema(SCHEMA, outputs));
        }
        assertCalled(expected, compiled);
    }

    private static void project(TestMemory memory, Compiled<ProjectKernel> compiled, Schema schema) {
        TestColumns in = columns(memory);
        TestColumns out = TestColumns.empty(memory, schema, ROWS, 0);
        compiled.kernel().project(in.addresses, 0, 0, ROWS, out.addresses, progress(memory, compiled.scratchBytes()));
    }

    private void filters(Target target, Expr predicate, LongPredicate expected) {
        Compiled<FilterKernel> compiled = new KernelCompiler(target).filter(SCHEMA, predicate);
        try (TestMemory memory = new TestMemory()) {
            long out = memory.allocate(4 * ROWS + 64, 64);
            compiled.kernel()
                    .filter(columns(memory).addresses, 0, 0, ROWS, out, progress(memory, compiled.scratchBytes()));
        }
        assertCalled(expected, compiled);
    }

    private static Progress progress(TestMemory memory, long scratchBytes) {
        Progress progress = new Progress();
        progress.scratch.use(memory.allocate(Math.max(scratchBytes, 64), 64), scratchBytes);
        return progress.start();
    }

    /// Each row has its number, whether that is even, and the number again if three divides it.
    private static TestColumns columns(TestMemory memory) {
        List<Object[]> rows = new ArrayList<>();
        for (long id = 0; id < ROWS; id++) {
            rows.add(new Object[] {id, id % 2 == 0, id % 3 == 0 ? id : null});
        }
        return TestColumns.of(memory, SCHEMA, rows);
    }

    private void assertCalled(LongPredicate expected, Compiled<?> compiled) {
        Set<Long> ids = new TreeSet<>();
        for (long id = 0; id < ROWS; id++) {
            if (expected.test(id)) {
                ids.add(id);
            }
        }
        assertEquals(ids, called, () -> compiled.variant() + "\n" + compiled.listing());
        called.clear();
    }
}
