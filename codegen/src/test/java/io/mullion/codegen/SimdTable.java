package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.nullOf;
import static io.mullion.expr.Expressions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/// `simd.table`, and the expressions it speaks of.
final class SimdTable {
    static final Map<String, DataType> TYPES = types();
    static final Map<String, BinaryOperator<Expr>> OPERATORS = operators();

    /// An operator on operands of a type.
    record Case(String operator, String type) {
        /// The second operand can be null.
        Schema schema() {
            return new Schema(List.of(Field.of("a", TYPES.get(type)), Field.nullable("b", TYPES.get(type))));
        }

        Expr of(Expr a, Expr b) {
            return OPERATORS.get(operator).apply(a, b);
        }

        Typed typed() {
            return new TypeCheck(schema()).check(of(col("a"), col("b")));
        }

        @Override
        public String toString() {
            return operator + " of " + type;
        }
    }

    private static Map<String, DataType> types() {
        Map<String, DataType> types = new LinkedHashMap<>();
        for (DataType type : List.of(
                DataType.BOOL,
                DataType.INT8,
                DataType.INT16,
                DataType.INT32,
                DataType.INT64,
                DataType.FLOAT32,
                DataType.FLOAT64,
                DataType.DATE32,
                DataType.UTF8,
                DataType.BINARY)) {
            types.put(type.toString(), type);
        }
        types.put("timestamp", DataType.timestamp(TimeUnit.MICROS));
        types.put("decimal", DataType.decimal(12, 2));
        return types;
    }

    private static Map<String, BinaryOperator<Expr>> operators() {
        Map<String, BinaryOperator<Expr>> operators = new LinkedHashMap<>();
        operators.put("column", (a, b) -> b);
        operators.put("isNull", (a, b) -> b.isNull());
        operators.put("null", (a, b) -> b.nullIf(b));
        operators.put("plus", Expr::plus);
        operators.put("minus", Expr::minus);
        operators.put("times", Expr::times);
        operators.put("dividedBy", Expr::dividedBy);
        operators.put("remainder", Expr::remainder);
        operators.put("dividedBy3", (a, b) -> b.dividedBy(3));
        operators.put("remainder3", (a, b) -> b.remainder(3));
        operators.put("negate", (a, b) -> b.negate());
        operators.put("abs", (a, b) -> b.abs());
        operators.put("sign", (a, b) -> Expressions.sign(b));
        operators.put("sqrt", (a, b) -> Expressions.sqrt(b));
        operators.put("floor", (a, b) -> Expressions.floor(b));
        operators.put("ceil", (a, b) -> Expressions.ceil(b));
        operators.put("round", (a, b) -> Expressions.round(b));
        operators.put("round2", (a, b) -> Expressions.round(b, 2));
        operators.put("roundTens", (a, b) -> Expressions.round(b, -1));
        operators.put("isNaN", (a, b) -> b.isNaN());
        operators.put("in", (a, b) -> b.in(3, 4));
        operators.put("eq", Expr::eq);
        operators.put("ne", Expr::ne);
        operators.put("lt", Expr::lt);
        operators.put("le", Expr::le);
        operators.put("gt", Expr::gt);
        operators.put("ge", Expr::ge);
        operators.put("between", (a, b) -> a.between(b, a));
        operators.put("gtConstant", (a, b) -> b.gt(3));
        operators.put("leConstant", (a, b) -> b.le(3));
        operators.put("and", Expr::and);
        operators.put("or", Expr::or);
        operators.put("not", (a, b) -> b.not());
        operators.put("when", (a, b) -> when(a.eq(b), a).otherwise(b));
        operators.put("coalesce", (a, b) -> Expressions.coalesce(b, a));
        operators.put("nullIf", (a, b) -> a.nullIf(b));
        operators.put("least", (a, b) -> Expressions.least(a, b));
        operators.put("greatest", (a, b) -> Expressions.greatest(b, a));
        operators.put("plusFloat64", (a, b) -> b.plus(nullOf(DataType.FLOAT64)));
        operators.put("plusInt64", (a, b) -> b.plus(nullOf(DataType.INT64)));
        operators.put("castFloat64", (a, b) -> b.cast(DataType.FLOAT64));
        operators.put("castFloat32", (a, b) -> b.cast(DataType.FLOAT32));
        operators.put("castInt64", (a, b) -> b.cast(DataType.INT64));
        operators.put("castInt32", (a, b) -> b.cast(DataType.INT32));
        operators.put("castInt16", (a, b) -> b.cast(DataType.INT16));
        operators.put("castInt8", (a, b) -> b.cast(DataType.INT8));
        operators.put("pow", (a, b) -> Expressions.pow(b, 3));
        operators.put("exp", (a, b) -> Expressions.exp(b));
        operators.put("ln", (a, b) -> Expressions.ln(b));
        operators.put("log10", (a, b) -> Expressions.log10(b));
        return operators;
    }

    /// The cases that must be SIMD at the width.
    static List<Case> vectors(int bits) throws IOException {
        return table().entrySet().stream()
                .filter(it -> Arrays.asList(it.getValue().split(" ")).contains(Integer.toString(bits)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The widths that the table gives to each case.
    static Map<Case, String> table() throws IOException {
        Map<Case, String> table = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(SimdTable.class.getResourceAsStream("/simd.table"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    continue;
                }
                String[] cells = line.split("\\|", -1);
                assertEquals(4, cells.length, line);
                boolean plain = cells[2].isBlank() || cells[2].strip().equals("-");
                assertEquals(plain, !cells[3].isBlank(), "a reason is for what is not SIMD: " + line);
                for (String operator : cells[0].strip().split(" ")) {
                    for (String type : cells[1].strip().split(" ")) {
                        String before = table.put(new Case(operator, type), cells[2].strip());
                        assertEquals(null, before, "twice in the table: " + operator + " of " + type);
                    }
                }
            }
        }
        return table;
    }

    private SimdTable() {}
}
