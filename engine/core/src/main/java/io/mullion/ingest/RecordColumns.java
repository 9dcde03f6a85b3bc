package io.mullion.ingest;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.Decimal;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// Which columns a record stands for.
///
/// | component | column |
/// |---|---|
/// | `byte`, `short`, `int`, `long` | int8, int16, int32, int64 |
/// | `float`, `double` | float32, float64 |
/// | `boolean` | bool |
/// | `String`, `byte[]` | utf8, binary |
/// | `BigDecimal` with [Decimal] | decimal |
/// | `LocalDate` | date32 |
/// | `Instant` | timestamp in microseconds |
/// | `long` or `Instant` with [EventTime] | timestamp in the unit named, never null |
///
/// Primitives are not nullable; boxed types and the others are. A record that is made of rows may also have a wider
/// component than the column: `long` reads every integer and the number of a timestamp, `double` reads float32,
/// `Instant` a timestamp of any unit, `BigDecimal` any decimal.
public final class RecordColumns {
    private RecordColumns() {}

    /// The columns of a record type.
    ///
    /// @throws MullionException if the type is no record, or a component has no column type
    public static Schema schema(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : components(type)) {
            boolean nullable = !component.getType().isPrimitive() && !component.isAnnotationPresent(EventTime.class);
            fields.add(new Field(component.getName(), dataType(component), nullable));
        }
        return new Schema(fields);
    }

    /// The columns of `schema` that a record made of its rows is read from.
    ///
    /// @throws MullionException if a component has no column, or one of another type
    public static Schema columns(Class<?> type, Schema schema) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : components(type)) {
            fields.add(schema.field(column(type, component, schema)));
        }
        return new Schema(fields);
    }

    /// The component marked [EventTime], or -1.
    public static int eventTimeColumn(Class<?> type) {
        RecordComponent[] components = components(type);
        int found = -1;
        for (int i = 0; i < components.length; i++) {
            if (components[i].isAnnotationPresent(EventTime.class)) {
                if (found >= 0) {
                    throw MullionException.invalid("a record has one event time: " + type.getSimpleName() + " marks "
                            + components[found].getName() + " and " + components[i].getName());
                }
                found = i;
            }
        }
        return found;
    }

    /// The column that a component is read from.
    static int column(Class<?> type, RecordComponent component, Schema schema) {
        int column = schema.find(component.getName());
        if (column < 0) {
            throw MullionException.invalid("record " + type.getSimpleName() + " has a component that is no column: "
                    + component.getName() + ", columns are " + schema);
        }
        DataType found = schema.field(column).type();
        if (!reads(component, found)) {
            throw MullionException.invalid("column " + component.getName() + " is " + found + ", record "
                    + type.getSimpleName() + " has " + component.getType().getSimpleName());
        }
        return column;
    }

    static RecordComponent[] components(Class<?> type) {
        if (!type.isRecord()) {
            throw MullionException.invalid("not a record type: " + type.getName());
        }
        return type.getRecordComponents();
    }

    private static DataType dataType(RecordComponent component) {
        EventTime eventTime = component.getAnnotation(EventTime.class);
        if (eventTime == null) {
            return columnType(component);
        }
        if (component.getType() != long.class && component.getType() != Instant.class) {
            throw MullionException.invalid("event time must be a long or an Instant: " + component.getName() + " is "
                    + component.getType().getSimpleName());
        }
        return DataType.timestamp(eventTime.value());
    }

    private static DataType columnType(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == BigDecimal.class) {
            return decimal(component);
        }
        if (component.isAnnotationPresent(Decimal.class)) {
            throw MullionException.invalid(
                    "@Decimal is for a BigDecimal: " + component.getName() + " is " + type.getSimpleName());
        }
        if (type == Instant.class) {
            return DataType.timestamp(TimeUnit.MICROS);
        }
        DataType found = plainType(type);
        if (found == null) {
            throw MullionException.invalid("record component " + component.getName() + " has type "
                    + type.getSimpleName() + "; expected byte, short, int, long, float, double, boolean, one of their"
                    + " boxed types, String, byte[], BigDecimal, LocalDate or Instant");
        }
        return found;
    }

    private static DataType decimal(RecordComponent component) {
        Decimal digits = component.getAnnotation(Decimal.class);
        if (digits == null) {
            throw MullionException.invalid("record component " + component.getName()
                    + " is a BigDecimal and does not say how many digits its column has: mark it @Decimal(precision ="
                    + " 18, scale = 2) or the like");
        }
        try {
            return DataType.decimal(digits.precision(), digits.scale());
        } catch (ExpressionException e) {
            throw new MullionException(
                    MullionException.Reason.INVALID_PIPELINE,
                    "record component " + component.getName() + ": " + e.getMessage(),
                    e);
        }
    }

    /// The column type of a Java type that has just one, else null.
    private static DataType plainType(Class<?> type) {
        if (type == byte.class || type == Byte.class) {
            return DataType.INT8;
        }
        if (type == short.class || type == Short.class) {
            return DataType.INT16;
        }
        if (type == int.class || type == Integer.class) {
            return DataType.INT32;
        }
        if (type == long.class || type == Long.class) {
            return DataType.INT64;
        }
        if (type == float.class || type == Float.class) {
            return DataType.FLOAT32;
        }
        if (type == double.class || type == Double.class) {
            return DataType.FLOAT64;
        }
        if (type == boolean.class || type == Boolean.class) {
            return DataType.BOOL;
        }
        if (type == String.class) {
            return DataType.UTF8;
        }
        if (type == byte[].class) {
            return DataType.BINARY;
        }
        return type == LocalDate.class ? DataType.DATE32 : null;
    }

    /// Whether a component takes every value of a column.
    private static boolean reads(RecordComponent component, DataType column) {
        Class<?> type = component.getType();
        if (type == BigDecimal.class) {
            return column instanceof DataType.Decimal;
        }
        if (type == Instant.class) {
            return column instanceof DataType.Timestamp;
        }
        DataType own = columnType(component);
        return own.equals(column)
                || own.equals(DataType.INT64) && column instanceof DataType.Timestamp
                || own.integer() && column.integer() && column.byteWidth() <= own.byteWidth()
                || own.floating() && column.floating() && column.byteWidth() <= own.byteWidth();
    }
}
