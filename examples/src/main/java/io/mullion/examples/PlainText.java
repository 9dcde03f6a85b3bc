package io.mullion.examples;

/// Text of unknown origin, made fit for one line of a terminal.
final class PlainText {
    private PlainText() {}

    /// The text with its control characters spelled out: a line end or an escape sequence in it must not move the
    /// cursor.
    static String of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                plain.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                plain.appendCodePoint(c);
            }
        });
        return plain.toString();
    }

    /// The beginning of the text, if it has more than `length` characters.
    static String cut(String text, int length) {
        return text.codePointCount(0, text.length()) <= length
                ? text
                : text.substring(0, text.offsetByCodePoints(0, length - 3)) + "...";
    }
}
