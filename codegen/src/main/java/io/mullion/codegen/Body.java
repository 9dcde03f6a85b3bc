package io.mullion.codegen;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Statements under construction. Names of variables are made unique within their method.
final class Body {
    private final List<Code.Statement> statements = new ArrayList<>();
    /// Those that are taken, and the number that the next variable which wants the name may have.
    private final Map<String, Integer> names;
    private final Body outer;

    Body() {
        this(new HashMap<>(), null);
    }

    private Body(Map<String, Integer> names, Body outer) {
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
        names.put(parameter.name(), 2);
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
        Integer next = names.putIfAbsent(wanted, 2);
        if (next == null) {
            return wanted;
        }
        int number = next;
        String name = wanted + number;
        while (names.putIfAbsent(name, 2) != null) {
            name = wanted + ++number;
        }
        names.put(wanted, number + 1);
        return name;
    }

    /// Names of columns may hold anything.
    private static String identifier(String wanted) {
        byte[] letters = wanted.getBytes(StandardCharsets.ISO_8859_1);
        boolean plain = letters.length > 0 && !(letters[0] >= '0' && letters[0] <= '9');
        for (byte letter : letters) {
            plain &= plain(letter);
        }
        return plain ? wanted : replaced(wanted);
    }

    private static String replaced(String wanted) {
        StringBuilder name = new StringBuilder(wanted.length() + 1);
        if (wanted.isEmpty() || wanted.charAt(0) >= '0' && wanted.charAt(0) <= '9') {
            name.append('_');
        }
        for (int i = 0; i < wanted.length(); i++) {
            name.append(plain(wanted.charAt(i)) ? wanted.charAt(i) : '_');
        }
        return name.toString();
    }

    private static boolean plain(int letter) {
        return letter >= 'a' && letter <= 'z'
                || letter >= 'A' && letter <= 'Z'
                || letter >= '0' && letter <= '9'
                || letter == '_';
    }
}
