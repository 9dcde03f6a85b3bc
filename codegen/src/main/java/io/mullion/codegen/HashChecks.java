package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.routine.Hashing;
import java.util.List;

/// What `hash` means for each type: calls of [Hashing].
final class HashChecks {
    private static final Routine INT64 = Routine.of(Hashing.class, "int64");
    private static final Routine BOOL = Routine.of(Hashing.class, "bool");
    private static final Routine FLOAT64 = Routine.of(Hashing.class, "float64");
    private static final Routine DECIMAL = Routine.of(Hashing.class, "decimal");
    private static final Routine TEXT = Routine.of(Hashing.class, "text");
    private static final Routine COMBINE = Routine.of(Hashing.class, "combine");
    private static final Routine FINISH = Routine.of(Hashing.class, "finish");

    private HashChecks() {}

    static Typed check(List<Typed> values) {
        Typed hash = hash(values.getFirst());
        for (Typed value : values.subList(1, values.size())) {
            hash = call(COMBINE, hash, hash(value));
        }
        return call(FINISH, hash);
    }

    private static Typed hash(Typed value) {
        Typed hash = switch (value.type()) {
            case DataType.Bool _ -> call(BOOL, value);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                call(INT64, Conversions.widened(value, DataType.INT64));
            case DataType.Date32 _, DataType.Timestamp _ -> call(INT64, new Typed.Convert(value, DataType.INT64));
            case DataType.Float32 _, DataType.Float64 _ -> call(FLOAT64, Conversions.widened(value, DataType.FLOAT64));
            case DataType.Decimal _ -> call(DECIMAL, value);
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ -> call(TEXT, value);
        };
        return value.nullable()
                ? new Typed.Choose(
                        new Typed.IsNull(value),
                        new Typed.Constant(Hashing.NULL, DataType.INT64),
                        new Typed.Known(hash))
                : hash;
    }

    private static Typed call(Routine routine, Typed... arguments) {
        return Typed.Call.of(routine, DataType.INT64, List.of(arguments));
    }
}
