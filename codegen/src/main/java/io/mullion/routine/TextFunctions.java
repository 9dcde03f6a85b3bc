package io.mullion.routine;

/// Routines over texts, called by generated row loops. A text is an address and a length in bytes; positions and counts
/// are code points. Results that are part of an argument are slices of it and copy nothing; new ones lie in the
/// [Scratch]. The bytes are valid UTF-8, and so are those of the results.
///
/// *Failure*: by [Scratch#failure], as each routine says. Nothing but the regular expressions allocates on the heap.
public final class TextFunctions {
    private TextFunctions() {}

    /// Code points of a text.
    public static int length(long text, int length) {
        return CodePoints.count(text, length);
    }

    /// Bytes of a text or a binary.
    public static int octetLength(long text, int length) {
        return length;
    }

    public static boolean startsWith(long text, int length, long what, int whatLength) {
        return whatLength <= length && TextSearch.same(text, what, whatLength);
    }

    public static boolean endsWith(long text, int length, long what, int whatLength) {
        return whatLength <= length && TextSearch.same(text + length - whatLength, what, whatLength);
    }

    /// Whether `what` is anywhere in the text; the empty text is in all.
    public static boolean contains(long text, int length, long what, int whatLength) {
        return whatLength == 0 || TextSearch.indexOf(text, 0, length, what, whatLength) < length;
    }

    public static boolean like(long text, int length, LikePattern pattern) {
        return pattern.matches(text, length, false);
    }

    /// Whether the pattern matches anywhere in the text. Allocates.
    public static boolean regexpLike(long text, int length, Regex pattern) {
        return pattern.find(text, length);
    }

    /// What a group of the pattern holds in the first match, a slice; null if there is no match or the group has no
    /// part in it. Allocates.
    ///
    /// @param group from 0, the whole match, to [Regex#groupCount]
    public static long regexpExtract(long text, int length, Regex pattern, int group, Scratch scratch) {
        return pattern.extract(text, length, group, scratch);
    }

    /// The text without the ASCII spaces at both ends: a slice.
    public static long trim(long text, int length, Scratch scratch) {
        int start = spaces(text, length);
        return slice(text, start, contentEnd(text, start, length), scratch);
    }

    public static long trimStart(long text, int length, Scratch scratch) {
        return slice(text, spaces(text, length), length, scratch);
    }

    public static long trimEnd(long text, int length, Scratch scratch) {
        return slice(text, 0, contentEnd(text, 0, length), scratch);
    }

    /// What begins at code point `from`, counted from 1: a slice. Before 1 it is the whole text.
    public static long substringFrom(long text, int length, long from, Scratch scratch) {
        return slice(text, offset(text, 0, length, Math.max(from, 1) - 1), length, scratch);
    }

    /// At most `count` code points from the one numbered `from`, counted from 1: a slice. What would lie before the
    /// text is counted, too, as in SQL: of `substring(t, -1, 3)` only the first code point is left.
    ///
    /// *Failure*: [Failure#INVALID_ARGUMENT] if `count` is negative.
    public static long substring(long text, int length, long from, long count, Scratch scratch) {
        return count < 0
                ? scratch.fail(Failure.INVALID_ARGUMENT)
                : substringOrEmpty(text, length, from, count, scratch);
    }

    /// As [#substring], and the empty text where that fails: for a `count` that is known not to be negative.
    public static long substringOrEmpty(long text, int length, long from, long count, Scratch scratch) {
        int start = offset(text, 0, length, Math.max(from, 1) - 1);
        // What is left of the count where it begins before the text.
        long points = from > 0 ? Math.max(count, 0) : Math.max(Math.max(count, 0) + from, 1) - 1;
        return slice(text, start, offset(text, start, length, points), scratch);
    }

    /// The part numbered `n` of those that the separator divides the text into, from left to right: a slice. Counted
    /// from 1, and from the end if negative; a part that is not there is the empty text.
    ///
    /// *Failure*: [Failure#INVALID_ARGUMENT] if `n` is 0 or the separator is empty.
    public static long splitPart(long text, int length, long separator, int separatorLength, long n, Scratch scratch) {
        return n == 0 || separatorLength == 0
                ? scratch.fail(Failure.INVALID_ARGUMENT)
                : splitPartOrEmpty(text, length, separator, separatorLength, n, scratch);
    }

    /// As [#splitPart], and the empty text where that fails: for a separator that is known not to be empty and an `n`
    /// that is known not to be 0.
    public static long splitPartOrEmpty(
            long text, int length, long separator, int separatorLength, long n, Scratch scratch) {
        if (n == 0 || separatorLength == 0) {
            return slice(text, 0, 0, scratch);
        }
        if (n < 0 && separatorLength == 1) {
            return splitPartFromEnd(text, length, RawMemory.getByte(separator), n, scratch);
        }
        long before = n > 0 ? n - 1 : separators(text, length, separator, separatorLength) + 1 + n;
        if (before < 0) {
            return slice(text, 0, 0, scratch);
        }
        int start = 0;
        while (before > 0) {
            int found = TextSearch.indexOf(text, start, length, separator, separatorLength);
            if (found == length) {
                return slice(text, length, length, scratch);
            }
            start = found + separatorLength;
            before--;
        }
        return slice(text, start, TextSearch.indexOf(text, start, length, separator, separatorLength), scratch);
    }

    /// From the end nothing but a separator of one byte may be looked for: several that overlap are told apart from the
    /// left.
    private static long splitPartFromEnd(long text, int length, byte separator, long n, Scratch scratch) {
        int end = length;
        long behind = -1 - n;
        while (behind > 0) {
            end = TextSearch.lastIndexOf(text, end, separator);
            if (end < 0) {
                return slice(text, 0, 0, scratch);
            }
            behind--;
        }
        return slice(text, TextSearch.lastIndexOf(text, end, separator) + 1, end, scratch);
    }

    /// One text behind the other.
    ///
    /// If the first one is what the scratch memory was taken for last, it is continued in place: a chain of them copies
    /// each part once. What already lies one behind the other is not copied at all. No text that was made is
    /// changed by that, so that it may be an argument elsewhere, too.
    ///
    /// *Failure*: [Failure#TEXT_TOO_LARGE].
    public static long concat(long a, int aLength, long b, int bLength, Scratch scratch) {
        long length = (long) aLength + bLength;
        if (length > Integer.MAX_VALUE) {
            return scratch.fail(Failure.TEXT_TOO_LARGE);
        }
        scratch.second = length;
        if (bLength == 0 || a + aLength == b) {
            return a;
        }
        if (aLength == 0) {
            return b;
        }
        long at = scratch.take(bLength);
        if (at == 0) {
            return 0;
        }
        if (a + aLength == at) {
            Utf8.copy(b, at, bLength);
            return a;
        }
        // Lies behind what was taken first: together they are the room for both.
        if (scratch.take(aLength) == 0) {
            return 0;
        }
        Utf8.copy(a, at, aLength);
        Utf8.copy(b, at + aLength, bLength);
        return at;
    }

    /// The text with `with` in place of each `what`, from left to right and not within what was put in. A text that
    /// has none, and any text if `what` is empty, is not copied.
    ///
    /// *Failure*: [Failure#TEXT_TOO_LARGE].
    public static long replace(
            long text, int length, long what, int whatLength, long with, int withLength, Scratch scratch) {
        int found = whatLength == 0 ? length : TextSearch.indexOf(text, 0, length, what, whatLength);
        if (found == length) {
            return slice(text, 0, length, scratch);
        }
        long result = scratch.take(0);
        long out = result;
        int done = 0;
        while (found < length) {
            int kept = found - done;
            // What is taken in a row lies in a row.
            if (scratch.take((long) kept + withLength) == 0) {
                return 0;
            }
            Utf8.copy(text + done, out, kept);
            Utf8.copy(with, out + kept, withLength);
            out += (long) kept + withLength;
            done = found + whatLength;
            found = TextSearch.indexOf(text, done, length, what, whatLength);
        }
        int rest = length - done;
        if (scratch.take(rest) == 0) {
            return 0;
        }
        Utf8.copy(text + done, out, rest);
        long size = out + rest - result;
        if (size > Integer.MAX_VALUE) {
            return scratch.fail(Failure.TEXT_TOO_LARGE);
        }
        scratch.second = size;
        return result;
    }

    private static long slice(long text, int start, int end, Scratch scratch) {
        scratch.second = end - start;
        return text + start;
    }

    /// Offset of the place `points` code points behind the one at `start`, or where the text ends.
    private static int offset(long text, int start, int length, long points) {
        int at = CodePoints.skip(text, start, length, points);
        return at == CodePoints.TOO_FEW ? length : at;
    }

    private static int spaces(long text, int length) {
        int i = 0;
        while (i < length && RawMemory.getByte(text + i) == ' ') {
            i++;
        }
        return i;
    }

    private static int contentEnd(long text, int start, int length) {
        int i = length;
        while (i > start && RawMemory.getByte(text + i - 1) == ' ') {
            i--;
        }
        return i;
    }

    private static long separators(long text, int length, long separator, int separatorLength) {
        long count = 0;
        int at = TextSearch.indexOf(text, 0, length, separator, separatorLength);
        while (at < length) {
            count++;
            at = TextSearch.indexOf(text, at + separatorLength, length, separator, separatorLength);
        }
        return count;
    }
}
