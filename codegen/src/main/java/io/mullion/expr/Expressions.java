package io.mullion.expr;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleToLongFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/// Where expressions begin: meant for a static import. The aggregates are those of [Aggregates].
public final class Expressions extends Aggregates {
    private Expressions() {}

    public static Expr col(String name) {
        return new Expr.Column(name);
    }

    public static Expr lit(long value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(double value) {
        return Expr.Literal.of(value);
    }

    /// A float32.
    public static Expr lit(float value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(boolean value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(String value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(BigDecimal value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(LocalDate value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(Instant value) {
        return Expr.Literal.of(value);
    }

    /// Binary.
    public static Expr lit(byte[] value) {
        return Expr.Literal.of(value);
    }

    /// Null, as a value of the type.
    public static Expr nullOf(DataType type) {
        return new Expr.Literal(null, type);
    }

    /// The value where the condition is true; more branches by [Expr.Case#when], then [Expr.Case#otherwise].
    public static Expr.Case when(Expr condition, Object then) {
        return new Expr.Case(List.of(new Expr.Case.Branch(condition, Expr.Literal.operand(then))), null);
    }

    /// The first value that is not null.
    public static Expr coalesce(Object... values) {
        return call(Function.COALESCE, values);
    }

    /// The least of the values that are not null; null if all are.
    public static Expr least(Object... values) {
        return call(Function.LEAST, values);
    }

    /// The greatest of the values that are not null; null if all are.
    public static Expr greatest(Object... values) {
        return call(Function.GREATEST, values);
    }

    /// -1, 0 or 1 as int32; of floating-point numbers as float64, and a zero or NaN itself.
    public static Expr sign(Expr input) {
        return call(Function.SIGN, input);
    }

    /// float64; NaN for what is negative.
    public static Expr sqrt(Expr input) {
        return call(Function.SQRT, input);
    }

    /// The greatest whole number that is not above the value, in its type; of a decimal, one without digits behind the
    /// point.
    public static Expr floor(Expr input) {
        return call(Function.FLOOR, input);
    }

    /// The least whole number that is not below the value, in its type; of a decimal, one without digits behind the
    /// point.
    public static Expr ceil(Expr input) {
        return call(Function.CEIL, input);
    }

    /// The nearest whole number in the type of the value, halves away from zero; of a decimal, one without digits
    /// behind the point.
    public static Expr round(Expr input) {
        return call(Function.ROUND, input);
    }

    /// The nearest number of so many digits behind the point, halves away from zero; a negative count rounds to tens,
    /// hundreds and so on.
    ///
    /// In the type of the value; but a decimal has no more digits behind the point than asked for, and an int8 or int16
    /// that is rounded to tens becomes int32. A row that leaves its type by that fails. A floating-point number is
    /// multiplied by the power of ten, rounded and divided again, so 1.005 to two digits is 1.0:
    /// the nearest float64 is less.
    ///
    /// @param digits -18 to 38; of floating-point numbers -22 to 22
    public static Expr round(Expr input, int digits) {
        return call(Function.ROUND, input, digits);
    }

    /// `base` to the power of `exponent` as float64.
    public static Expr pow(Object base, Object exponent) {
        return call(Function.POW, base, exponent);
    }

    /// e to the power of the value as float64.
    public static Expr exp(Expr input) {
        return call(Function.EXP, input);
    }

    /// The natural logarithm as float64; NaN for what is negative.
    public static Expr ln(Expr input) {
        return call(Function.LN, input);
    }

    /// The logarithm to base 10 as float64; NaN for what is negative.
    public static Expr log10(Expr input) {
        return call(Function.LOG10, input);
    }

    /// The sum of two int32 or int64; a row whose sum leaves the type fails.
    public static Expr plusExact(Object left, Object right) {
        return call(Function.PLUS_EXACT, left, right);
    }

    /// The difference of two int32 or int64; a row whose difference leaves the type fails.
    public static Expr minusExact(Object left, Object right) {
        return call(Function.MINUS_EXACT, left, right);
    }

    /// The product of two int32 or int64; a row whose product leaves the type fails.
    public static Expr timesExact(Object left, Object right) {
        return call(Function.TIMES_EXACT, left, right);
    }

    /// Characters (code points) of a text, as int32.
    public static Expr length(Expr text) {
        return call(Function.LENGTH, text);
    }

    /// Bytes of a text or binary, as int32.
    public static Expr octetLength(Expr bytes) {
        return call(Function.OCTET_LENGTH, bytes);
    }

    /// The text in small letters, character by character, whatever the locale.
    public static Expr lower(Expr text) {
        return call(Function.LOWER, text);
    }

    /// The text in capital letters, character by character, whatever the locale.
    public static Expr upper(Expr text) {
        return call(Function.UPPER, text);
    }

    /// The text without spaces at both ends.
    public static Expr trim(Expr text) {
        return call(Function.TRIM, text);
    }

    /// The text without spaces at its start.
    public static Expr trimStart(Expr text) {
        return call(Function.TRIM_START, text);
    }

    /// The text without spaces at its end.
    public static Expr trimEnd(Expr text) {
        return call(Function.TRIM_END, text);
    }

    /// The characters from a position on, which is counted from 1.
    public static Expr substring(Expr text, Object from) {
        return call(Function.SUBSTRING, text, from);
    }

    /// `count` characters from a position on, which is counted from 1; fewer where the text ends. Positions before the
    /// text count, but are empty. A row with a negative count fails.
    public static Expr substring(Expr text, Object from, Object count) {
        return call(Function.SUBSTRING, text, from, count);
    }

    /// The texts one behind the other; null if one is.
    public static Expr concat(Object... texts) {
        return call(Function.CONCAT, texts);
    }

    /// Every occurrence of `what`, from left to right, replaced; nothing is if `what` is empty.
    public static Expr replace(Expr text, Object what, Object with) {
        return call(Function.REPLACE, text, what, with);
    }

    /// Piece `number` of the text between occurrences of the separator, counted from 1, or from the end by negative
    /// numbers; empty if there is none. A row that asks for piece 0 fails.
    public static Expr splitPart(Expr text, String separator, Object number) {
        return call(Function.SPLIT_PART, text, separator, number);
    }

    /// Whether the regular expression (RE2's syntax; linear time) matches a part of the text. Allocates.
    public static Expr regexpLike(Expr text, String regex) {
        return call(Function.REGEXP_LIKE, text, regex);
    }

    /// What a group of the first match of the regular expression matched, or null; group 0 is the whole match.
    /// Allocates.
    public static Expr regexpExtract(Expr text, String regex, int group) {
        return call(Function.REGEXP_EXTRACT, text, regex, group);
    }

    /// A number as text with so many digits behind the point.
    public static Expr formatNumber(Expr number, int fractionDigits) {
        return call(Function.FORMAT_NUMBER, number, fractionDigits);
    }

    /// The timestamp or date that a text in the pattern states; a row whose text is not in it fails. Local times are
    /// those of the type's zone.
    ///
    /// @param type a timestamp or date32
    /// @param pattern of `yyyy MM dd HH mm ss SSS XXX` and other characters, as [java.time.format.DateTimeFormatter]
    /// has them
    public static Expr parseTime(Expr text, String pattern, DataType type) {
        return call(Function.PARSE_TIME, text, pattern, nullOf(type));
    }

    /// A timestamp or date as text in the pattern (see [#parseTime]), in the zone of its type.
    public static Expr formatTime(Expr time, String pattern) {
        return call(Function.FORMAT_TIME, time, pattern);
    }

    /// The start of the unit that a timestamp or date lies in, in the zone of its type; weeks start on Monday.
    public static Expr dateTrunc(DateField unit, Expr time) {
        return call(Function.DATE_TRUNC, unit.name(), time);
    }

    /// A field of a timestamp or date as int64, in the zone of its type.
    public static Expr extract(DateField field, Expr time) {
        return call(Function.EXTRACT, field.name(), time);
    }

    /// An int64 hash of all values together, null included: the one by which keys are spread.
    public static Expr hash(Object... values) {
        return call(Function.HASH, values);
    }

    /// The value of a key in a table, or null if it has none.
    public static Expr lookup(LookupTable table, Object key) {
        return new Expr.Lookup(table, Expr.Literal.operand(key));
    }

    /// A function of the user's over int64, called from the generated loop.
    public static Expr mapLong(Expr input, LongUnaryOperator function) {
        return apply("mapLong", function, LongUnaryOperator.class, DataType.INT64, DataType.INT64, input);
    }

    public static Expr mapLong(String column, LongUnaryOperator function) {
        return mapLong(col(column), function);
    }

    /// A function of the user's over two int64.
    public static Expr mapLong(Expr left, Expr right, LongBinaryOperator function) {
        return apply("mapLong", function, LongBinaryOperator.class, DataType.INT64, DataType.INT64, left, right);
    }

    /// A function of the user's over float64, called from the generated loop.
    public static Expr mapDouble(Expr input, DoubleUnaryOperator function) {
        return apply("mapDouble", function, DoubleUnaryOperator.class, DataType.FLOAT64, DataType.FLOAT64, input);
    }

    public static Expr mapDouble(String column, DoubleUnaryOperator function) {
        return mapDouble(col(column), function);
    }

    /// A function of the user's over two float64.
    public static Expr mapDouble(Expr left, Expr right, DoubleBinaryOperator function) {
        return apply(
                "mapDouble", function, DoubleBinaryOperator.class, DataType.FLOAT64, DataType.FLOAT64, left, right);
    }

    /// A predicate of the user's over int64.
    public static Expr testLong(Expr input, LongPredicate predicate) {
        return apply("testLong", predicate, LongPredicate.class, DataType.INT64, DataType.BOOL, input);
    }

    /// A predicate of the user's over float64.
    public static Expr testDouble(Expr input, DoublePredicate predicate) {
        return apply("testDouble", predicate, DoublePredicate.class, DataType.FLOAT64, DataType.BOOL, input);
    }

    /// A function of the user's from int64 to float64.
    public static Expr mapLongToDouble(Expr input, LongToDoubleFunction function) {
        return apply("mapLongToDouble", function, LongToDoubleFunction.class, DataType.INT64, DataType.FLOAT64, input);
    }

    /// A function of the user's from float64 to int64.
    public static Expr mapDoubleToLong(Expr input, DoubleToLongFunction function) {
        return apply("mapDoubleToLong", function, DoubleToLongFunction.class, DataType.FLOAT64, DataType.INT64, input);
    }

    private static Expr apply(
            String name, Object lambda, Class<?> contract, DataType parameter, DataType result, Expr... inputs) {
        List<DataType> parameters = Collections.nCopies(inputs.length, parameter);
        return new Expr.Apply(new UserFunction(name, lambda, contract, parameters, result), List.of(inputs));
    }

    public static Expr not(Expr input) {
        return input.not();
    }

    /// A row for each piece of the text between occurrences of a separator that is not empty. Empty pieces are kept.
    public static Expr split(Expr input, String separator) {
        return new Expr.Generate(new Generator.Pieces(separator), input);
    }

    /// A row for each element of a list, in its order.
    public static Expr explode(Expr input) {
        return new Expr.Generate(new Generator.Elements(), input);
    }

    /// A row for each element of the list in a column, in its order.
    public static Expr explode(String column) {
        return explode(col(column));
    }

    /// The name of the column that an expression becomes: its alias, or the column's name, or else its text.
    public static String nameOf(Expr expression) {
        return switch (expression) {
            case Expr.Alias alias -> alias.name();
            case Expr.Column column -> column.name();
            default -> expression.toString();
        };
    }

    private static Expr call(Function function, Object... arguments) {
        return new Expr.Call(
                function, Arrays.stream(arguments).map(Expr.Literal::operand).toList());
    }
}
