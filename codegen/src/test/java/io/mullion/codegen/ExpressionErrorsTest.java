package io.mullion.codegen;

import static io.mullion.expr.Expressions.ceil;
import static io.mullion.expr.Expressions.coalesce;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.concat;
import static io.mullion.expr.Expressions.dateTrunc;
import static io.mullion.expr.Expressions.exp;
import static io.mullion.expr.Expressions.extract;
import static io.mullion.expr.Expressions.floor;
import static io.mullion.expr.Expressions.formatNumber;
import static io.mullion.expr.Expressions.formatTime;
import static io.mullion.expr.Expressions.greatest;
import static io.mullion.expr.Expressions.least;
import static io.mullion.expr.Expressions.length;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.ln;
import static io.mullion.expr.Expressions.log10;
import static io.mullion.expr.Expressions.lookup;
import static io.mullion.expr.Expressions.lower;
import static io.mullion.expr.Expressions.mapDouble;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.minusExact;
import static io.mullion.expr.Expressions.not;
import static io.mullion.expr.Expressions.octetLength;
import static io.mullion.expr.Expressions.parseTime;
import static io.mullion.expr.Expressions.plusExact;
import static io.mullion.expr.Expressions.pow;
import static io.mullion.expr.Expressions.regexpExtract;
import static io.mullion.expr.Expressions.regexpLike;
import static io.mullion.expr.Expressions.replace;
import static io.mullion.expr.Expressions.round;
import static io.mullion.expr.Expressions.sign;
import static io.mullion.expr.Expressions.splitPart;
import static io.mullion.expr.Expressions.sqrt;
import static io.mullion.expr.Expressions.substring;
import static io.mullion.expr.Expressions.timesExact;
import static io.mullion.expr.Expressions.trim;
import static io.mullion.expr.Expressions.trimEnd;
import static io.mullion.expr.Expressions.trimStart;
import static io.mullion.expr.Expressions.upper;
import static io.mullion.expr.Expressions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.DataType;
import io.mullion.expr.DateField;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Function;
import io.mullion.expr.TimeUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Arguments of types that an operator or function does not take are refused when the kernel is asked for: with what
/// was expected, the expression, its columns and their types.
class ExpressionErrorsTest {
    private static final DataType.Timestamp MILLIS = (DataType.Timestamp) DataType.timestamp(TimeUnit.MILLIS);

    private final KernelCompiler compiler = new KernelCompiler(new Target(0, false));
    private final List<String> failures = new ArrayList<>();
    private final Set<Function> refused = EnumSet.noneOf(Function.class);

    private record Refusal(String reason, Expr expression) {}

    private static Refusal refusal(String reason, Expr expression) {
        return new Refusal(reason, expression);
    }

    private static List<Refusal> operators() {
        return List.of(
                refusal(
                        "cannot compute utf8 + int64 (two numbers are expected)",
                        col("text1").plus(1)),
                refusal(
                        "cannot compute bool * int32 (two numbers are expected)",
                        col("flag1").times(col("int1"))),
                refusal(
                        "cannot compute date32 + int64 (two numbers are expected)",
                        col("day1").plus(1)),
                refusal(
                        "cannot compute timestamp(ms, UTC) - timestamp(us, UTC) (two dates, timestamps of one unit, or one"
                                + " of these and a Duration are expected)",
                        col("ms1").minus(col("us1"))),
                refusal(
                        "a duration is added to a timestamp or date32, not to int32",
                        col("int1").plus(Duration.ofDays(1))),
                refusal(
                        "a date32 moves by whole days: duration=PT25H",
                        col("day1").minus(Duration.ofHours(-25))),
                refusal(
                        "the days leave int32: duration=" + Duration.ofDays(1L << 31),
                        col("day1").plus(Duration.ofDays(1L << 31))),
                refusal(
                        "cannot compute date32 - timestamp(ms, UTC) (two dates, timestamps of one unit, or one of these"
                                + " and a Duration are expected)",
                        col("day1").minus(col("ms1"))),
                refusal(
                        "duration is no whole number of units: duration=PT0.5S, unit=s",
                        col("s1").plus(Duration.ofMillis(500))),
                refusal("cannot compare utf8 with int32", col("text1").eq(col("int1"))),
                refusal(
                        "cannot compare date32 with utf8 ('tomorrow' is no date: one like 2024-01-31 is expected)",
                        col("day1").eq("tomorrow")),
                refusal(
                        "cannot compare timestamp(ms, UTC) with utf8 ('2024-01-31' is no timestamp(ms, UTC): one like"
                                + " 2024-01-31T10:00:00Z is expected, with an offset from UTC and no finer than ms)",
                        col("ms1").lt("2024-01-31")),
                refusal(
                        "cannot compare timestamp(s, UTC) with timestamp(us, UTC) (timestamp '1970-01-01T00:00:00.500Z'"
                                + " is no whole number of s, or leaves int64)",
                        col("s1").lt(Instant.ofEpochMilli(500))),
                refusal(
                        "cannot compute utf8 - date32 (two dates, timestamps of one unit, or one of these and a Duration"
                                + " are expected) ('x' is no date: one like 2024-01-31 is expected)",
                        lit("x").minus(col("day1"))),
                refusal("bool has no order, only = and <>", least(col("flag1"), col("flag2"))),
                refusal("bool has no order, only = and <>", greatest(col("flag1"), true)),
                refusal(
                        "cannot choose between timestamp(us, UTC) and timestamp(us, Europe/Berlin) (cast one to the zone"
                                + " in which the result is to be read)",
                        coalesce(col("us1"), col("berlin1"))),
                refusal(
                        "cannot choose between timestamp(us, Europe/Berlin) and timestamp(us, UTC) (cast one to the zone"
                                + " in which the result is to be read)",
                        when(col("flag1"), col("berlin1")).otherwise(col("us3"))),
                refusal(
                        "cannot choose between timestamp(us, Europe/Berlin) and timestamp(us, UTC) (cast one to the zone"
                                + " in which the result is to be read)",
                        least(col("berlin1"), col("us3"))),
                refusal(
                        "cannot compare timestamp(s, UTC) with timestamp(ms, UTC)",
                        col("s1").lt(col("ms1"))),
                refusal("cannot compare binary with utf8", col("bytes1").ge("x")),
                refusal("cannot compare utf8 with int64", col("text1").in(1)),
                refusal("bool has no order, only = and <>", col("flag1").lt(col("flag2"))),
                refusal("and needs bool, but int1 is int32", col("flag1").and(col("int1"))),
                refusal("or needs bool, but text1 is utf8", col("text1").or(col("flag1"))),
                refusal("not needs bool, but double1 is float64", not(col("double1"))),
                refusal("when needs bool, but int1 is int32", when(col("int1"), 1)),
                refusal(
                        "cannot choose between int32 and utf8",
                        when(col("flag1"), col("int1")).otherwise(col("text1"))),
                refusal("cannot cast bool to date32", col("flag1").cast(DataType.DATE32)),
                refusal("cannot cast binary to int32", col("bytes1").cast(DataType.INT32)),
                refusal("cannot cast float64 to bool", col("double1").tryCast(DataType.BOOL)),
                refusal("cannot cast date32 to int64", col("day1").cast(DataType.INT64)),
                refusal("the table has keys of type utf8, not int32", lookup(TestTable.WORDS.table(), col("int1"))),
                refusal("a function of the user's takes int64, not utf8", mapLong("text1", x -> x)),
                refusal("a function of the user's takes float64, not bool", mapDouble("flag1", x -> x)));
    }

    private static List<Refusal> numbers() {
        Expr text = col("text1");
        return List.of(
                refusal("negate needs a number, not utf8", text.negate()),
                refusal("abs needs a number, not bool", col("flag1").abs()),
                refusal("sign needs a number, not utf8", sign(text)),
                refusal("sqrt needs a number, not utf8", sqrt(text)),
                refusal("floor needs a number, not date32", floor(col("day1"))),
                refusal("ceil needs a number, not binary", ceil(col("bytes1"))),
                refusal("round needs a number, not utf8", round(text)),
                refusal("round needs a number, not bool", round(col("flag1"), 2)),
                refusal("round of int8 has -18 to 38 digits, not -19", round(col("byte1"), -19)),
                refusal("round of float32 has -22 to 22 digits, not 23", round(col("float1"), 23)),
                refusal("round of decimal(9, 2) has -18 to 38 digits, not 39", round(col("money1"), 39)),
                refusal(
                        "isNaN needs a floating-point number, not int32",
                        col("int1").isNaN()),
                refusal("pow needs a number, not utf8", pow(col("int1"), text)),
                refusal("exp needs a number, not utf8", exp(text)),
                refusal("ln needs a number, not bool", ln(col("flag1"))),
                refusal("log10 needs a number, not timestamp(s, UTC)", log10(col("s1"))),
                refusal("plusExact needs integers, not float64", plusExact(col("int1"), col("double1"))),
                refusal("minusExact needs integers, not decimal(12, 2)", minusExact(col("int1"), col("money1"))),
                refusal("timesExact needs integers, not float32", timesExact(col("float1"), col("float2"))),
                refusal("formatNumber needs a number, not utf8", formatNumber(text, 2)),
                refusal("formatNumber has 0 to 38 digits, not 39", formatNumber(col("int1"), 39)),
                refusal("cannot choose between utf8 and int64", coalesce(text, 1)),
                refusal("cannot compare utf8 with int64", text.nullIf(1)),
                refusal("cannot compare int32 with utf8", col("int1").between(text, 5)),
                refusal("cannot choose between int32 and utf8", least(col("int1"), text)),
                refusal("cannot choose between bool and date32", greatest(col("flag1"), col("day1"))));
    }

    private static List<Refusal> texts() {
        Expr number = col("int1");
        Expr text = col("text1");
        return List.of(
                refusal("length needs utf8, not int32", length(number)),
                refusal("octetLength needs utf8 or binary, not int32", octetLength(number)),
                refusal("lower needs utf8, not int32", lower(number)),
                refusal("upper needs utf8, not binary", upper(col("bytes1"))),
                refusal("trim needs utf8, not int32", trim(number)),
                refusal("trimStart needs utf8, not int32", trimStart(number)),
                refusal("trimEnd needs utf8, not int32", trimEnd(number)),
                refusal("substring needs utf8, not int32", substring(number, 1)),
                refusal("substring needs an integer here, not float64", substring(text, col("double1"))),
                refusal("substring needs an integer here, not utf8", substring(text, 1, col("text2"))),
                refusal("concat needs utf8, not int32", concat(text, number)),
                refusal("startsWith needs utf8, not int64", text.startsWith(1)),
                refusal("endsWith needs utf8, not int32", number.endsWith("a")),
                refusal("contains needs utf8, not int32", text.contains(number)),
                refusal("like needs utf8, not int32", number.like("a%")),
                refusal("replace needs utf8, not int32", replace(text, "a", number)),
                refusal("splitPart needs utf8, not int32", splitPart(number, ",", 1)),
                refusal("the separator of splitPart is empty", splitPart(text, "", 1)),
                refusal("splitPart needs an integer here, not bool", splitPart(text, ",", col("flag1"))),
                refusal("regexpLike needs utf8, not int32", regexpLike(number, "a")),
                refusal("regexpExtract needs utf8, not int32", regexpExtract(number, "a", 0)),
                refusal("the regular expression has groups 0 to 1, not 2", regexpExtract(text, "(a)", 2)),
                refusal("parseTime needs utf8, not int32", parseTime(number, "yyyy-MM-dd", MILLIS)),
                refusal("formatTime needs a timestamp or date32, not int32", formatTime(number, "yyyy")),
                refusal("dateTrunc needs a timestamp or date32, not int32", dateTrunc(DateField.DAY, number)),
                refusal("dateTrunc cuts to a unit, which EPOCH is not", dateTrunc(DateField.EPOCH, col("us1"))),
                refusal("extract needs a timestamp or date32, not utf8", extract(DateField.DAY, text)));
    }

    @Test
    void operatorsNameWhatTheyExpected() {
        check(operators());
    }

    @Test
    void functionsNameWhatTheyExpected() {
        check(numbers());
        check(texts());
        // These two take everything.
        assertEquals(EnumSet.of(Function.IS_NULL, Function.HASH), EnumSet.complementOf(EnumSet.copyOf(refused)));
    }

    private void check(List<Refusal> refusals) {
        for (Refusal it : refusals) {
            if (it.expression() instanceof Expr.Call call) {
                refused.add(call.function());
            }
            String expected = it.reason() + ": " + it.expression() + columns(it.expression());
            try {
                String message = assertThrows(
                                ExpressionException.class, () -> compiler.typeOf(Samples.WIDE, it.expression()))
                        .getMessage();
                assertEquals(expected, message);
            } catch (AssertionError wrong) {
                failures.add(it.expression() + ": " + wrong.getMessage());
            }
        }
        assertEquals(List.of(), failures);
    }

    private static String columns(Expr expression) {
        Set<String> names = new LinkedHashSet<>();
        TypeCheck.collectColumns(expression, names);
        return names.stream()
                .map(name -> name + " is " + Samples.WIDE.field(name).type())
                .collect(Collectors.joining(", ", " (", ")"));
    }
}
