package io.mullion.examples;

import static io.mullion.expr.Expressions.col;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/// An aggregate as a person writes it, `avg(temp)`.
///
/// @param text the whole of it, which names the column of its results
/// @param function one of the known ones, in lower case
/// @param column what it is asked of; empty for the rows themselves
record AskedAggregate(String text, String function, String column) {
    /// What can be asked of a column.
    private static final Map<String, UnaryOperator<Expr>> FUNCTIONS = new TreeMap<>(Map.of(
            "count", Expressions::count,
            "sum", Expressions::sum,
            "avg", Expressions::avg,
            "min", Expressions::min,
            "max", Expressions::max));

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
        Expr value =
                column.isEmpty() ? Expressions.count() : FUNCTIONS.get(function).apply(col(column));
        return value.as(text);
    }

    private static AskedAggregate parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no aggregate; write FUNCTION(COLUMN) or count(), with commas between them");
        }
        String function = matcher.group(1).toLowerCase(Locale.ROOT);
        String column = matcher.group(2).strip();
        if (!FUNCTIONS.containsKey(function)) {
            throw new TypeConversionException(
                    "'" + text + "' is no aggregate; the functions are " + String.join(", ", FUNCTIONS.keySet()));
        }
        if (column.isEmpty() && !function.equals("count")) {
            throw new TypeConversionException("'" + text + "' needs a column: " + function + "(COLUMN)");
        }
        return new AskedAggregate(text, function, column);
    }
}
