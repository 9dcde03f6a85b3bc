package io.mullion.expr;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The columns of a batch, in order. *Failure*: refuses empty and duplicate names.
public record Schema(List<Field> fields) {
    public Schema {
        fields = List.copyOf(fields);
        Set<String> names = new HashSet<>();
        for (Field field : fields) {
            if (field.name().isEmpty()) {
                throw new ExpressionException("a column has an empty name: " + list(fields));
            }
            if (!names.add(field.name())) {
                throw new ExpressionException("two columns are named " + field.name() + ": " + list(fields));
            }
        }
    }

    public static Schema of(Field... fields) {
        return new Schema(List.of(fields));
    }

    /// Position of the column.
    ///
    /// @throws ExpressionException if there is no such column; names those that exist
    public int indexOf(String name) {
        int index = find(name);
        if (index < 0) {
            throw new ExpressionException("no column named " + name + ": the columns are " + this);
        }
        return index;
    }

    /// Position of the column, or -1.
    public int find(String name) {
        for (int index = 0; index < fields.size(); index++) {
            if (fields.get(index).name().equals(name)) {
                return index;
            }
        }
        return -1;
    }

    public Field field(int index) {
        return fields.get(index);
    }

    /// @throws ExpressionException if there is no such column
    public Field field(String name) {
        return fields.get(indexOf(name));
    }

    public int size() {
        return fields.size();
    }

    @Override
    public String toString() {
        return list(fields);
    }

    private static String list(List<Field> fields) {
        return fields.stream().map(Field::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
