package io.mullion.batch;

import io.mullion.expr.DataType;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;

/// The elements of a list, one after another, as they lie in a column (see [DataType.ListOf]). *Thread*: one.
final class ListElements {
    private final DataType element;
    private final int elementBytes;
    private long next;
    private long end;

    ListElements(DataType.ListOf type) {
        element = type.element();
        elementBytes = type.elementBytes();
    }

    /// Goes to the start of a list.
    ListElements of(long address, int length) {
        next = address;
        end = address + length;
        return this;
    }

    boolean hasNext() {
        return next < end;
    }

    /// The elements as objects, as [io.mullion.io.RowView#list] has them.
    List<Object> toList() {
        List<Object> list = new ArrayList<>();
        while (hasNext()) {
            list.add(object());
        }
        return Collections.unmodifiableList(list);
    }

    /// Puts the next element into a vector of its type.
    void copyTo(FieldVector vector, int index) {
        long at = value();
        switch (vector) {
            case BitVector it -> it.setSafe(index, RawMemory.getByte(at));
            case TinyIntVector it -> it.setSafe(index, RawMemory.getByte(at));
            case SmallIntVector it -> it.setSafe(index, RawMemory.getShort(at));
            case IntVector it -> it.setSafe(index, RawMemory.getInt(at));
            case DateDayVector it -> it.setSafe(index, RawMemory.getInt(at));
            case BigIntVector it -> it.setSafe(index, RawMemory.getLong(at));
            case TimeStampVector it -> it.setSafe(index, RawMemory.getLong(at));
            case Float4Vector it -> it.setSafe(index, RawMemory.getFloat(at));
            case Float8Vector it -> it.setSafe(index, RawMemory.getDouble(at));
            case DecimalVector it -> it.setSafe(index, decimal(at));
            case VarCharVector it -> it.setSafe(index, bytes(at));
            case VarBinaryVector it -> it.setSafe(index, bytes(at));
            default -> throw new IllegalStateException("no elements of lists: " + vector.getField());
        }
    }

    /// Address of the value of the next element, which is passed.
    private long value() {
        long at = next;
        next = elementBytes == 0 ? at + Integer.BYTES + RawMemory.getInt(at) : at + elementBytes;
        return at;
    }

    private Object object() {
        long at = value();
        return switch (element) {
            case DataType.Bool _ -> RawMemory.getByte(at) != 0;
            case DataType.Int8 _ -> (long) RawMemory.getByte(at);
            case DataType.Int16 _ -> (long) RawMemory.getShort(at);
            case DataType.Int32 _ -> (long) RawMemory.getInt(at);
            case DataType.Int64 _, DataType.Timestamp _ -> RawMemory.getLong(at);
            case DataType.Float32 _ -> (double) RawMemory.getFloat(at);
            case DataType.Float64 _ -> RawMemory.getDouble(at);
            case DataType.Decimal _ -> decimal(at);
            case DataType.Date32 _ -> LocalDate.ofEpochDay(RawMemory.getInt(at));
            case DataType.Utf8 _ -> Utf8.decode(at + Integer.BYTES, RawMemory.getInt(at));
            case DataType.Binary _ -> bytes(at);
            case DataType.ListOf _ -> throw new IllegalStateException("no lists of lists");
        };
    }

    private BigDecimal decimal(long at) {
        return Int128.toBigDecimal(
                RawMemory.getLong(at + Long.BYTES), RawMemory.getLong(at), ((DataType.Decimal) element).scale());
    }

    private static byte[] bytes(long at) {
        byte[] bytes = new byte[RawMemory.getInt(at)];
        RawMemory.copy(at + Integer.BYTES, bytes, 0, bytes.length);
        return bytes;
    }
}
