package io.mullion.routine;

import io.mullion.expr.ExpressionException;
import java.util.ArrayList;
import java.util.List;

/// A pattern of SQL's `like`, read once: `%` stands for any text, `_` for one code point, and `\` before a character
/// for that character.
///
/// Between two `%` lies a *piece*. The first piece stands at the beginning of the text unless a `%` is before it, the
/// last one at the end; the others are looked for from left to right, and each is taken where it is first found: a
/// piece has a fixed number of code points, so the first place leaves most of the text to the pieces behind it, and no
/// choice is ever taken back. *Thread*: any, immutable.
public final class LikePattern {
    /// What simpler question the pattern asks.
    public enum Kind {
        /// Every text matches.
        ANYTHING,
        /// `abc`: the text is the literal.
        EXACT,
        /// `abc%`
        PREFIX,
        /// `%abc`
        SUFFIX,
        /// `%abc%`
        CONTAINS,
        /// Everything else.
        GENERAL
    }

    private static final char ESCAPE = '\\';
    private static final byte[] NOTHING = {};

    private final String source;
    private final Kind kind;
    private final byte[] literal;

    /// At the beginning of the text; null if a `%` is.
    private final LikePiece head;

    private final LikePiece[] middle;

    /// At the end of the text; null if a `%` is, or if the pattern has none.
    private final LikePiece tail;

    /// Whether there is a `%`.
    private final boolean open;

    private LikePattern(String source, List<LikePiece> pieces) {
        this.source = source;
        int last = pieces.size() - 1;
        open = last > 0;
        head = pieces.getFirst().isEmpty() && open ? null : pieces.getFirst();
        tail = !open || pieces.getLast().isEmpty() ? null : pieces.getLast();
        middle = open
                ? pieces.subList(1, last).stream().filter(it -> !it.isEmpty()).toArray(LikePiece[]::new)
                : new LikePiece[0];
        kind = classify();
        literal = switch (kind) {
            case EXACT, PREFIX -> head.literal();
            case SUFFIX -> tail.literal();
            case CONTAINS -> middle[0].literal();
            case ANYTHING, GENERAL -> NOTHING;
        };
    }

    /// *Failure*: [ExpressionException] if the pattern ends with an escape that escapes nothing, or holds half of a
    /// surrogate pair.
    public static LikePattern of(String pattern) {
        List<LikePiece> pieces = new ArrayList<>();
        LikePiece.Builder piece = new LikePiece.Builder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%') {
                pieces.add(piece.build());
                piece = new LikePiece.Builder();
            } else if (c == '_') {
                piece.anyPoint();
            } else if (c != ESCAPE) {
                piece.literal(c);
            } else if (++i < pattern.length()) {
                piece.literal(pattern.charAt(i));
            } else {
                throw new ExpressionException("a like pattern ends with an escape: pattern='" + pattern + "'");
            }
        }
        pieces.add(piece.build());
        return new LikePattern(pattern, pieces);
    }

    public Kind kind() {
        return kind;
    }

    /// The text that is compared or looked for: empty if the kind is [Kind#ANYTHING] or [Kind#GENERAL].
    public byte[] literal() {
        return literal.clone();
    }

    /// @param vectors whether long texts are searched with vectors
    public boolean matches(long text, int length, boolean vectors) {
        return switch (kind) {
            case ANYTHING -> true;
            case EXACT -> length == literal.length && TextSearch.same(text, literal, 0, length);
            case PREFIX -> length >= literal.length && TextSearch.same(text, literal, 0, literal.length);
            case SUFFIX ->
                length >= literal.length && TextSearch.same(text + length - literal.length, literal, 0, literal.length);
            case CONTAINS -> LikePiece.indexOf(text, 0, length, literal, vectors) < length;
            case GENERAL -> matchesPieces(text, length, vectors);
        };
    }

    private boolean matchesPieces(long text, int length, boolean vectors) {
        int at = 0;
        if (head != null) {
            at = head.matchAt(text, 0, length);
            if (at < 0) {
                return false;
            }
        }
        for (LikePiece piece : middle) {
            at = piece.find(text, at, length, vectors);
            if (at < 0) {
                return false;
            }
        }
        if (tail != null) {
            return tail.matchesEnd(text, at, length);
        }
        return open || at == length;
    }

    private Kind classify() {
        if (!open) {
            return head.isLiteral() ? Kind.EXACT : Kind.GENERAL;
        }
        int pieces = middle.length + (head == null ? 0 : 1) + (tail == null ? 0 : 1);
        if (pieces == 0) {
            return Kind.ANYTHING;
        }
        if (pieces > 1) {
            return Kind.GENERAL;
        }
        if (head != null) {
            return head.isLiteral() ? Kind.PREFIX : Kind.GENERAL;
        }
        if (tail != null) {
            return tail.isLiteral() ? Kind.SUFFIX : Kind.GENERAL;
        }
        return middle[0].isLiteral() ? Kind.CONTAINS : Kind.GENERAL;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LikePattern that && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    /// The pattern as it was written.
    @Override
    public String toString() {
        return source;
    }
}
