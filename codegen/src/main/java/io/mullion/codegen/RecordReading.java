package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// Code that makes a record of a row.
final class RecordReading {
    private final KernelClass kernel;
    private final RecordForm form;
    private final List<Typed.Column> columns = new ArrayList<>();

    RecordReading(KernelClass kernel, RecordForm form, Schema schema) {
        this.kernel = kernel;
        this.form = form;
        for (int component = 0; component < form.components().size(); component++) {
            String name = form.components().get(component);
            Field field = schema.field(schema.indexOf(name));
            if (field.nullable() && form.type(component).isPrimitive()) {
                throw new ExpressionException("record " + form.name() + " cannot take a null: its component " + name
                        + " is " + form.type(component).getSimpleName() + " and column " + name
                        + " may be null; use the boxed type");
            }
            columns.add(new Typed.Column(schema.indexOf(name), field));
        }
    }

    // Object trade = newTrade.invokeExact(time, symbol, price);
    Code.Value record(Body body, RowCode code, Code.Value row) {
        List<Code.Value> arguments = new ArrayList<>();
        for (int component = 0; component < columns.size(); component++) {
            Typed.Column column = columns.get(component);
            arguments.add(argument(form.type(component), column.type(), code.cell(body, column, row)));
        }
        return body.let("record", make(kernel, form, arguments));
    }

    static Code.Value make(KernelClass kernel, RecordForm form, List<Code.Value> components) {
        return exactly(
                kernel.constant("new" + form.name(), form.constructor(), ConstantDescs.CD_MethodHandle),
                form.constructor().type(),
                components);
    }

    static Code.Call exactly(Code.Value handle, MethodType type, List<Code.Value> arguments) {
        MethodTypeDesc exact = type.describeConstable().orElseThrow();
        return new Code.Call(
                handle,
                ConstantDescs.CD_MethodHandle,
                false,
                "invokeExact",
                exact.returnType(),
                exact.parameterList(),
                arguments);
    }

    private static Code.Value argument(Class<?> component, DataType column, RowCode.Cell cell) {
        if (component.isPrimitive()) {
            return as(Types.of(component), cell.value());
        }
        ClassDesc type = Types.of(component);
        Code.Value value = object(component, type, column, cell);
        return cell.valid() == null ? value : new Code.Choose(cell.valid(), value, Values.nothing(type));
    }

    private static Code.Value object(Class<?> component, ClassDesc type, DataType column, RowCode.Cell cell) {
        if (component == String.class) {
            return Values.call(Types.UTF8, "decode", type, cell.value(), cell.second());
        }
        if (component == byte[].class) {
            return Values.call(Types.of(RecordValues.class), "bytes", type, cell.value(), cell.second());
        }
        if (component == BigDecimal.class && column instanceof DataType.Decimal decimal) {
            return Values.call(
                    Types.of(JavaDecimals.class),
                    "of",
                    type,
                    cell.value(),
                    cell.second(),
                    Values.int32(decimal.scale()));
        }
        if (component == LocalDate.class) {
            return Values.call(type, "ofEpochDay", type, Values.widen(cell.value()));
        }
        if (component == Instant.class && column instanceof DataType.Timestamp time) {
            return Values.invoke(unit(time.unit()), "toInstant", type, cell.value());
        }
        ClassDesc primitive = Types.of(MethodType.methodType(component).unwrap().returnType());
        return new Code.Call(
                null, type, false, "valueOf", type, List.of(primitive), List.of(as(primitive, cell.value())));
    }

    static Code.Value as(ClassDesc type, Code.Value value) {
        return value.type().equals(type) ? value : new Code.Cast(type, value);
    }

    static Code.Value unit(TimeUnit unit) {
        ClassDesc type = Types.of(TimeUnit.class);
        return new Code.Get(null, type, unit.name(), type);
    }
}
