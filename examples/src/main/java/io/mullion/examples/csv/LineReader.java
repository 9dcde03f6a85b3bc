package io.mullion.examples.csv;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;

/// A file's bytes as characters of the same numbers (ISO 8859-1), and a way back to the beginning of a line.
///
/// Lines end with LF, CR or both, and count from 1. Where each piece that was read begins is remembered until
/// [#forgetBefore] says that nobody will go back there.
final class LineReader extends Reader {
    private static final int PIECE_BYTES = 1 << 13;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    /// A piece of the file.
    ///
    /// @param line the line that its first byte is in
    /// @param afterCarriageReturn whether the byte before it is a CR, so that an LF would belong to the line end before
    private record Piece(long offset, long line, boolean afterCarriageReturn) {}

    private final FileChannel file;
    private final ByteBuffer bytes = ByteBuffer.allocate(PIECE_BYTES);
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long position;
    private long line = 1;
    private boolean afterCarriageReturn;

    /// Begins behind the byte order mark, if there is one.
    LineReader(FileChannel file) throws IOException {
        this.file = file;
        ByteBuffer start = ByteBuffer.allocate(BYTE_ORDER_MARK.length);
        while (start.hasRemaining() && file.read(start) >= 0) {
            // As many bytes as there are.
        }
        boolean marked = start.flip().equals(ByteBuffer.wrap(BYTE_ORDER_MARK));
        moveTo(marked ? BYTE_ORDER_MARK.length : 0);
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        Piece piece = new Piece(position, line, afterCarriageReturn);
        int count = file.read(bytes.clear().limit(Math.min(length, PIECE_BYTES)));
        if (count <= 0) {
            return count;
        }
        pieces.add(piece);
        position += count;
        for (int i = 0; i < count; i++) {
            byte value = bytes.get(i);
            count(value);
            target[offset + i] = (char) (value & 0xff);
        }
        return count;
    }

    /// How much has been read.
    long position() {
        return position;
    }

    /// No line before `line` will be asked for.
    void forgetBefore(long line) {
        while (pieces.size() > 1) {
            Piece first = pieces.removeFirst();
            // A line may begin in the piece before the first one that names it.
            if (pieces.getFirst().line >= line) {
                pieces.addFirst(first);
                return;
            }
        }
    }

    /// Goes back: the next character is the first of that line.
    void returnTo(long wanted) throws IOException {
        Piece from = pieces.getFirst();
        for (Piece piece : pieces) {
            if (piece.line < wanted) {
                from = piece;
            }
        }
        file.position(from.offset);
        line = from.line;
        afterCarriageReturn = from.afterCarriageReturn;
        pieces.clear();
        long start = from.offset;
        boolean found = false;
        while (!found && file.read(bytes.clear()) >= 0) {
            bytes.flip();
            while (!found && bytes.hasRemaining()) {
                byte value = bytes.get();
                // An LF behind the CR that ended the line before belongs to that end.
                found = line == wanted && !(value == '\n' && afterCarriageReturn);
                if (!found) {
                    count(value);
                    start++;
                }
            }
        }
        afterCarriageReturn = false;
        moveTo(start);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void moveTo(long offset) throws IOException {
        file.position(offset);
        position = offset;
    }

    private void count(byte value) {
        if (value == '\r' || value == '\n' && !afterCarriageReturn) {
            line++;
        }
        afterCarriageReturn = value == '\r';
    }
}
