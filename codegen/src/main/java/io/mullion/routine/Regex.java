package io.mullion.routine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.mullion.expr.ExpressionException;

/// A regular expression, compiled once and matched in time linear in the text.
///
/// A text that is ASCII is matched where it lies. Another one becomes a String first: re2j can match bytes, but when it
/// looks around a place (`$`, `\b`, groups behind the end of a match) it takes half of a character of several bytes for
/// the end of the text. Each match allocates the matcher's own state, and for the String. *Thread*: any; matches share
/// nothing.
public final class Regex {
    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    /// *Source*: the syntax of RE2, which has no back references and no look-around. *Failure*: [ExpressionException]
    /// if the pattern is none.
    public static Regex of(String pattern) {
        try {
            return new Regex(Pattern.compile(pattern));
        } catch (PatternSyntaxException malformed) {
            ExpressionException refused = new ExpressionException(
                    "not a regular expression: " + malformed.getDescription() + ": pattern='" + pattern + "'");
            refused.initCause(malformed);
            throw refused;
        }
    }

    /// How many groups the pattern captures; group 0, the whole match, does not count.
    public int groupCount() {
        return pattern.groupCount();
    }

    /// Whether the pattern matches anywhere in the text.
    public boolean find(long text, int length) {
        return pattern.matcher(characters(text, length)).find();
    }

    /// What a group holds in the first match: a slice of the text, or null if there is no match or the group has no
    /// part in it.
    ///
    /// @param group from 0 to [#groupCount]
    public long extract(long text, int length, int group, Scratch scratch) {
        CharSequence characters = characters(text, length);
        Matcher matcher = pattern.matcher(characters);
        int from = matcher.find() ? matcher.start(group) : -1;
        scratch.valid = from >= 0;
        if (from < 0) {
            scratch.second = 0;
            return text;
        }
        int to = matcher.end(group);
        if (characters instanceof AsciiText) {
            scratch.second = to - from;
            return text + from;
        }
        int start = byteOffset(text, 0, length, from);
        scratch.second = byteOffset(text, start, length, to - from) - start;
        return text + start;
    }

    private static CharSequence characters(long text, int length) {
        return CodePoints.asciiBytes(text, 0, length) == length
                ? new AsciiText(text, length)
                : Utf8.decode(text, length);
    }

    /// Offset of the place that is `chars` chars of UTF-16 behind the one at `start`.
    private static int byteOffset(long text, int start, int length, int chars) {
        int at = start;
        int left = chars;
        while (left > 0 && at < length) {
            int size = CodePoints.size(RawMemory.getByte(text + at));
            left -= size == 4 ? 2 : 1;
            at = Math.min(at + size, length);
        }
        return at;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Regex that && pattern.equals(that.pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    /// The pattern as it was written.
    @Override
    public String toString() {
        return pattern.pattern();
    }

    /// Bytes off the heap as characters.
    private record AsciiText(long address, int length) implements CharSequence {
        @Override
        public char charAt(int index) {
            return (char) RawMemory.getByte(address + index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new AsciiText(address + start, end - start);
        }

        @Override
        public String toString() {
            return Utf8.decode(address, length);
        }
    }
}
