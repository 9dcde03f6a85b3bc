package io.mullion.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads JSON as JMH and the bench of peers write it: objects become maps, arrays lists, numbers doubles.
///
/// *Source*: RFC 8259. *Failure*: text that is no JSON throws, with the position. *Thread*: one.
public final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    public static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.at != text.length()) {
            throw json.wrong("end of text");
        }
        return value;
    }

    private Object value() {
        space();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        take('{');
        if (!found('}')) {
            do {
                space();
                String name = string();
                space();
                take(':');
                members.put(name, value());
            } while (found(','));
            take('}');
        }
        return members;
    }

    private List<Object> array() {
        List<Object> elements = new ArrayList<>();
        take('[');
        if (!found(']')) {
            do {
                elements.add(value());
            } while (found(','));
            take(']');
        }
        return elements;
    }

    private String string() {
        StringBuilder characters = new StringBuilder();
        take('"');
        while (peek() != '"') {
            char character = text.charAt(at++);
            characters.append(character == '\\' ? escaped() : character);
        }
        take('"');
        return characters.toString();
    }

    private char escaped() {
        char character = peek();
        at++;
        return switch (character) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> character;
        };
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (start == at) {
            throw wrong("a value");
        }
        return Double.valueOf(text.substring(start, at));
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private boolean found(char character) {
        space();
        if (peek() != character) {
            return false;
        }
        at++;
        return true;
    }

    private void take(char character) {
        if (!found(character)) {
            throw wrong("'" + character + "'");
        }
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("JSON: expected " + expected + " at character " + at);
    }
}
