package io.mullion.window;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import java.util.ArrayList;
import java.util.List;

/// The columns of a window's results: start and end of the window, the key columns, the aggregates.
public final class WindowSchema {
    public static final String START = "window_start";
    public static final String END = "window_end";

    private WindowSchema() {}

    /// @param keys the key columns, none for one group
    public static Schema of(TimeUnit unit, List<Field> keys, Schema aggregates) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of(START, DataType.timestamp(unit)));
        fields.add(Field.of(END, DataType.timestamp(unit)));
        fields.addAll(keys);
        fields.addAll(aggregates.fields());
        return new Schema(fields);
    }
}
