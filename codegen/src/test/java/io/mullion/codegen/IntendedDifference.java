package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Function;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.Failure;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/// Where expressions mean something else than in DuckDB, and why. A rule is about one operator or function whose
/// arguments are the same for both; what follows from its result further up in an expression is no other difference.
enum IntendedDifference {
    WRAPPED_INTEGERS(
            "Arithmetic of integers, and the difference of timestamps, wraps as Java's; there the row fails.",
            "long1 + 1, of the greatest int64") {
        @Override
        boolean explains(Case it) {
            boolean integers = it.node() instanceof Expr.Arithmetic arithmetic
                            && it.typeOf(arithmetic).integer()
                    || it.calls(Function.NEGATE, Function.ABS) && it.type().integer();
            return integers && it.theirs() == null;
        }
    },
    DIGITS_OF_DECIMALS(
            "A sum, difference or product of decimals has all the digits it needs, up to 38; there fewer, and the row"
                    + " fails.",
            "int1 * money1, of 2008795007 and 9999999.99") {
        @Override
        boolean explains(Case it) {
            return it.node() instanceof Expr.Arithmetic && it.type() instanceof DataType.Decimal && it.theirs() == null;
        }
    },
    REMAINDERS_OF_FLOATS(
            "A remainder of decimals is exact; there it is one of floats if no decimal holds both operands.",
            "cast(money1 as decimal(38, 36)) % long1") {
        @Override
        boolean explains(Case it) {
            return it.node() instanceof Expr.Arithmetic arithmetic
                    && arithmetic.op() == Expr.Arithmetic.Op.REMAINDER
                    && it.type() instanceof DataType.Decimal
                    && !it.commonType(arithmetic.left(), arithmetic.right());
        }
    },
    DIVISION_BY_ZERO(
            "An integer or decimal division by zero fails its row, in a place that is asked for; there it is null.",
            "int1 / int2 > 0 and flag3, of 1, 0 and false") {
        @Override
        boolean explains(Case it) {
            return it.mine() == Failure.DIVISION_BY_ZERO;
        }
    },
    LAST_BITS(
            "exp, ln, log10 and pow are within a unit in the last place of the true value here and there, not the same.",
            "log10(short1), of 11") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.EXP, Function.LN, Function.LOG10, Function.POW) && it.close();
        }
    },
    POWER_OF_ONE(
            "A power of 1 or -1 with an infinite or no exponent is NaN as Java's; there 1 as C's.",
            "pow(int1, double1), of -1 and Infinity") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.POW) && Objects.equals(it.mine(), Double.NaN) && Objects.equals(it.theirs(), 1.0);
        }
    },
    SIGN_OF_NAN("The sign of NaN is NaN; there 0.", "sign(double1), of NaN") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.SIGN) && Objects.equals(it.mine(), Double.NaN);
        }
    },
    TEXT_OF_FLOATS(
            "Floats are written as Java writes them; there exponents, infinities and NaN are written otherwise.",
            "cast(double1 as utf8), of 1.0E-45") {
        @Override
        boolean explains(Case it) {
            if (!it.castTo(DataType.UTF8) || !it.inputType().floating() || !(it.theirs() instanceof String text)) {
                return false;
            }
            String number = text.replace("inf", "Infinity").replace("nan", "NaN");
            return it.inputType() instanceof DataType.Float32
                    ? Float.valueOf(number).equals(Float.valueOf((String) it.mine()))
                    : Double.valueOf(number).equals(Double.valueOf((String) it.mine()));
        }
    },
    ZERO_BEFORE_POINT(
            "A decimal has a digit before its point; there none if its type has none.", "cast(-0.0000000001 as utf8)") {
        @Override
        boolean explains(Case it) {
            return it.castTo(DataType.UTF8)
                    && it.inputType() instanceof DataType.Decimal type
                    && type.precision() == type.scale()
                    && it.theirs() instanceof String text
                    && text.replaceFirst("\\.", "0.").equals(it.mine());
        }
    },
    EXACT_DECIMALS(
            "A float becomes the decimal that is nearest to its exact value; there it is multiplied by the scale first,"
                    + " and rounds.",
            "cast(double1 as decimal(38, 10)), of 2.2720083133347136E27") {
        @Override
        boolean explains(Case it) {
            return it.node() instanceof Expr.Cast cast
                    && cast.type() instanceof DataType.Decimal type
                    && it.inputType().floating()
                    && (it.close() || it.within(BigDecimal.ONE.movePointLeft(type.scale())) || !it.both());
        }
    },
    STRICT_TEXTS(
            "A text is a number, a bool or a time only as a whole and in its one form; there spaces, fractions of"
                    + " integers, 1e400 and a time behind a date pass.",
            "cast(text1 as int32), of '-.5'") {
        @Override
        boolean explains(Case it) {
            return it.node() instanceof Expr.Cast
                    && it.inputType() instanceof DataType.Utf8
                    && it.theirs() != null
                    && (it.mine() == null || it.mine() instanceof Failure);
        }
    },
    INFINITE_TIMES(
            "There is no time `Infinity`; there, there is.", "parseTime(text1, 'yyyy-MM-dd', ..), of 'Infinity'") {
        @Override
        boolean explains(Case it) {
            return it.mine() == Failure.MALFORMED && it.node().toString().contains("parseTime");
        }
    },
    INFINITE_DAYS(
            "Every int32 is a day; there the two outermost are infinities, which is no day.",
            "day1 + PT51539607528H, of 1970-01-01") {
        @Override
        boolean explains(Case it) {
            return it.type() instanceof DataType.Date32
                    && it.mine() instanceof Long day
                    && Math.abs(day) == Integer.MAX_VALUE
                    && it.theirs() == null;
        }
    },
    YEARS_OF_ISO(
            "Years outside of 0 to 9999 are written with a sign, and 0 is the one before 1, as ISO 8601 has it; there"
                    + " without one and with (BC).",
            "cast(day1 as utf8), of the first day of 10000") {
        @Override
        boolean explains(Case it) {
            return it.castTo(DataType.UTF8)
                    && it.inputType() instanceof DataType.Date32
                    && it.theirs() instanceof String text
                    && (text.endsWith("(BC)") || it.mine().equals("+" + text));
        }
    },
    YEARS_OF_PATTERNS(
            "A pattern writes years of four digits; others fail the row, and do not there.",
            "formatTime(day1, 'dd/MM/yyyy'), of the first day of 10000") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.FORMAT_TIME) && it.mine() == Failure.OUT_OF_RANGE;
        }
    },
    COARSER_TIMES(
            "A timestamp of a coarser unit, and the day of one, is cut off towards the past; there rounded.",
            "cast(ms1 as timestamp(s, UTC)), of 999") {
        @Override
        boolean explains(Case it) {
            return it.node() instanceof Expr.Cast
                    && it.inputType() instanceof DataType.Timestamp
                    && it.mine() instanceof Long mine
                    && it.theirs() instanceof Long theirs
                    && theirs - mine == 1;
        }
    },
    HOURS_SHOWN_TWICE(
            "A start of an hour that the clock of a zone shows twice is the one of the same offset; there the later.",
            "dateTrunc('HOUR', berlin1), of 2024-10-27T00:30:00Z") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.DATE_TRUNC)
                    && it.type() instanceof DataType.Timestamp type
                    && !type.zone().equals("UTC")
                    && it.mine() instanceof Long mine
                    && it.theirs() instanceof Long theirs
                    && Math.abs(theirs - mine) == 3600 * TimeUnit.MICROS.perSecond();
        }
    },
    CAPITAL_SHARP_S(
            "ß has no capital letter, as Unicode's simple mapping has it; there it is ẞ.", "upper(text1), of 'ß'") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.UPPER) && it.theirs().equals(((String) it.mine()).replace("ß", "ẞ"));
        }
    },
    POSITIONS_BEFORE_TEXTS(
            "Positions before the first character count, as SQL has it, and are any int64, and no count is negative;"
                    + " there they count from the end, and large numbers fail.",
            "substring(text1, -1), of 'abc'") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.SUBSTRING);
        }
    },
    NO_MATCH(
            "Without a match, or without the group in it, there is nothing, that is null; there ''.",
            "regexpExtract(text1, 'x', 0), of 'abc'") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.REGEXP_EXTRACT) && it.mine() == null && "".equals(it.theirs());
        }
    },
    PART_ZERO("There is no part 0: its row fails; there it is ''.", "splitPart(text1, ',', byte1), of 'a,b' and 0") {
        @Override
        boolean explains(Case it) {
            return it.calls(Function.SPLIT_PART) && it.mine() == Failure.INVALID_ARGUMENT;
        }
    };

    private static final double CLOSE = 1e-14;

    private final String reason;
    private final String example;

    IntendedDifference(String reason, String example) {
        this.reason = reason;
        this.example = example;
    }

    /// Whether this is why the two values differ.
    abstract boolean explains(Case it);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT) + ": " + reason + " Example: " + example;
    }

    /// A node of an expression whose arguments are the same here and there, and whose value is not.
    ///
    /// @param mine the value, or the failure
    record Case(Expr node, OracleTypes types, Object mine, Object theirs) {
        DataType type() {
            return types.type(node);
        }

        DataType typeOf(Expr expression) {
            return types.type(expression);
        }

        /// The type of the first input.
        DataType inputType() {
            return types.type(ExpressionTree.inputs(node).getFirst());
        }

        /// Whether there is a type that holds the values of both.
        boolean commonType(Expr left, Expr right) {
            try {
                types.common(List.of(left, right));
                return true;
            } catch (OracleTypes.Refused none) {
                return false;
            }
        }

        boolean calls(Function... functions) {
            return node instanceof Expr.Call call && Set.of(functions).contains(call.function());
        }

        boolean castTo(DataType to) {
            return node instanceof Expr.Cast cast && cast.type().equals(to);
        }

        /// Whether there is a value here and there.
        boolean both() {
            return mine != null && !(mine instanceof Failure) && theirs != null;
        }

        /// Whether both are numbers that differ in their last digits only.
        boolean close() {
            return numbers() && within(new BigDecimal(mine.toString()).abs().multiply(BigDecimal.valueOf(CLOSE)));
        }

        boolean within(BigDecimal limit) {
            return numbers()
                    && new BigDecimal(mine.toString())
                                    .subtract(new BigDecimal(theirs.toString()))
                                    .abs()
                                    .compareTo(limit)
                            <= 0;
        }

        private boolean numbers() {
            return mine instanceof Number
                    && theirs instanceof Number
                    && Double.isFinite(OracleNumbers.toDouble(mine))
                    && Double.isFinite(OracleNumbers.toDouble(theirs));
        }
    }
}
