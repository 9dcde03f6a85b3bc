package io.mullion.expr;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// Expressions as one would write them, with no more parentheses than needed.
final class ExpressionText {
    private static final int NAMED = 0;
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int COMPARISON = 4;
    private static final int SUM = 5;
    private static final int PRODUCT = 6;
    private static final int PRIMARY = 7;
    /// Deeper parts, and more of them, are left out: they would take a stack of their own, and nobody reads them.
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NODES = 2_000;

    private static final int SHOWN_VALUES = 8;
    private static final int LONG_TEXT = 4_000;

    private ExpressionText() {}

    static String of(Expr expression) {
        return text(expression, new Place(0, new int[] {MAX_NODES}));
    }

    /// Where a part stands in the expression that is written, and how many parts may still be written, in an array of
    /// one.
    private record Place(int depth, int[] left) {
        Place below() {
            return new Place(depth + 1, left);
        }

        boolean tooMuch() {
            return depth > MAX_DEPTH || left[0]-- <= 0;
        }
    }

    private static String text(Expr expression, Place place) {
        if (place.tooMuch()) {
            return "...";
        }
        return switch (expression) {
            case Expr.Column column -> column.name();
            case Expr.Literal it -> literal(it);
            case Expr.Arithmetic it ->
                binary(it.left(), it.op().symbol(), it.right(), precedence(it), precedence(it) + 1, place);
            case Expr.Comparison it ->
                binary(it.left(), it.op().symbol(), it.right(), COMPARISON + 1, COMPARISON + 1, place);
            case Expr.And it -> binary(it.left(), "and", it.right(), AND, AND + 1, place);
            case Expr.Or it -> binary(it.left(), "or", it.right(), OR, OR + 1, place);
            case Expr.Not(Expr.Call it)
            when it.function() == Function.IS_NULL -> within(it.arguments().getFirst(), SUM, place) + " is not null";
            case Expr.Not it -> "not " + within(it.input(), PRIMARY, place);
            case Expr.Call it -> call(it, place);
            case Expr.Cast it ->
                (it.lenient() ? "tryCast(" : "cast(") + text(it.input(), place.below()) + " as " + it.type() + ")";
            case Expr.Case it -> cases(it, place);
            case Expr.In it -> within(it.input(), SUM, place) + " in " + list(it.values());
            case Expr.Shift it ->
                within(it.input(), SUM, place)
                        + (it.by().isNegative() ? " - " + it.by().negated() : " + " + it.by());
            case Expr.Lookup it -> "lookup(" + it.table() + ", " + text(it.key(), place.below()) + ")";
            case Expr.Apply it -> it.function().name() + arguments(it.arguments(), place);
            case Expr.Generate(Generator.Pieces(String separator), Expr input) ->
                "split(" + text(input, place.below()) + ", " + literal(separator) + ")";
            case Expr.Generate(Generator.Elements _, Expr input) -> "explode(" + text(input, place.below()) + ")";
            case Expr.Alias it -> within(it.input(), OR, place) + " as " + it.name();
            case Expr.Aggregate it -> aggregate(it, place);
        };
    }

    private static String binary(Expr left, String symbol, Expr right, int leftLevel, int rightLevel, Place place) {
        return within(left, leftLevel, place) + " " + symbol + " " + within(right, rightLevel, place);
    }

    /// The text, in parentheses if it binds weaker than `level`.
    private static String within(Expr expression, int level, Place place) {
        String text = text(expression, place.below());
        return precedence(expression) < level ? "(" + text + ")" : text;
    }

    private static int precedence(Expr expression) {
        return switch (expression) {
            case Expr.Alias _ -> NAMED;
            case Expr.Or _ -> OR;
            case Expr.And _ -> AND;
            case Expr.Not _ -> NOT;
            case Expr.Comparison _ -> COMPARISON;
            case Expr.Arithmetic it ->
                switch (it.op()) {
                    case ADD, SUBTRACT -> SUM;
                    case MULTIPLY, DIVIDE, REMAINDER -> PRODUCT;
                };
            case Expr.Call it ->
                switch (it.function()) {
                    case IS_NULL, BETWEEN, LIKE -> COMPARISON;
                    default -> PRIMARY;
                };
            case Expr.In _ -> COMPARISON;
            case Expr.Shift _ -> SUM;
            case Expr.Cast _, Expr.Case _, Expr.Lookup _, Expr.Apply _ -> PRIMARY;
            case Expr.Column _ -> PRIMARY;
            case Expr.Literal _ -> PRIMARY;
            case Expr.Generate _ -> PRIMARY;
            case Expr.Aggregate _ -> PRIMARY;
        };
    }

    private static String call(Expr.Call it, Place place) {
        List<Expr> arguments = it.arguments();
        return switch (it.function()) {
            case NEGATE -> "-" + within(arguments.getFirst(), PRIMARY, place);
            case IS_NULL -> within(arguments.getFirst(), SUM, place) + " is null";
            case BETWEEN ->
                within(arguments.getFirst(), SUM, place) + " between " + within(arguments.get(1), SUM, place) + " and "
                        + within(arguments.get(2), SUM, place);
            case LIKE -> within(arguments.getFirst(), SUM, place) + " like " + text(arguments.get(1), place.below());
            default -> it.function().text() + arguments(arguments, place);
        };
    }

    private static String aggregate(Expr.Aggregate it, Place place) {
        String arguments = (it.input() == null ? "" : text(it.input(), place.below()))
                + (it.by() == null || goesWithoutSaying(it) ? "" : ", " + text(it.by(), place.below()));
        String where = it.where() == null ? "" : " filter (where " + text(it.where(), place.below()) + ")";
        String name = it.user() == null ? it.function().text() : it.user().name();
        return name + "(" + arguments + ")" + where;
    }

    /// The order of the first and the last value is time; lists have a limit in any case.
    private static boolean goesWithoutSaying(Expr.Aggregate it) {
        return it.function().byTime()
                || it.by() instanceof Expr.Literal(Long limit, _) && limit == Aggregates.MAX_COLLECTED;
    }

    private static String cases(Expr.Case it, Place place) {
        StringBuilder text = new StringBuilder("case");
        for (Expr.Case.Branch branch : it.branches()) {
            text.append(" when ")
                    .append(text(branch.when(), place.below()))
                    .append(" then ")
                    .append(text(branch.then(), place.below()));
            if (text.length() > LONG_TEXT) {
                text.append(" ...");
                break;
            }
        }
        if (it.otherwise() != null) {
            text.append(" else ").append(text(it.otherwise(), place.below()));
        }
        return text.append(" end").toString();
    }

    private static String list(List<Object> values) {
        String shown = values.stream()
                .limit(SHOWN_VALUES)
                .map(value -> value == null ? "null" : literal(Expr.Literal.of(value)))
                .collect(Collectors.joining(", "));
        int hidden = values.size() - SHOWN_VALUES;
        return "(" + shown + (hidden > 0 ? ", and " + hidden + " more)" : ")");
    }

    private static String arguments(List<Expr> arguments, Place place) {
        return arguments.stream().map(it -> text(it, place.below())).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String literal(Expr.Literal it) {
        return switch (it.value()) {
            case null -> "null";
            case String text -> literal(text);
            case ByteBuffer bytes -> "x'" + hex(bytes) + "'";
            case Long days when it.type() instanceof DataType.Date32 -> "date '" + LocalDate.ofEpochDay(days) + "'";
            case Long time
            when it.type() instanceof DataType.Timestamp type -> "timestamp '" + instant(time, type) + "'";
            case Double number when it.type() instanceof DataType.Float32 -> Float.toString(number.floatValue());
            default -> it.value().toString();
        };
    }

    /// Seconds that `java.time` does not know are shown as a number.
    private static String instant(long time, DataType.Timestamp type) {
        long perSecond = type.unit().perSecond();
        long seconds = Math.floorDiv(time, perSecond);
        return seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()
                ? time + type.unit().suffix()
                : Instant.ofEpochSecond(seconds, Math.floorMod(time, perSecond) * (1_000_000_000L / perSecond))
                        .toString();
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
