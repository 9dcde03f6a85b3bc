package io.mullion.window;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import java.util.ArrayList;
import java.util.List;

/// The columns of a window's results: start and end of the window, the key if there is one, the aggregates.
public final class WindowSchema {
    public static final String START = "window_start";
    public static final String END = "window_end";

    private WindowSchema() {}

    /// @param key the key column, or null
    public static Schema of(TimeUnit unit, Field key, Schema aggregates) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of(START, DataType.timestamp(unit)));
        fields.add(Field.of(END, DataType.timestamp(unit)));
        if (key != null) {
            fields.add(key);
        }
        fields.addAll(aggregates.fields());
        return new Schema(fields);
    }
}
