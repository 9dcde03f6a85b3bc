package io.mullion.codegen;

import io.mullion.codegen.Routine.Trait;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.routine.LikePattern;
import io.mullion.routine.Regex;
import io.mullion.routine.TextCase;
import io.mullion.routine.TextFunctions;
import java.util.ArrayList;
import java.util.List;

/// What the functions over text mean: calls of [TextFunctions] and [TextCase].
final class TextChecks {
    private static final Routine LENGTH = Routine.of(TextFunctions.class, "length");
    private static final Routine OCTET_LENGTH = Routine.of(TextFunctions.class, "octetLength");
    private static final Routine LOWER = Routine.of(TextCase.class, "lower", Trait.TEXT);
    private static final Routine UPPER = Routine.of(TextCase.class, "upper", Trait.TEXT);
    private static final Routine TRIM = Routine.of(TextFunctions.class, "trim");
    private static final Routine TRIM_START = Routine.of(TextFunctions.class, "trimStart");
    private static final Routine TRIM_END = Routine.of(TextFunctions.class, "trimEnd");
    private static final Routine SUBSTRING_FROM = Routine.of(TextFunctions.class, "substringFrom");
    private static final Routine SUBSTRING = Routine.of(TextFunctions.class, "substring", Trait.FAILS);
    private static final Routine SUBSTRING_OR_EMPTY = Routine.of(TextFunctions.class, "substringOrEmpty");
    private static final Routine SPLIT_PART_OR_EMPTY = Routine.of(TextFunctions.class, "splitPartOrEmpty");
    private static final Routine CONCAT = Routine.of(TextFunctions.class, "concat", Trait.TEXT);
    private static final Routine STARTS_WITH = Routine.of(TextFunctions.class, "startsWith");
    private static final Routine ENDS_WITH = Routine.of(TextFunctions.class, "endsWith");
    private static final Routine CONTAINS =
            Routine.withVectorTwin(TextFunctions.class, "VectorTextFunctions", "contains");
    private static final Routine LIKE = Routine.withVectorTwin(TextFunctions.class, "VectorTextFunctions", "like");
    private static final Routine REPLACE = Routine.of(TextFunctions.class, "replace", Trait.TEXT);
    private static final Routine SPLIT_PART = Routine.of(TextFunctions.class, "splitPart", Trait.FAILS);
    private static final Routine REGEXP_LIKE = Routine.of(TextFunctions.class, "regexpLike");
    private static final Routine REGEXP_EXTRACT = Routine.of(TextFunctions.class, "regexpExtract", Trait.NULLS);

    private TextChecks() {}

    static Typed check(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        return switch (it.function()) {
            case LENGTH -> call(LENGTH, DataType.INT32, texts(check, it, arguments));
            case OCTET_LENGTH -> octetLength(check, it, arguments.getFirst());
            case LOWER -> call(LOWER, DataType.UTF8, texts(check, it, arguments));
            case UPPER -> call(UPPER, DataType.UTF8, texts(check, it, arguments));
            case TRIM -> call(TRIM, DataType.UTF8, texts(check, it, arguments));
            case TRIM_START -> call(TRIM_START, DataType.UTF8, texts(check, it, arguments));
            case TRIM_END -> call(TRIM_END, DataType.UTF8, texts(check, it, arguments));
            case SUBSTRING -> substring(check, it, arguments);
            case CONCAT -> concat(texts(check, it, arguments));
            case STARTS_WITH -> call(STARTS_WITH, DataType.BOOL, texts(check, it, arguments));
            case ENDS_WITH -> call(ENDS_WITH, DataType.BOOL, texts(check, it, arguments));
            case CONTAINS -> call(CONTAINS, DataType.BOOL, texts(check, it, arguments));
            case REPLACE -> call(REPLACE, DataType.UTF8, texts(check, it, arguments));
            case LIKE ->
                Typed.Call.of(
                        LIKE,
                        DataType.BOOL,
                        texts(check, it, arguments.subList(0, 1)),
                        compiled(check, it, () -> LikePattern.of(text(check, it, arguments.get(1)))));
            case SPLIT_PART -> splitPart(check, it, arguments);
            case REGEXP_LIKE ->
                Typed.Call.of(
                        REGEXP_LIKE,
                        DataType.BOOL,
                        texts(check, it, arguments.subList(0, 1)),
                        compiled(check, it, () -> Regex.of(text(check, it, arguments.get(1)))));
            case REGEXP_EXTRACT -> regexpExtract(check, it, arguments);
            default -> throw new IllegalStateException("no function over text: " + it);
        };
    }

    /// The value of an argument that has to be a text literal.
    static String text(TypeCheck check, Expr.Call it, Typed argument) {
        if (check.literal(argument) instanceof Typed.Constant(String text, _)) {
            return text;
        }
        throw check.wrong(it.function().text() + " needs a text literal here, not " + argument.type(), it);
    }

    /// The value of an argument that has to be an integer literal.
    static long integer(TypeCheck check, Expr.Call it, Typed argument) {
        if (check.literal(argument) instanceof Typed.Constant(Long number, _)) {
            return number;
        }
        throw check.wrong(it.function().text() + " needs an integer literal here, not " + argument.type(), it);
    }

    /// Makes a constant object of a literal.
    interface Compiler<T> {
        T compile();
    }

    /// *Failure*: what the literal is wrong in, with the expression.
    static <T> T compiled(TypeCheck check, Expr.Call it, Compiler<T> compiler) {
        try {
            return compiler.compile();
        } catch (ExpressionException malformed) {
            throw check.wrong(malformed.getMessage(), it);
        }
    }

    private static Typed call(Routine routine, DataType type, List<Typed> arguments) {
        return Typed.Call.of(routine, type, arguments);
    }

    private static List<Typed> texts(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        for (Typed argument : arguments) {
            if (!(argument.type() instanceof DataType.Utf8)) {
                throw check.wrong(it.function().text() + " needs utf8, not " + argument.type(), it);
            }
        }
        return arguments;
    }

    private static Typed octetLength(TypeCheck check, Expr.Call it, Typed bytes) {
        if (bytes.type().fixedWidth()) {
            throw check.wrong("octetLength needs utf8 or binary, not " + bytes.type(), it);
        }
        return Typed.Call.of(OCTET_LENGTH, DataType.INT32, List.of(bytes));
    }

    private static Typed substring(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        List<Typed> all = new ArrayList<>(texts(check, it, arguments.subList(0, 1)));
        arguments.subList(1, arguments.size()).forEach(number -> all.add(int64(check, it, number)));
        if (all.size() == 2) {
            return Typed.Call.of(SUBSTRING_FROM, DataType.UTF8, all);
        }
        boolean cannotFail = all.getLast() instanceof Typed.Constant(Long count, _) && count >= 0;
        return Typed.Call.of(cannotFail ? SUBSTRING_OR_EMPTY : SUBSTRING, DataType.UTF8, all);
    }

    private static Typed splitPart(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        if (text(check, it, arguments.get(1)).isEmpty()) {
            throw check.wrong("the separator of splitPart is empty", it);
        }
        List<Typed> all = new ArrayList<>(texts(check, it, arguments.subList(0, 2)));
        all.add(int64(check, it, arguments.get(2)));
        boolean cannotFail = all.getLast() instanceof Typed.Constant number && number.nonZero();
        return Typed.Call.of(cannotFail ? SPLIT_PART_OR_EMPTY : SPLIT_PART, DataType.UTF8, all);
    }

    private static Typed regexpExtract(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        Regex regex = compiled(check, it, () -> Regex.of(text(check, it, arguments.get(1))));
        long group = integer(check, it, arguments.get(2));
        if (group < 0 || group > regex.groupCount()) {
            throw check.wrong("the regular expression has groups 0 to " + regex.groupCount() + ", not " + group, it);
        }
        return Typed.Call.of(
                REGEXP_EXTRACT, DataType.UTF8, texts(check, it, arguments.subList(0, 1)), regex, (int) group);
    }

    private static Typed concat(List<Typed> texts) {
        Typed all = texts.getFirst();
        for (Typed text : texts.subList(1, texts.size())) {
            all = Typed.Call.of(CONCAT, DataType.UTF8, List.of(all, text));
        }
        return all;
    }

    static Typed int64(TypeCheck check, Expr.Call it, Typed number) {
        if (!number.type().integer()) {
            throw check.wrong(it.function().text() + " needs an integer here, not " + number.type(), it);
        }
        return Conversions.widened(number, DataType.INT64);
    }
}
