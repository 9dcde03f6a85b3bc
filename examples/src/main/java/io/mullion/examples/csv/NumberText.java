package io.mullion.examples.csv;

/// What kind of number a text is, by its characters alone: `12`, `-3.5`, `.5`, `1e-3`, `NaN`, `-Infinity`, `inf`.
enum NumberText {
    /// Digits, perhaps with a sign.
    INTEGER,
    /// The same with zeros before them, as numbers of houses, lots or parts have: `007`.
    PADDED,
    /// Everything else that is a number.
    FLOATING,
    NONE;

    static NumberText of(String text) {
        int start = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        int whole = digits(text, start);
        int end = start + whole;
        boolean padded = whole > 1 && text.charAt(start) == '0';
        if (whole > 0 && end == text.length()) {
            return padded ? PADDED : INTEGER;
        }
        int fraction = 0;
        if (end < text.length() && text.charAt(end) == '.') {
            fraction = digits(text, end + 1);
            end += 1 + fraction;
        }
        if (whole + fraction == 0) {
            return word(text, start) ? FLOATING : NONE;
        }
        if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            int exponent = end + 1;
            exponent +=
                    exponent < text.length() && (text.charAt(exponent) == '-' || text.charAt(exponent) == '+') ? 1 : 0;
            int digits = digits(text, exponent);
            end = digits == 0 ? end : exponent + digits;
        }
        return end < text.length() ? NONE : padded ? PADDED : FLOATING;
    }

    /// The number that is nearest; only of what is not [#NONE].
    static double float64(String text) {
        int start = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        if (!word(text, start)) {
            return Double.parseDouble(text);
        }
        if (text.length() - start == 3 && text.regionMatches(true, start, "nan", 0, 3)) {
            return Double.NaN;
        }
        return text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    /// Whether it says in words that it is not finite.
    static boolean word(String text, int start) {
        String word = text.substring(start);
        return word.equalsIgnoreCase("nan") || word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity");
    }

    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end - from;
    }
}
