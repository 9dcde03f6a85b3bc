package io.mullion.examples;

import static io.mullion.expr.Expressions.col;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.TypeConversionException;

/// An aggregate as a person writes it, `avg(temp)`.
///
/// @param text the whole of it, which names the column of its results
/// @param function one of the known ones, however its letters were written
/// @param columns what it is asked of; empty for the rows themselves
record AskedAggregate(String text, String function, List<String> columns) {
    /// What can be asked of a column.
    private static final Map<String, UnaryOperator<Expr>> OF_ONE = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /// What can be asked of one column by another one.
    private static final Map<String, BinaryOperator<Expr>> OF_TWO = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        OF_ONE.put("count", Expressions::count);
        OF_ONE.put("countIf", Expressions::countIf);
        OF_ONE.put("countDistinct", Expressions::countDistinct);
        OF_ONE.put("collectList", Expressions::collectList);
        OF_ONE.put("collectSet", Expressions::collectSet);
        OF_ONE.put("sum", Expressions::sum);
        OF_ONE.put("sumDistinct", Expressions::sumDistinct);
        OF_ONE.put("avg", Expressions::avg);
        OF_ONE.put("min", Expressions::min);
        OF_ONE.put("max", Expressions::max);
        OF_ONE.put("first", Expressions::first);
        OF_ONE.put("last", Expressions::last);
        OF_ONE.put("variance", Expressions::varianceSample);
        OF_ONE.put("variancePopulation", Expressions::variancePopulation);
        OF_ONE.put("stddev", Expressions::stddevSample);
        OF_ONE.put("stddevPopulation", Expressions::stddevPopulation);
        OF_ONE.put("boolAnd", Expressions::boolAnd);
        OF_ONE.put("boolOr", Expressions::boolOr);
        OF_ONE.put("bitAnd", Expressions::bitAnd);
        OF_ONE.put("bitOr", Expressions::bitOr);
        OF_ONE.put("bitXor", Expressions::bitXor);
        OF_TWO.put("minBy", Expressions::minBy);
        OF_TWO.put("maxBy", Expressions::maxBy);
    }

    private static final Pattern SYNTAX = Pattern.compile("(\\w+)\\s*\\((.*)\\)", Pattern.DOTALL);

    /// Reads aggregates with commas between them. Commas within parentheses belong to the name of a column, and so do
    /// parentheses within them.
    ///
    /// @throws TypeConversionException if they are none
    static List<AskedAggregate> parseAll(String text) {
        List<AskedAggregate> asked = new ArrayList<>();
        int start = 0;
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && open <= 0) {
                asked.add(parse(text.substring(start, i).strip()));
                start = i + 1;
            }
        }
        asked.add(parse(text.substring(start).strip()));
        return asked;
    }

    /// As the engine knows it, under the name under which it was asked for.
    Expr expression() {
        return switch (columns.size()) {
            case 0 -> Expressions.count().as(text);
            case 1 -> OF_ONE.get(function).apply(col(columns.getFirst())).as(text);
            default ->
                OF_TWO.get(function)
                        .apply(col(columns.getFirst()), col(columns.getLast()))
                        .as(text);
        };
    }

    private static AskedAggregate parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no aggregate; write FUNCTION(COLUMN) or count(), with commas between them");
        }
        String function = matcher.group(1);
        String inside = matcher.group(2).strip();
        if (OF_TWO.containsKey(function)) {
            return new AskedAggregate(text, function, twoOf(text, function, inside));
        }
        if (!OF_ONE.containsKey(function)) {
            throw new TypeConversionException(
                    "'" + text + "' is no aggregate; the functions are " + String.join(", ", names()));
        }
        if (inside.isEmpty() && !function.equalsIgnoreCase("count")) {
            throw new TypeConversionException("'" + text + "' needs a column: " + function + "(COLUMN)");
        }
        return new AskedAggregate(text, function, inside.isEmpty() ? List.of() : List.of(inside));
    }

    private static List<String> twoOf(String text, String function, String inside) {
        List<String> columns =
                Arrays.stream(inside.split(",", -1)).map(String::strip).toList();
        if (columns.size() != 2 || columns.contains("")) {
            throw new TypeConversionException(
                    "'" + text + "' needs two columns: " + function + "(COLUMN, BY), the value where BY is "
                            + (function.equalsIgnoreCase("minBy") ? "least" : "greatest"));
        }
        return columns;
    }

    private static List<String> names() {
        return Stream.of(OF_ONE, OF_TWO)
                .flatMap(functions -> functions.keySet().stream())
                .toList();
    }
}
