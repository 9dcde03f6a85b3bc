package io.mullion.ingest;

import io.mullion.codegen.RecordForm;
import io.mullion.codegen.RecordFunction;
import io.mullion.expr.Schema;
import io.mullion.spec.MullionException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/// Records as kernels take and give them, for the user's functions. [RecordColumns] says which component is which
/// column, as it does for records that come in and go out.
public final class RecordForms {
    private RecordForms() {}

    /// A record type that rows of `schema` can be made into.
    ///
    /// @throws MullionException if a component has no column, one of another type, or is a primitive where the column
    /// may be null
    public static RecordForm reading(Class<?> type, Schema schema) {
        for (RecordComponent component : RecordColumns.components(type)) {
            int column = RecordColumns.column(type, component, schema);
            if (component.getType().isPrimitive() && schema.field(column).nullable()) {
                throw MullionException.invalid("column " + component.getName() + " is "
                        + schema.field(column).type() + " and may be null, record " + type.getSimpleName()
                        + " has the primitive " + component.getType().getSimpleName() + ": use the boxed type");
            }
        }
        return form(type);
    }

    /// A function from records that are made of rows of `schema` to records that become rows.
    ///
    /// @param kept see [RecordFunction]
    /// @throws MullionException as [#reading] does, or if a component of `to` has no column type
    public static RecordFunction function(Class<?> from, Class<?> to, Schema schema, List<String> kept) {
        return new RecordFunction(reading(from, schema), form(to), RecordColumns.schema(to), kept);
    }

    private static RecordForm form(Class<?> type) {
        RecordComponent[] components = RecordColumns.components(type);
        return new RecordForm(
                type.getSimpleName(),
                Arrays.stream(components).map(RecordComponent::getName).toList(),
                RecordCodec.constructor(type, components),
                Arrays.stream(components)
                        .map(component -> RecordCodec.accessor(type, component))
                        .toList());
    }
}
