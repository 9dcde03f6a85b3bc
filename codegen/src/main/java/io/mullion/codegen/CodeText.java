package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.stream.Collectors;

/// Prints [Code] as Java-like text.
final class CodeText {
    private static final int CHOOSE = 0;
    private static final int UNARY = 11;
    private static final int PRIMARY = 12;
    private static final int RELATIONAL = 7;
    private static final int EQUALITY = 6;

    private final StringBuilder text = new StringBuilder();
    private int depth;

    String kernel(String className, String role, List<Code.Var> fields, List<Code.Method> methods) {
        line("final class " + className + " implements " + role + " {");
        depth++;
        fields.forEach(field -> line("private final " + typeName(field.type()) + " " + field.name() + ";"));
        for (int i = 0; i < methods.size(); i++) {
            if (i > 0 || !fields.isEmpty()) {
                text.append('\n');
            }
            method(methods.get(i));
        }
        depth--;
        line("}");
        return text.toString();
    }

    private void method(Code.Method method) {
        String parameters = method.parameters().stream()
                .map(it -> typeName(it.type()) + " " + it.name())
                .collect(Collectors.joining(", "));
        String access = method.open() ? "public " : "private ";
        line(access + typeName(method.returns()) + " " + method.name() + "(" + parameters + ") {");
        block(method.body());
        line("}");
    }

    private void block(List<Code.Statement> statements) {
        depth++;
        statements.forEach(this::statement);
        depth--;
    }

    private void statement(Code.Statement statement) {
        switch (statement) {
            case Code.Let it ->
                line(typeName(it.variable().type()) + " " + it.variable().name() + " = " + of(it.value()) + ";");
            case Code.Assign it -> line(it.variable().name() + " = " + of(it.value()) + ";");
            case Code.Put it -> line(of(it.object()) + "." + it.name() + " = " + of(it.value()) + ";");
            case Code.Do it -> line(of(it.call()) + ";");
            case Code.Return it -> line(it.value() == null ? "return;" : "return " + of(it.value()) + ";");
            case Code.Note it -> line("// " + it.text());
            case Code.While it -> {
                line("while (" + of(it.test()) + ") {");
                block(it.body());
                line("}");
            }
            case Code.If it -> {
                line("if (" + of(it.test()) + ") {");
                block(it.then());
                if (!it.otherwise().isEmpty()) {
                    line("} else {");
                    block(it.otherwise());
                }
                line("}");
            }
        }
    }

    private void line(String line) {
        text.repeat("    ", depth).append(line).append('\n');
    }

    static String of(Code.Value value) {
        return switch (value) {
            case Code.Var it -> it.name();
            case Code.Const it -> constant(it);
            case Code.This _ -> "this";
            case Code.ClassData it -> it.name();
            case Code.Get it -> field(it);
            case Code.Element it -> within(it.array(), PRIMARY) + "[" + of(it.index()) + "]";
            case Code.Binary it ->
                within(it.left(), it.op().precedence) + " " + it.op().symbol + " "
                        + within(it.right(), it.op().precedence + 1);
            case Code.Test it ->
                within(it.left(), precedence(it) + 1) + " " + it.relation().symbol + " "
                        + within(it.right(), precedence(it) + 1);
            case Code.Logic it ->
                within(it.left(), precedence(it))
                        + (it.conjunction() ? " && " : " || ")
                        + within(it.right(), precedence(it) + 1);
            case Code.Not it -> "!" + within(it.value(), UNARY);
            case Code.Choose it ->
                within(it.test(), CHOOSE + 1) + " ? " + within(it.yes(), CHOOSE + 1) + " : " + of(it.no());
            case Code.Cast it -> cast(it);
            case Code.Call it -> call(it);
        };
    }

    private static String cast(Code.Cast it) {
        if (widens(it)) {
            return of(it.value());
        }
        Code.Value exact = VectorCalls.exactly(it);
        return exact == null
                ? "(" + typeName(it.type()) + ") " + within(it.value(), UNARY)
                : "exact(" + of(exact) + ")";
    }

    private static String call(Code.Call it) {
        String arguments = it.arguments().stream().map(CodeText::of).collect(Collectors.joining(", "));
        String target = switch (it.receiver()) {
            case null -> it.owner().equals(Types.RAW_MEMORY) ? "" : typeName(it.owner()) + ".";
            case Code.This _ -> "";
            default -> within(it.receiver(), PRIMARY) + ".";
        };
        return target + it.name() + "(" + arguments + ")";
    }

    private static String field(Code.Get it) {
        return switch (it.object()) {
            case null -> it.owner().equals(Types.RAW_MEMORY) ? it.name() : typeName(it.owner()) + "." + it.name();
            case Code.This _ -> it.name();
            default -> of(it.object()) + "." + it.name();
        };
    }

    private static String constant(Code.Const it) {
        return switch (it.value()) {
            case null -> "null";
            case Long number when number == Long.MIN_VALUE -> "Long.MIN_VALUE";
            case Long number when number == Long.MAX_VALUE -> "Long.MAX_VALUE";
            case Long number -> number > -1000 && number < 1000 ? number + "L" : "0x" + Long.toHexString(number) + "L";
            case Float number -> number + "f";
            case String string -> "\"" + string + "\"";
            default -> it.value().toString();
        };
    }

    private static String within(Code.Value value, int level) {
        return precedence(value) < level ? "(" + of(value) + ")" : of(value);
    }

    private static int precedence(Code.Value value) {
        return switch (value) {
            case Code.Var _ -> PRIMARY;
            case Code.Const it -> it.value() instanceof Number number && number.doubleValue() < 0 ? UNARY : PRIMARY;
            case Code.This _ -> PRIMARY;
            case Code.ClassData _ -> PRIMARY;
            case Code.Get _ -> PRIMARY;
            case Code.Element _ -> PRIMARY;
            case Code.Call _ -> PRIMARY;
            case Code.Binary it -> it.op().precedence;
            case Code.Test it ->
                it.relation() == Code.Relation.EQ || it.relation() == Code.Relation.NE ? EQUALITY : RELATIONAL;
            case Code.Logic it -> it.conjunction() ? 2 : 1;
            case Code.Not _ -> UNARY;
            case Code.Choose _ -> CHOOSE;
            case Code.Cast it ->
                widens(it) ? precedence(it.value()) : VectorCalls.exactly(it) == null ? UNARY : PRIMARY;
        };
    }

    /// A conversion that Java makes by itself, beside an operand of the wider type.
    private static boolean widens(Code.Cast it) {
        return it.value().type().equals(CD_int)
                        && (it.type().equals(CD_long) || it.type().equals(CD_double))
                || it.value().type().equals(CD_float) && it.type().equals(CD_double);
    }

    static String typeName(ClassDesc type) {
        String name = type.displayName();
        return name.substring(name.lastIndexOf('$') + 1);
    }
}
