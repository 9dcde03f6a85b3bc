package io.mullion.plan;

import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordColumns;
import io.mullion.ingest.RecordForms;
import io.mullion.io.RowView;
import io.mullion.keyed.InitialKeys;
import io.mullion.spec.MullionException;
import io.mullion.spec.StateSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// An operation on keyed state as the user described it, checked.
///
/// @param name as the user wrote it: `process`, `mapWithState`, `updateState`
/// @param keys names of the key columns
/// @param row what rows are read as: a record type, or [RowView]
/// @param state of a key
/// @param out what the function makes; the state's type where that is what goes out
/// @param function of the user's, of the type that the operation asks for
/// @param batchInterval of a stream on batch time, else null
/// @param <F> that type
record KeyedOperation<R, S, O, F>(
        String name,
        List<String> keys,
        Class<R> row,
        StateSpec<S> state,
        Class<O> out,
        F function,
        Duration batchInterval) {
    KeyedOperation {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(function, "function");
    }

    /// Refuses what cannot run over the rows of `parent`.
    void check(LogicalStep parent) {
        if (parent.time() == null) {
            throw invalid("it needs time, and the results of windows of rows, and of the global one, have none", null);
        }
        if (row != RowView.class) {
            checked("rows", () -> RecordForms.reading(row, parent.schema()));
        }
        checked("state", () -> RecordForms.reading(state.type(), RecordColumns.schema(state.type())));
        checked("output", () -> RecordForms.reading(out, RecordColumns.schema(out)));
        schema(parent);
        timeOut(parent.time());
        initial(parent);
    }

    /// The columns of the key.
    Schema keySchema(LogicalStep parent) {
        return new Schema(LogicalStep.keyFields(parent, keys));
    }

    Schema stateSchema() {
        return RecordColumns.schema(state.type());
    }

    Schema outSchema() {
        return RecordColumns.schema(out);
    }

    /// The columns of the output: the time if rows have one, the key, the components of what the function makes.
    Schema schema(LogicalStep parent) {
        List<Field> fields = new ArrayList<>();
        String time = parent.time().column();
        if (time != null && keys.contains(time)) {
            throw invalid("the event time cannot be a part of the key: column=" + time, null);
        }
        if (time != null) {
            fields.add(parent.schema().field(time));
        }
        return beside(parent, fields, outSchema());
    }

    /// The columns of a snapshot: the key, the components of the state.
    Schema snapshotSchema(LogicalStep parent) {
        return beside(parent, new ArrayList<>(), stateSchema());
    }

    private Schema beside(LogicalStep parent, List<Field> fields, Schema made) {
        fields.addAll(keySchema(parent).fields());
        for (Field field : made.fields()) {
            if (fields.stream().anyMatch(other -> other.name().equals(field.name()))) {
                throw invalid(
                        "the key and the time are columns of its rows already, and no component may have their names:"
                                + " component=" + field.name() + ", columns=" + new Schema(fields),
                        null);
            }
        }
        fields.addAll(made.fields());
        return new Schema(fields);
    }

    /// In the unit of the stream, or 0.
    long timeOut(StreamTime time) {
        return state.timeOut() == null ? 0 : units("time-out", state.timeOut(), time);
    }

    /// In the unit of the stream, or 0.
    long intervalUnits(StreamTime time) {
        return batchInterval == null ? 0 : units("batch interval", batchInterval, time);
    }

    long units(String what, Duration duration, StreamTime time) {
        try {
            return time.unit().of(duration);
        } catch (IllegalArgumentException e) {
            throw invalid(what + " does not fit the unit of the stream: " + e.getMessage(), e);
        }
    }

    /// The initial states by the values of the key columns.
    Map<List<Object>, S> initial(LogicalStep parent) {
        Schema key = keySchema(parent);
        Map<List<Object>, S> initial = new LinkedHashMap<>();
        state.initial().forEach((given, first) -> {
            List<Object> values = new ArrayList<>();
            if (given instanceof List<?> several) {
                values.addAll(several);
            } else {
                values.add(given);
            }
            boolean fits = values.size() == key.size();
            for (int i = 0; fits && i < values.size(); i++) {
                fits = InitialKeys.accepts(key.field(i), values.get(i));
            }
            if (!fits) {
                throw invalid("key of an initial state is " + given + ", expected " + key, null);
            }
            initial.put(values, first);
        });
        return initial;
    }

    /// For people.
    String text() {
        return "keyBy " + String.join(", ", keys) + ", " + name + " " + row.getSimpleName() + " -> "
                + out.getSimpleName() + ", state " + state.type().getSimpleName();
    }

    private void checked(String what, Runnable check) {
        try {
            check.run();
        } catch (MullionException e) {
            throw invalid(what + ": " + e.getMessage(), e);
        }
    }

    private MullionException invalid(String message, Exception cause) {
        return new MullionException(MullionException.Reason.INVALID_PIPELINE, name + ": " + message, cause);
    }
}
