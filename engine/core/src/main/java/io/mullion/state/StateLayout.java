package io.mullion.state;

import io.mullion.batch.CellKind;
import io.mullion.expr.Schema;
import io.mullion.spec.MullionException;

/// Where the cells of a row of a [StateRows] lie: side by side, so that one key's state is one or two cache lines and
/// not one for each column.
///
/// *Shape*: a word of flags ([#EXISTS], [#MARKED], from [#FIRST_NULL] on a bit for each column that is null), then for
/// each column a word: integers sign-extended, floats as doubles, bools 0 or 1. Decimals have two words, the low half
/// first; texts and bytes their address, and their length.
final class StateLayout {
    static final long EXISTS = 1;
    static final long MARKED = 2;
    static final int FIRST_NULL = 2;
    /// Columns that a row may have.
    static final int MOST_COLUMNS = Long.SIZE - FIRST_NULL;

    final Schema schema;
    final CellKind[] kinds;
    /// By column, in bytes from the start of the row.
    final int[] offsets;

    final boolean[] nullable;
    final int rowBytes;
    final boolean variableSize;

    StateLayout(Schema schema) {
        if (schema.size() > MOST_COLUMNS) {
            throw MullionException.invalid("keyed state has rows of at most " + MOST_COLUMNS + " columns: columns="
                    + schema.size() + ", " + schema);
        }
        this.schema = schema;
        kinds = CellKind.of(schema);
        offsets = new int[kinds.length];
        nullable = new boolean[kinds.length];
        int next = Long.BYTES;
        boolean variable = false;
        for (int column = 0; column < kinds.length; column++) {
            offsets[column] = next;
            nullable[column] = schema.field(column).nullable();
            next += words(kinds[column]) * Long.BYTES;
            variable |= kinds[column].variableSize();
        }
        rowBytes = next;
        variableSize = variable;
    }

    static long nullBit(int column) {
        return 1L << column + FIRST_NULL;
    }

    private static int words(CellKind kind) {
        return kind == CellKind.DECIMAL || kind.variableSize() ? 2 : 1;
    }
}
