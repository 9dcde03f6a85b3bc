package io.mullion.codegen;

import io.mullion.codegen.Routine.Trait;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.LookupForm;
import java.util.List;

/// What `lookup` means for each type of keys and values: calls of the routines of a [LookupForm].
final class Lookups {
    private Lookups() {}

    static Typed check(TypeCheck check, Expr.Lookup it, Typed key) {
        DataType expected = it.table().keyType();
        Typed fitting = key(check, it, Conversions.adapted(key, new Typed.Constant(null, expected)), expected);
        LookupForm form = LookupForm.of(it.table(), fitting.type());
        Typed word = fitting.type().fixedWidth() && !(fitting.type() instanceof DataType.Int64)
                ? new Typed.Convert(fitting, DataType.INT64)
                : fitting;
        DataType type = it.table().valueType();
        Routine routine = Routine.of(form.getClass(), method(type), Trait.NULLS);
        return Typed.Call.of(routine, type, List.of(word), form);
    }

    private static Typed key(TypeCheck check, Expr.Lookup it, Typed key, DataType expected) {
        boolean fits = switch (expected) {
            case DataType.Timestamp _ -> key.type() instanceof DataType.Timestamp;
            case DataType.Int64 _ -> key.type().integer();
            default -> key.type().equals(expected);
        };
        if (!fits) {
            throw check.wrong(
                    "the table has keys of type " + expected + ", not " + key.type()
                            + Conversions.expected(key, expected),
                    it);
        }
        return key.type().integer() ? Conversions.widened(key, DataType.INT64) : key;
    }

    private static String method(DataType value) {
        return switch (value) {
            case DataType.Utf8 _ -> "text";
            case DataType.Bool _ -> "bool";
            case DataType.Float64 _ -> "float64";
            default -> "int64";
        };
    }
}
