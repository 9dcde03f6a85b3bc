package io.mullion.window;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.Window;
import io.mullion.spec.WindowOptions;
import java.util.ArrayList;
import java.util.List;

/// The columns of a window's results: what says which window it is, the key columns, the aggregates, and the revision
/// where a window has more than one result.
public final class WindowSchema {
    public static final String START = "window_start";
    public static final String END = "window_end";
    public static final String FIRST_ROW = "first_row";
    public static final String END_ROW = "end_row";
    public static final String REVISION = "revision";

    private WindowSchema() {}

    /// @param keys the key columns, none for one group
    public static Schema of(Window window, WindowOptions options, TimeUnit unit, List<Field> keys, Schema aggregates) {
        List<Field> fields = new ArrayList<>(bounds(window, unit));
        fields.addAll(keys);
        fields.addAll(aggregates.fields());
        if (hasRevision(window, options)) {
            fields.add(Field.of(REVISION, DataType.INT32));
        }
        return new Schema(fields);
    }

    /// The columns before the keys.
    public static List<Field> bounds(Window window, TimeUnit unit) {
        return switch (window) {
            case Window.Sliding _, Window.Cumulating _, Window.Session _ ->
                List.of(Field.of(START, DataType.timestamp(unit)), Field.of(END, DataType.timestamp(unit)));
            case Window.Count _ -> List.of(Field.of(FIRST_ROW, DataType.INT64), Field.of(END_ROW, DataType.INT64));
            case Window.Global _ -> List.of();
        };
    }

    /// Whether results say which one of their window they are.
    public static boolean hasRevision(Window window, WindowOptions options) {
        return window instanceof Window.Global || options.revises();
    }
}
