package io.mullion.batch;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;

/// The columns of an Arrow batch that belongs to somebody else, in the order of an input's columns, checked against
/// them.
///
/// Nothing of it is believed: types, the number of values, the length of each buffer, and nulls are looked at before
/// the first row is copied; offsets when their rows are. *Thread*: the producer. *Ownership*: borrows the batch from
/// [#show] to [#hide].
public final class ArrowColumns {
    private final String name;
    private final Schema schema;
    private final CellKind[] kinds;
    private final ColumnCopy copy;
    private final FieldVector[] vectors;
    /// Null where columns have no lists.
    private final ArrowLists[] lists;
    /// What was found to fit last: a batch that is filled again needs no second look at its types.
    private final org.apache.arrow.vector.types.pojo.Field[] known;

    private org.apache.arrow.vector.types.pojo.Schema knownSchema;

    private final int[] positions;
    private int rowCount;

    ArrowColumns(String name, Schema schema, int batchRows) {
        this.name = name;
        this.schema = schema;
        kinds = CellKind.of(schema);
        copy = new ColumnCopy(batchRows);
        vectors = new FieldVector[schema.size()];
        lists = new ArrowLists[schema.size()];
        for (int column = 0; column < lists.length; column++) {
            int number = column;
            lists[column] = schema.field(column).type() instanceof DataType.ListOf type
                    ? new ArrowLists(type, copy, found -> misfit(number, found))
                    : null;
        }
        known = new org.apache.arrow.vector.types.pojo.Field[schema.size()];
        positions = new int[schema.size()];
    }

    public int rowCount() {
        return rowCount;
    }

    /// Copies rows to the places behind the first `at` rows of a batch, as many as its data areas have room for.
    ///
    /// @param rows at most as many as there are, and as the batch has places
    /// @return how many: none if already the first one has a value that is too large for what is left
    public int copyTo(Batch batch, int at, int from, int rows) {
        int fit = rows;
        for (int column = 0; column < kinds.length; column++) {
            if (kinds[column].variableSize()) {
                // One at least: nothing is read by offsets that were not looked at.
                fit = Math.min(fit, copyOffsets(batch, column, at, from, Math.max(1, fit)));
            }
        }
        for (int column = 0; fit > 0 && column < kinds.length; column++) {
            copyColumn(batch, column, at, from, fit);
        }
        return fit;
    }

    /// A column that has more bytes in a row than `dataBytes`, or -1.
    public int columnTooLarge(int row, int dataBytes) {
        for (int column = 0; column < kinds.length; column++) {
            if (kinds[column].variableSize() && bytes(column, row) > dataBytes) {
                return column;
            }
        }
        return -1;
    }

    /// How many bytes a cell of variable size has.
    public int bytes(int column, int row) {
        if (lists[column] != null) {
            return (int) Math.min(Integer.MAX_VALUE, lists[column].bytes(row));
        }
        ArrowBuf offsets = vectors[column].getOffsetBuffer();
        return offsets.getInt(4L * row + 4) - offsets.getInt(4L * row);
    }

    /// Where the bytes of such a cell are, but for a list, whose elements lie otherwise here.
    public long bytesAddress(int column, int row) {
        return vectors[column].getDataBuffer().memoryAddress()
                + vectors[column].getOffsetBuffer().getInt(4L * row);
    }

    /// Looks at a batch that is offered from row `from` on.
    ///
    /// @throws MullionException if it does not fit
    void show(VectorSchemaRoot root, int from) {
        Objects.checkFromToIndex(from, root.getRowCount(), root.getRowCount());
        for (int column = 0; column < vectors.length; column++) {
            vectors[column] = vector(root, column);
        }
        knownSchema = root.getSchema();
        rowCount = root.getRowCount();
        if (rowCount > 0) {
            for (int column = 0; column < vectors.length; column++) {
                requireBuffers(column);
                requireValues(column, from);
            }
        }
    }

    /// Forgets the batch.
    void hide() {
        for (int column = 0; column < vectors.length; column++) {
            vectors[column] = null;
        }
        rowCount = 0;
    }

    private int copyOffsets(Batch batch, int column, int at, int from, int rows) {
        if (lists[column] != null) {
            return listOffsets(batch, column, at, from, rows);
        }
        ArrowBuf offsets = vectors[column].getOffsetBuffer();
        int fit = copy.offsets(
                offsets.memoryAddress() + 4L * from,
                batch.offsetsAddress(column) + 4L * at,
                rows,
                vectors[column].getDataBuffer().capacity(),
                batch.dataBytes());
        if (fit < 0) {
            throw misfit(column, "offsets that go back or leave the data, from row " + from + " on");
        }
        return fit;
    }

    private int listOffsets(Batch batch, int column, int at, int from, int rows) {
        long offsets = batch.offsetsAddress(column) + 4L * at;
        long end = RawMemory.getInt(offsets);
        for (int i = 0; i < rows; i++) {
            end += lists[column].bytes(from + i);
            if (end > batch.dataBytes()) {
                return i;
            }
            RawMemory.putInt(offsets + 4L * (i + 1), (int) end);
        }
        return rows;
    }

    private void copyLists(Batch batch, int column, int at, int from, int rows) {
        long to = batch.dataAddress(column) + batch.bytesEnd(column, at);
        for (int row = from; row < from + rows; row++) {
            to = lists[column].write(row, to);
        }
    }

    private void copyColumn(Batch batch, int column, int at, int from, int rows) {
        FieldVector vector = vectors[column];
        // A vector of lists has no values of its own.
        long source = lists[column] != null ? 0 : vector.getDataBuffer().memoryAddress();
        long target = batch.dataAddress(column);
        if (lists[column] != null) {
            copyLists(batch, column, at, from, rows);
        } else if (kinds[column].variableSize()) {
            long first = vector.getOffsetBuffer().getInt(4L * from);
            long place = batch.bytesEnd(column, at);
            copy.bytes(source + first, target + place, batch.bytesEnd(column, at + rows) - place);
        } else if (kinds[column] == CellKind.BIT) {
            copy.bits(source, from, target, at, rows);
        } else {
            long width = schema.field(column).type().byteWidth();
            copy.bytes(source + width * from, target + width * at, width * rows);
        }
        if (schema.field(column).nullable()) {
            copy.bits(vector.getValidityBuffer().memoryAddress(), from, batch.validityAddress(column), at, rows);
        }
    }

    private FieldVector vector(VectorSchemaRoot root, int column) {
        int position = positions[column];
        if (root.getSchema() == knownSchema) {
            FieldVector vector = root.getVector(position);
            if (vector.getField() == known[column]) {
                return requireCount(root, column, vector);
            }
        }
        return find(root, column);
    }

    private FieldVector find(VectorSchemaRoot root, int column) {
        Field field = schema.field(column);
        List<FieldVector> found = root.getFieldVectors();
        int position = -1;
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).getName().equals(field.name())) {
                if (position >= 0) {
                    throw misfit(column, "two columns of that name");
                }
                position = i;
            }
        }
        if (position < 0) {
            throw misfit(
                    column,
                    "no column of that name among "
                            + found.stream().map(FieldVector::getName).toList());
        }
        FieldVector vector = found.get(position);
        requireType(column, vector.getField());
        positions[column] = position;
        known[column] = vector.getField();
        return requireCount(root, column, vector);
    }

    private void requireType(int column, org.apache.arrow.vector.types.pojo.Field found) {
        if (found.getDictionary() != null) {
            throw misfit(column, "a dictionary, which must be decoded first");
        }
        DataType type = schema.field(column).type();
        boolean fits = fits(type, found.getType());
        if (type instanceof DataType.ListOf(DataType element) && fits) {
            ArrowType of = found.getChildren().getFirst().getType();
            if (!fits(element, of)) {
                throw misfit(column, "a list of " + of);
            }
        } else if (!fits) {
            throw misfit(column, found.getType().toString());
        }
    }

    /// Whether values of an Arrow type are those of a column's: of timestamps only the unit counts, because their
    /// numbers are the same in every zone.
    private static boolean fits(DataType type, ArrowType found) {
        ArrowType expected = ArrowVectors.arrowType(type);
        return expected instanceof ArrowType.Timestamp own && found instanceof ArrowType.Timestamp other
                ? own.getUnit() == other.getUnit()
                : expected.equals(found);
    }

    private FieldVector requireCount(VectorSchemaRoot root, int column, FieldVector vector) {
        if (vector.getValueCount() < root.getRowCount()) {
            throw misfit(column, vector.getValueCount() + " values in a batch of " + root.getRowCount() + " rows");
        }
        return vector;
    }

    private void requireBuffers(int column) {
        FieldVector vector = vectors[column];
        if (lists[column] != null) {
            lists[column].show(vector, rowCount);
            return;
        }
        requireBytes(column, vector.getValidityBuffer(), ColumnCopy.bitmapBytes(rowCount));
        if (kinds[column].variableSize()) {
            requireBytes(column, vector.getOffsetBuffer(), 4L * (rowCount + 1));
        } else if (kinds[column] == CellKind.BIT) {
            requireBytes(column, vector.getDataBuffer(), ColumnCopy.bitmapBytes(rowCount));
        } else {
            requireBytes(
                    column,
                    vector.getDataBuffer(),
                    (long) schema.field(column).type().byteWidth() * rowCount);
        }
    }

    private void requireBytes(int column, ArrowBuf buffer, long bytes) {
        if (buffer.capacity() < bytes) {
            throw misfit(
                    column, "a buffer of " + buffer.capacity() + " bytes for " + rowCount + " rows that need " + bytes);
        }
    }

    private void requireValues(int column, int from) {
        if (!schema.field(column).nullable()) {
            long validity = vectors[column].getValidityBuffer().memoryAddress();
            int row = copy.firstZero(validity, from, rowCount);
            if (row < rowCount) {
                throw misfit(column, "a null in row " + row);
            }
        }
    }

    private MullionException misfit(int column, String found) {
        Field field = schema.field(column);
        return MullionException.misuse("the Arrow batch does not fit: " + name + ", column=" + field.name()
                + ": expected " + field.type() + (field.nullable() ? "" : " without nulls") + ", found " + found);
    }
}
