package io.mullion.routine;

import io.mullion.expr.ExpressionException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Text of expressions as bytes of kernels.
public final class Literals {
    private Literals() {}

    /// The bytes of a utf8 or binary literal.
    public static byte[] bytes(Object value) {
        if (value instanceof ByteBuffer binary) {
            byte[] copy = new byte[binary.remaining()];
            binary.duplicate().get(copy);
            return copy;
        }
        return utf8((String) value);
    }

    /// *Failure*: half a surrogate pair is refused and not replaced.
    public static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] result = new byte[bytes.remaining()];
            bytes.get(result);
            return result;
        } catch (CharacterCodingException malformed) {
            ExpressionException refused =
                    new ExpressionException("a literal holds half of a surrogate pair: '" + text + "'");
            refused.initCause(malformed);
            throw refused;
        }
    }
}
