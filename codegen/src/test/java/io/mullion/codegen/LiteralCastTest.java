package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.lookup;
import static io.mullion.expr.Expressions.nullOf;
import static io.mullion.expr.Expressions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.LookupTable;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.Failure;
import io.mullion.routine.TestMemory;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Casts of literals are computed when the kernel is made, and what is wrong with them is said then.
class LiteralCastTest {
    private static Typed typed(Expr expression) {
        return new TypeCheck(Samples.WIDE).check(expression);
    }

    private static void assertFolds(Object value, DataType type, Expr cast) {
        assertEquals(new Typed.Constant(value, type), typed(cast));
    }

    private static String refusal(Expr expression) {
        return assertThrows(ExpressionException.class, () -> typed(expression)).getMessage();
    }

    @Test
    void aCastOfALiteralIsAConstant() {
        assertFolds(
                LocalDate.of(2024, 1, 1).toEpochDay(),
                DataType.DATE32,
                lit("2024-01-01").cast(DataType.DATE32));
        assertFolds(12L, DataType.INT8, lit("12").cast(DataType.INT8));
        assertFolds(0.1, DataType.FLOAT64, lit("0.1").cast(DataType.FLOAT64));
        assertFolds((double) 0.1f, DataType.FLOAT32, lit("0.1").cast(DataType.FLOAT32));
        assertFolds(true, DataType.BOOL, lit("true").cast(DataType.BOOL));
        assertFolds("1.5", DataType.UTF8, lit(1.5).cast(DataType.UTF8));
        DataType money = DataType.decimal(38, 2);
        BigDecimal negative = new BigDecimal("-123456789012345678901234567890.10");
        assertFolds(negative, money, lit(negative.toString()).cast(money));
        DataType berlin = DataType.timestamp(TimeUnit.SECONDS, "Europe/Berlin");
        assertFolds(
                1_706_659_200L - 3600,
                berlin,
                lit("2024-01-31").cast(DataType.DATE32).cast(berlin));
        assertFolds("é", DataType.UTF8, lit("é").cast(DataType.BINARY).cast(DataType.UTF8));
    }

    @Test
    void partsOfAnExpressionFoldToo() {
        Typed.Comparison comparison = assertInstanceOf(
                Typed.Comparison.class, typed(col("day1").lt(lit("2024-01-01").cast(DataType.DATE32))));
        assertEquals(new Typed.Constant(LocalDate.of(2024, 1, 1).toEpochDay(), DataType.DATE32), comparison.right());
        // A divisor that is known not to be zero cannot fail.
        assertEquals(
                false,
                typed(col("int1").dividedBy(lit("3").cast(DataType.INT32))).fallible());
    }

    @Test
    void whatDoesNotFitIsNullOfTryCast() {
        assertFolds(null, DataType.INT8, lit("x").tryCast(DataType.INT8));
        assertFolds(null, DataType.INT8, lit(1000).tryCast(DataType.INT8));
        assertFolds(null, DataType.INT8, nullOf(DataType.UTF8).cast(DataType.INT8));
    }

    @Test
    void whatDoesNotFitIsRefusedWhereTheKernelIsMade() {
        assertEquals(
                "text is not of the form that is to be parsed: cast('x' as int8)",
                refusal(lit("x").cast(DataType.INT8)));
        assertEquals(
                "value does not fit the type it is to become: cast(1000 as int8)",
                refusal(when(col("flag1"), lit(1000).cast(DataType.INT8))));
        assertEquals(
                "text is not of the form that is to be parsed: cast('2024-13-01' as date32)",
                refusal(col("day1").eq(lit("2024-13-01").cast(DataType.DATE32))));
    }

    @Test
    void aTextThatIsNoKeyIsNamed() {
        LookupTable table = LookupTable.of(Map.of(LocalDate.EPOCH, 1L));
        assertEquals(
                "the table has keys of type date32, not utf8 ('x' is no date: one like 2024-01-31 is expected)",
                refusal(lookup(table, "x")).replaceAll(": lookup.*", ""));
    }

    @Test
    void wantOfMemoryIsNoNull() {
        List<Expr> outputs = List.of(col("long1").tryCast(DataType.UTF8));
        Compiled<ProjectKernel> compiled = new KernelCompiler(new Target(0, false)).project(Samples.WIDE, outputs);
        try (TestMemory memory = new TestMemory()) {
            TestColumns in =
                    TestColumns.of(memory, Samples.WIDE, new Samples(3).rows(Samples.WIDE, 1, Samples.Nulls.NONE));
            TestColumns out = TestColumns.empty(memory, KernelCompiler.projectSchema(Samples.WIDE, outputs), 1, 100);
            Progress progress = new Progress();
            progress.scratch.use(memory.allocate(64, 64), 0);
            assertEquals(0, compiled.kernel().project(in.addresses, 0, 0, 1, out.addresses, progress));
            assertEquals(Failure.TEXT_TOO_LARGE, progress.failure);
            assertNull(progress.scratch.failure);
        }
    }
}
