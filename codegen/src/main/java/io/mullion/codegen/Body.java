package io.mullion.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Statements under construction. Names of variables are made unique within their method.
final class Body {
    private final List<Code.Statement> statements = new ArrayList<>();
    private final Set<String> names;
    private final Body outer;

    Body() {
        this(new HashSet<>(), null);
    }

    private Body(Set<String> names, Body outer) {
        this.names = names;
        this.outer = outer;
    }

    /// More statements of the same method, to be placed by the caller.
    Body sibling() {
        return new Body(names, null);
    }

    /// The body whose statements so far are done before this one's; null if there is none.
    Body outer() {
        return outer;
    }

    List<Code.Statement> statements() {
        return List.copyOf(statements);
    }

    void append(Body other) {
        statements.addAll(other.statements);
    }

    /// A parameter: takes the name and declares nothing.
    void reserve(Code.Var parameter) {
        names.add(parameter.name());
    }

    Code.Var let(String wanted, Code.Value value) {
        Code.Var variable = new Code.Var(unique(identifier(wanted)), value.type());
        statements.add(new Code.Let(variable, value));
        return variable;
    }

    /// The value itself if reading it twice costs nothing, or else a variable that holds it.
    Code.Value hold(String wanted, Code.Value value) {
        return value instanceof Code.Var || value instanceof Code.Const ? value : let(wanted, value);
    }

    void assign(Code.Var variable, Code.Value value) {
        statements.add(new Code.Assign(variable, value));
    }

    void increment(Code.Var variable, int by) {
        assign(variable, Values.add(variable, Values.int32(by)));
    }

    void put(Code.Value object, String field, Code.Value value) {
        statements.add(new Code.Put(object, object.type(), field, value.type(), value));
    }

    void run(Code.Call call) {
        statements.add(new Code.Do(call));
    }

    void give(Code.Value value) {
        statements.add(new Code.Return(value));
    }

    void note(String text) {
        statements.add(new Code.Note(text));
    }

    void loop(Code.Value test, Consumer<Body> inside) {
        statements.add(new Code.While(test, nested(inside)));
    }

    void when(Code.Value test, Consumer<Body> then) {
        statements.add(new Code.If(test, nested(then), List.of()));
    }

    void when(Code.Value test, Consumer<Body> then, Consumer<Body> otherwise) {
        statements.add(new Code.If(test, nested(then), nested(otherwise)));
    }

    private List<Code.Statement> nested(Consumer<Body> inside) {
        Body body = new Body(names, this);
        inside.accept(body);
        return body.statements();
    }

    private String unique(String wanted) {
        String name = wanted;
        for (int i = 2; !names.add(name); i++) {
            name = wanted + i;
        }
        return name;
    }

    private static String identifier(String wanted) {
        StringBuilder name = new StringBuilder(wanted.length() + 1);
        if (wanted.isEmpty() || wanted.charAt(0) >= '0' && wanted.charAt(0) <= '9') {
            name.append('_');
        }
        for (int i = 0; i < wanted.length(); i++) {
            char letter = wanted.charAt(i);
            boolean plain = letter >= 'a' && letter <= 'z'
                    || letter >= 'A' && letter <= 'Z'
                    || letter >= '0' && letter <= '9'
                    || letter == '_';
            name.append(plain ? letter : '_');
        }
        return name.toString();
    }
}
