package io.mullion.codegen;

import io.mullion.expr.Function;
import io.mullion.routine.Failure;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What functions of texts mean, for [Oracle]. Characters are code points.
final class OracleTexts {
    private OracleTexts() {}

    static Object call(Function function, List<Object> values) {
        if (values.getFirst() instanceof ByteBuffer bytes) {
            return (long) bytes.remaining();
        }
        String text = (String) values.getFirst();
        return switch (function) {
            case LENGTH -> (long) text.codePointCount(0, text.length());
            case OCTET_LENGTH -> (long) text.getBytes(StandardCharsets.UTF_8).length;
            case LOWER -> mapped(text, Character::toLowerCase);
            case UPPER -> mapped(text, Character::toUpperCase);
            case TRIM -> trimmed(text, true, true);
            case TRIM_START -> trimmed(text, true, false);
            case TRIM_END -> trimmed(text, false, true);
            case SUBSTRING -> substring(text, (Long) values.get(1), values.size() > 2 ? (Long) values.get(2) : null);
            case CONCAT -> values.stream().map(String.class::cast).collect(Collectors.joining());
            case STARTS_WITH -> text.startsWith((String) values.get(1));
            case ENDS_WITH -> text.endsWith((String) values.get(1));
            case CONTAINS -> text.contains((String) values.get(1));
            case LIKE -> like((String) values.get(1)).matcher(text).matches();
            case REPLACE -> replaced(text, (String) values.get(1), (String) values.get(2));
            case SPLIT_PART -> part(text, (String) values.get(1), (Long) values.get(2));
            case REGEXP_LIKE ->
                Pattern.compile((String) values.get(1)).matcher(text).find();
            case REGEXP_EXTRACT -> {
                Matcher matcher = Pattern.compile((String) values.get(1)).matcher(text);
                yield matcher.find() ? matcher.group((int) (long) (Long) values.get(2)) : null;
            }
            default -> throw new IllegalArgumentException("no function of texts: " + function);
        };
    }

    private static String mapped(String text, IntUnaryOperator character) {
        int[] mapped = text.codePoints().map(character).toArray();
        return new String(mapped, 0, mapped.length);
    }

    private static String trimmed(String text, boolean start, boolean end) {
        int from = 0;
        int to = text.length();
        while (start && from < to && text.charAt(from) == ' ') {
            from++;
        }
        while (end && from < to && text.charAt(to - 1) == ' ') {
            to--;
        }
        return text.substring(from, to);
    }

    private static String substring(String text, long position, Long count) {
        if (count != null && count < 0) {
            throw new Oracle.Failed(Failure.INVALID_ARGUMENT);
        }
        BigInteger end = count == null ? null : BigInteger.valueOf(position).add(BigInteger.valueOf(count));
        int[] characters = text.codePoints().toArray();
        StringBuilder result = new StringBuilder();
        for (int number = 1; number <= characters.length; number++) {
            if (number >= position && (end == null || BigInteger.valueOf(number).compareTo(end) < 0)) {
                result.appendCodePoint(characters[number - 1]);
            }
        }
        return result.toString();
    }

    /// The pattern as a regular expression.
    private static Pattern like(String pattern) {
        StringBuilder regex = new StringBuilder();
        int[] characters = pattern.codePoints().toArray();
        for (int i = 0; i < characters.length; i++) {
            switch (characters[i]) {
                case '%' -> regex.append(".*");
                case '_' -> regex.append('.');
                case '\\' -> regex.append(Pattern.quote(Character.toString(characters[++i])));
                default -> regex.append(Pattern.quote(Character.toString(characters[i])));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String replaced(String text, String what, String with) {
        return what.isEmpty() ? text : text.replace(what, with);
    }

    private static String part(String text, String separator, long number) {
        if (number == 0) {
            throw new Oracle.Failed(Failure.INVALID_ARGUMENT);
        }
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        long index = number > 0 ? number - 1 : parts.size() + number;
        return index >= 0 && index < parts.size() ? parts.get((int) index) : "";
    }
}
