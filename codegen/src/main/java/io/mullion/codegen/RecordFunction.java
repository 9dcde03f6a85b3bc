package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// A function of the user's that takes rows as records and gives records, which become rows.
///
/// @param from what it takes
/// @param to what it gives
/// @param columns of `to`, one for each component
/// @param kept columns of the input that the output has, too: after those of the record, or where the record has a
/// component of that name, in which case the function may not change the value
public record RecordFunction(RecordForm from, RecordForm to, Schema columns, List<String> kept) {
    public RecordFunction {
        kept = List.copyOf(kept);
    }

    /// The columns of the output.
    ///
    /// @throws ExpressionException if a column that is kept has another type in the record
    public Schema schema(Schema in) {
        List<Field> fields = new ArrayList<>(columns.fields());
        for (String name : kept) {
            Field field = in.field(in.indexOf(name));
            int own = columns.find(name);
            if (own < 0) {
                fields.add(field);
            } else if (sameWords(columns.field(own).type(), field.type())) {
                fields.set(own, field);
            } else {
                throw new ExpressionException("record " + to.name() + " cannot replace column " + name + ", which is "
                        + field.type() + ": its component " + name + " is "
                        + columns.field(own).type());
            }
        }
        return new Schema(fields);
    }

    /// Zones are for reading only, and a record has none.
    private static boolean sameWords(DataType own, DataType column) {
        return own.equals(column)
                || own instanceof DataType.Timestamp a
                        && column instanceof DataType.Timestamp b
                        && a.unit() == b.unit();
    }

    @Override
    public String toString() {
        return from.name() + " -> " + to.name();
    }
}
