package io.mullion.codegen;

import java.util.Arrays;

/// Bytes of a class file under construction, most significant ones first.
final class Bytes {
    private byte[] bytes = new byte[256];
    private int length;

    int length() {
        return length;
    }

    Bytes u1(int value) {
        if (length == bytes.length) {
            room(1);
        }
        bytes[length++] = (byte) value;
        return this;
    }

    Bytes u2(int value) {
        if (length + 2 > bytes.length) {
            room(2);
        }
        bytes[length++] = (byte) (value >> 8);
        bytes[length++] = (byte) value;
        return this;
    }

    Bytes u4(int value) {
        return u2(value >> 16).u2(value);
    }

    Bytes u8(long value) {
        return u4((int) (value >> 32)).u4((int) value);
    }

    Bytes zeros(int count) {
        room(count);
        length += count;
        return this;
    }

    Bytes append(byte[] other, int count) {
        room(count);
        System.arraycopy(other, 0, bytes, length, count);
        length += count;
        return this;
    }

    Bytes append(Bytes other) {
        return append(other.bytes, other.length);
    }

    /// Overwrites what was written as a placeholder.
    void putU2(int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    void putU4(int at, int value) {
        putU2(at, value >> 16);
        putU2(at + 2, value);
    }

    /// Forgets what stands behind.
    void truncate(int to) {
        length = to;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }
}
