package io.mullion.routine;

import java.util.ArrayList;
import java.util.List;

/// What lies between two `%` of a [LikePattern]: literals, and numbers of code points that may be any. It has the same
/// number of code points wherever it stands. *Thread*: any, immutable.
public final class LikePiece {
    /// How many code points are skipped before the literal of the same index.
    private final int[] skips;

    private final byte[][] literals;

    /// How many code points are skipped behind the last literal.
    private final int lastSkip;

    private final int points;

    /// The longest literal: what [#find] looks for.
    private final byte[] anchor;

    /// How many code points of the piece are before that.
    private final int pointsBefore;

    private LikePiece(Builder builder) {
        skips = builder.skips.stream().mapToInt(Integer::intValue).toArray();
        literals = builder.literals.toArray(byte[][]::new);
        lastSkip = builder.skip;
        points = builder.points;
        anchor = builder.anchor;
        pointsBefore = builder.pointsBefore;
    }

    public boolean isEmpty() {
        return points == 0;
    }

    /// Whether there is no `_`; the empty piece is a literal, too.
    public boolean isLiteral() {
        return isEmpty() || literals.length == 1 && skips[0] == 0 && lastSkip == 0;
    }

    public byte[] literal() {
        return anchor;
    }

    /// Matches where the text has the piece at `start`.
    ///
    /// @return the offset behind it, or -1
    public int matchAt(long text, int start, int length) {
        int at = start;
        for (int i = 0; i < literals.length; i++) {
            at = skip(text, at, length, skips[i]);
            byte[] literal = literals[i];
            if (at < 0 || literal.length > length - at || !TextSearch.same(text + at, literal, 0, literal.length)) {
                return -1;
            }
            at += literal.length;
        }
        return skip(text, at, length, lastSkip);
    }

    /// Whether the text ends with the piece, and the piece begins at or after `start`.
    public boolean matchesEnd(long text, int start, int length) {
        int at = CodePoints.skipBack(text, start, length, points);
        return at >= 0 && matchAt(text, at, length) == length;
    }

    /// Looks for the first place at or after `start` where the piece is.
    ///
    /// @return the offset behind it, or -1
    public int find(long text, int start, int length, boolean vectors) {
        if (literals.length == 0) {
            return skip(text, start, length, lastSkip);
        }
        // The anchor is nowhere before the place it has in a piece that begins at `start`.
        int at = skip(text, start, length, pointsBefore);
        while (at >= 0 && at < length) {
            at = indexOf(text, at, length, anchor, vectors);
            if (at == length) {
                return -1;
            }
            int end = isLiteral()
                    ? at + anchor.length
                    : matchAt(text, CodePoints.skipBack(text, start, at, pointsBefore), length);
            if (end >= 0) {
                return end;
            }
            at++;
        }
        return -1;
    }

    public static int indexOf(long text, int start, int length, byte[] what, boolean vectors) {
        return vectors
                ? VectorTextSearch.indexOf(text, start, length, what)
                : TextSearch.indexOf(text, start, length, what);
    }

    private static int skip(long text, int start, int length, int points) {
        return points == 0 ? start : CodePoints.skip(text, start, length, points);
    }

    /// Takes what stands in the pattern, from left to right.
    public static final class Builder {
        private final List<Integer> skips = new ArrayList<>();
        private final List<byte[]> literals = new ArrayList<>();
        private final StringBuilder literal = new StringBuilder();
        private int skip;
        private int points;
        private byte[] anchor = {};
        private int pointsBefore;

        void anyPoint() {
            endLiteral();
            skip++;
            points++;
        }

        void literal(char c) {
            literal.append(c);
        }

        LikePiece build() {
            endLiteral();
            return new LikePiece(this);
        }

        private void endLiteral() {
            if (literal.isEmpty()) {
                return;
            }
            byte[] bytes = Literals.utf8(literal.toString());
            if (bytes.length > anchor.length) {
                anchor = bytes;
                pointsBefore = points;
            }
            skips.add(skip);
            literals.add(bytes);
            points += literal.codePointCount(0, literal.length());
            skip = 0;
            literal.setLength(0);
        }
    }
}
