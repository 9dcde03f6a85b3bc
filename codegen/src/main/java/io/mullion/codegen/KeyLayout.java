package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.List;
import java.util.Set;

/// How a table keeps the keys of its groups, and where kernels find them.
///
/// The *key* of a group is [#keyBytes] long, in pages of [#KEYS_PER_PAGE] by group id: an int64 for each column, two
/// for a decimal (low, high) and for a text (as [io.mullion.routine.TextKey] has them), then an int32 for the length of
/// each text, then, if a column can be null, an int32 with a bit for each column that is. Integers are sign-extended;
/// floats are the bits of a float64 with one NaN and without the sign of zero; bool is 0 or 1. What is null is 0.
///
/// A *slot* is [#slotBytes] long and begins, where there is one column of at most 64 bits ([#inSlot]), with the key
/// itself, which saves the way to it. Then follow the group id + 1 as int32 (0: the slot is free) at [#idOffset] and
/// the upper half of the key's hash: enough to place the key anew in a larger table. In such a slot there is no room
/// for null, whose group is kept beside the table.
///
/// Slots lie in *segments* of equal size: that half of the hash says in which segment a key belongs
/// ([io.mullion.routine.Hashing#segment]) and in which slot there. So a table grows segment by segment, and none of its
/// steps takes long.
///
/// @param columns the key columns, in order
/// @param indices their numbers in the input
public record KeyLayout(List<Field> columns, List<Integer> indices) {
    /// The most columns that a key may have: one bit of an int32 each.
    public static final int MAX_COLUMNS = Integer.SIZE;

    public static final int KEY_PAGE_SHIFT = 10;
    public static final int KEYS_PER_PAGE = 1 << KEY_PAGE_SHIFT;

    public KeyLayout {
        columns = List.copyOf(columns);
        indices = List.copyOf(indices);
    }

    /// @throws ExpressionException if these are no key columns of the schema
    static KeyLayout of(Schema in, List<String> names) {
        if (names.isEmpty() || names.size() > MAX_COLUMNS) {
            throw new ExpressionException(
                    "a key has 1 to " + MAX_COLUMNS + " columns: columns=" + names.size() + ", " + names);
        }
        if (Set.copyOf(names).size() < names.size()) {
            throw new ExpressionException("a key names a column twice: " + names);
        }
        List<Integer> indices = names.stream().map(in::indexOf).toList();
        for (int index : indices) {
            if (in.field(index).type() instanceof DataType.ListOf) {
                throw new ExpressionException("a list is no key: " + in.field(index));
            }
        }
        return new KeyLayout(indices.stream().map(in::field).toList(), indices);
    }

    /// Whether the key is kept in its slot.
    public boolean inSlot() {
        return columns.size() == 1 && words(0) == 1 && !text(0);
    }

    /// Whether the key is one integer, a day or a point in time, which may be looked up by its value.
    public boolean direct() {
        DataType type = columns.getFirst().type();
        return inSlot() && !type.floating() && !(type instanceof DataType.Bool);
    }

    /// Whether a column can be null. Asked for each key that comes or goes: a stream would be garbage.
    public boolean nullable() {
        for (int column = 0; column < columns.size(); column++) {
            if (columns.get(column).nullable()) {
                return true;
            }
        }
        return false;
    }

    public boolean text(int column) {
        return !columns.get(column).type().fixedWidth();
    }

    boolean decimal(int column) {
        return columns.get(column).type() instanceof DataType.Decimal;
    }

    /// Bytes of a key, a multiple of 8.
    public int keyBytes() {
        return Math.ceilDiv(nullsOffset() + (hasNulls() ? Integer.BYTES : 0), Long.BYTES) * Long.BYTES;
    }

    /// Whether there is an int32 of nulls in the key.
    public boolean hasNulls() {
        return nullable() && !inSlot();
    }

    /// Where in the key the value of a column begins.
    public int offset(int column) {
        int words = 0;
        for (int i = 0; i < column; i++) {
            words += words(i);
        }
        return words * Long.BYTES;
    }

    /// Where in the key the length of a text lies.
    public int lengthOffset(int column) {
        int texts = 0;
        for (int i = 0; i < column; i++) {
            texts += text(i) ? 1 : 0;
        }
        return offset(columns.size()) + texts * Integer.BYTES;
    }

    /// Where in the key the bits of columns that are null lie, bit 0 for the first column.
    public int nullsOffset() {
        return lengthOffset(columns.size());
    }

    public int slotBytes() {
        return idOffset() + Long.BYTES;
    }

    /// Where in a slot the group id + 1 lies; the upper half of the hash follows.
    public int idOffset() {
        return inSlot() ? Long.BYTES : 0;
    }

    private int words(int column) {
        return decimal(column) || text(column) ? 2 : 1;
    }
}
