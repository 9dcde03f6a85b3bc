package io.mullion.batch;

import io.mullion.expr.DataType;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import io.mullion.spec.MullionException;
import java.util.function.Function;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;

/// The lists of an Arrow vector that belongs to somebody else, on their way into a column: as [DataType.ListOf] has
/// their elements.
///
/// Offsets, and nulls among the elements, are looked at when their rows are. *Thread*: the producer. *Ownership*:
/// borrows the vector.
final class ArrowLists {
    private final DataType element;
    private final CellKind kind;
    private final int elementBytes;
    private final ColumnCopy copy;
    /// Says what does not fit.
    private final Function<String, MullionException> misfit;

    private ListVector lists;
    private FieldVector elements;

    ArrowLists(DataType.ListOf type, ColumnCopy copy, Function<String, MullionException> misfit) {
        element = type.element();
        kind = CellKind.of(element);
        elementBytes = type.elementBytes();
        this.copy = copy;
        this.misfit = misfit;
    }

    /// Looks at a vector of lists of this type.
    void show(FieldVector vector, int rowCount) {
        lists = (ListVector) vector;
        elements = lists.getDataVector();
        require(lists.getValidityBuffer(), ColumnCopy.bitmapBytes(rowCount));
        require(lists.getOffsetBuffer(), 4L * (rowCount + 1));
        int count = elements.getValueCount();
        if (count > 0) {
            require(elements.getValidityBuffer(), ColumnCopy.bitmapBytes(count));
            if (kind.variableSize()) {
                require(elements.getOffsetBuffer(), 4L * (count + 1));
            } else {
                require(
                        elements.getDataBuffer(),
                        kind == CellKind.BIT ? ColumnCopy.bitmapBytes(count) : (long) elementBytes * count);
            }
        }
    }

    private void require(ArrowBuf buffer, long bytes) {
        if (buffer.capacity() < bytes) {
            throw misfit.apply("a buffer of " + buffer.capacity() + " bytes where " + bytes + " are needed");
        }
    }

    /// Bytes of a list in a column; a null has none.
    ///
    /// @throws MullionException if it does not lie among the elements, or has a null or a number with too many digits
    long bytes(int row) {
        if (!bit(lists.getValidityBuffer(), row)) {
            return 0;
        }
        int from = start(row);
        int to = start(row + 1);
        if (from < 0 || to < from || to > elements.getValueCount()) {
            throw misfit.apply("a list that leaves the elements, in row " + row);
        }
        long bytes = (long) elementBytes * (to - from);
        for (int index = from; index < to; index++) {
            if (!bit(elements.getValidityBuffer(), index)) {
                throw misfit.apply("a null in the list of row " + row);
            }
            if (kind.variableSize()) {
                bytes += Integer.BYTES + textBytes(row, index);
            } else if (element instanceof DataType.Decimal decimal) {
                requireDigits(decimal, row, index);
            }
        }
        return bytes;
    }

    private void requireDigits(DataType.Decimal decimal, int row, int index) {
        ArrowBuf data = elements.getDataBuffer();
        long at = (long) elementBytes * index;
        if (!Int128.hasDigits(data.getLong(at + Long.BYTES), data.getLong(at), decimal.precision())) {
            throw misfit.apply("more digits than " + element + " has, in the list of row " + row);
        }
    }

    private int textBytes(int row, int index) {
        int from = textStart(index);
        int length = textStart(index + 1) - from;
        if (from < 0
                || length < 0
                || (long) from + length > elements.getDataBuffer().capacity()) {
            throw misfit.apply("offsets that go back or leave the data, in the list of row " + row);
        }
        return length;
    }

    /// Writes a list whose [#bytes] were asked for, and for which there is room.
    ///
    /// @return where it ends
    /// @throws MullionException if it has text that is no UTF-8
    long write(int row, long to) {
        if (!bit(lists.getValidityBuffer(), row)) {
            return to;
        }
        int start = start(row);
        int count = start(row + 1) - start;
        if (count == 0) {
            return to;
        }
        ArrowBuf data = elements.getDataBuffer();
        if (kind.variableSize()) {
            return writeTexts(row, start, count, data, to);
        }
        if (kind != CellKind.BIT) {
            copy.bytes(data.memoryAddress() + (long) elementBytes * start, to, (long) elementBytes * count);
        }
        for (int i = 0; kind == CellKind.BIT && i < count; i++) {
            RawMemory.putByte(to + i, (byte) (bit(data, start + i) ? 1 : 0));
        }
        return to + (long) elementBytes * count;
    }

    private long writeTexts(int row, int start, int count, ArrowBuf data, long to) {
        long at = to;
        for (int index = start; index < start + count; index++) {
            int from = textStart(index);
            int length = textStart(index + 1) - from;
            RawMemory.putInt(at, length);
            at += Integer.BYTES;
            copy.bytes(data.memoryAddress() + from, at, length);
            if (kind == CellKind.TEXT && Utf8.validate(at, length) >= 0) {
                throw misfit.apply("text that is no UTF-8, in the list of row " + row);
            }
            at += length;
        }
        return at;
    }

    private static boolean bit(ArrowBuf bits, int index) {
        return (bits.getByte(index >>> 3) >>> (index & 7) & 1) != 0;
    }

    private int start(int row) {
        return lists.getOffsetBuffer().getInt(4L * row);
    }

    private int textStart(int index) {
        return elements.getOffsetBuffer().getInt(4L * index);
    }
}
