package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// Code that writes a record, and the columns of its row that are kept, as a row of the output.
final class RecordWriting {
    private static final ClassDesc RECORD_VALUES = Types.of(RecordValues.class);
    private static final ClassDesc OBJECTS = Types.of(Objects.class);

    /// What becomes of a row that does not fit, or cannot be written.
    ///
    /// @param full ends the method: there is no more room for text
    /// @param failed ends the method: the scratch has the failure
    record Ends(Consumer<Body> full, Consumer<Body> failed) {}

    private final KernelClass kernel;
    private final RecordForm form;
    private final Schema in;
    private final Schema outputs;
    private final List<String> kept;

    RecordWriting(KernelClass kernel, RecordFunction function, Schema in, Schema outputs) {
        this.kernel = kernel;
        this.form = function.to();
        this.in = in;
        this.outputs = outputs;
        this.kept = function.kept();
    }

    boolean hasText() {
        return outputs.fields().stream().anyMatch(field -> !field.type().fixedWidth());
    }

    // putInt(wordOffsets, 0);
    void firstOffsets(Body body, ColumnCode out) {
        for (int column = 0; column < outputs.size(); column++) {
            if (!outputs.field(column).type().fixedWidth()) {
                new ColumnWriter(out, column, outputs.field(column)).firstOffset(body);
            }
        }
    }

    // double price = Out.price.invokeExact(result);
    // putDouble(priceData + 8L * o, price);
    void row(
            Body body,
            Code.Value record,
            ColumnCode out,
            Code.Value o,
            RowCode input,
            Code.Value row,
            Code.Value scratch,
            Ends ends) {
        List<Code.Value> components = components(body, record);
        for (int column = 0; column < outputs.size(); column++) {
            Field field = outputs.field(column);
            ColumnWriter writer = new ColumnWriter(out, column, field);
            Code.Value component = column < components.size() ? components.get(column) : null;
            if (!field.type().fixedWidth() && component != null) {
                text(body, component, out, column, o, scratch, ends);
            } else if (!field.type().fixedWidth()) {
                throw new IllegalStateException("only columns of fixed width are kept: " + field);
            } else if (component == null) {
                writer.fixed(body, input(body, input, field.name(), row), o);
            } else {
                RowCode.Cell cell = cell(body, form.type(column), component, field, scratch, ends);
                if (kept.contains(field.name())) {
                    requireUnchanged(body, cell, input(body, input, field.name(), row), scratch, ends);
                }
                writer.fixed(body, cell, o);
            }
        }
    }

    /// A record equal to `record`, by its components: what is held back in its place, so that the JIT need not make
    /// the record itself.
    Code.Value copy(Body body, Code.Value record) {
        return RecordReading.make(kernel, form, components(body, record));
    }

    private List<Code.Value> components(Body body, Code.Value record) {
        List<Code.Value> values = new ArrayList<>();
        for (int component = 0; component < form.components().size(); component++) {
            MethodHandle accessor = form.accessors().get(component);
            String name = form.components().get(component);
            Code.Value handle = kernel.constant(form.name() + "." + name, accessor, ConstantDescs.CD_MethodHandle);
            values.add(body.let(name, RecordReading.exactly(handle, accessor.type(), List.of(record))));
        }
        return values;
    }

    private RowCode.Cell input(Body body, RowCode input, String name, Code.Value row) {
        int index = in.indexOf(name);
        return input.cell(body, new Typed.Column(index, in.field(index)), row);
    }

    private static void requireUnchanged(
            Body body, RowCode.Cell own, RowCode.Cell before, Code.Value scratch, Ends ends) {
        body.when(Values.test(own.value(), Code.Relation.NE, before.value()), changed -> {
            changed.put(scratch, "failure", Values.failure(Failure.TIME_CHANGED));
            ends.failed().accept(changed);
        });
    }

    private static RowCode.Cell cell(
            Body body, Class<?> type, Code.Value component, Field field, Code.Value scratch, Ends ends) {
        if (type.isPrimitive()) {
            ClassDesc word = Words.of(field.type()).getFirst();
            return new RowCode.Cell(RecordReading.as(word, component), null);
        }
        Code.Value value = field.nullable() ? component : present(body, component, field);
        Code.Value valid = field.nullable() ? valid(body, component, field) : null;
        String name = field.name() + "Word";
        return switch (field.type()) {
            case DataType.Decimal it -> {
                Code.Var high = body.let(
                        name,
                        Values.call(
                                RECORD_VALUES,
                                "decimal",
                                CD_long,
                                value,
                                Values.int32(it.precision()),
                                Values.int32(it.scale()),
                                scratch));
                Code.Var low = body.let(name + "Low", new Code.Get(scratch, Types.SCRATCH, "second", CD_long));
                failIf(body, scratch, ends);
                yield new RowCode.Cell(List.of(high, low), valid);
            }
            case DataType.Date32 _ ->
                checked(body, name, Values.call(RECORD_VALUES, "days", CD_int, value, scratch), valid, scratch, ends);
            case DataType.Timestamp it ->
                checked(
                        body,
                        name,
                        Values.call(RECORD_VALUES, "time", CD_long, value, RecordReading.unit(it.unit()), scratch),
                        valid,
                        scratch,
                        ends);
            case DataType.Bool _,
                    DataType.Int8 _,
                    DataType.Int16 _,
                    DataType.Int32 _,
                    DataType.Int64 _,
                    DataType.Float32 _,
                    DataType.Float64 _ -> unboxed(body, type, value, field, valid);
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalStateException("text is written at once");
        };
    }

    // long n = nValid ? nBoxed.longValue() : 0L;
    private static RowCode.Cell unboxed(Body body, Class<?> type, Code.Value value, Field field, Code.Value valid) {
        Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        ClassDesc word = Words.of(field.type()).getFirst();
        Code.Value number =
                RecordReading.as(word, Values.invoke(value, primitive.getName() + "Value", Types.of(primitive)));
        Code.Value chosen = valid == null ? number : new Code.Choose(valid, number, Words.nothing(word));
        return new RowCode.Cell(body.let(field.name() + "Word", chosen), valid);
    }

    private static RowCode.Cell checked(
            Body body, String name, Code.Value word, Code.Value valid, Code.Value scratch, Ends ends) {
        Code.Var held = body.let(name, word);
        failIf(body, scratch, ends);
        return new RowCode.Cell(held, valid);
    }

    private static Code.Value present(Body body, Code.Value component, Field field) {
        Code.Value required = new Code.Call(
                null,
                OBJECTS,
                false,
                "requireNonNull",
                CD_Object,
                List.of(CD_Object, CD_String),
                List.of(component, new Code.Const(field.name() + " is null", CD_String)));
        return body.let(field.name(), new Code.Cast(component.type(), required));
    }

    private static Code.Value valid(Body body, Code.Value component, Field field) {
        return body.let(
                field.name() + "Valid",
                new Code.Call(null, OBJECTS, false, "nonNull", CD_boolean, List.of(CD_Object), List.of(component)));
    }

    // int wordFilled = getInt(wordOffsets + 4L * o);
    // int wordBytes = putText(word, wordData + wordFilled, wordRoom - wordFilled, scratch);
    // if (wordBytes < 0) { (full) }
    // putInt(wordOffsets + 4L * o + 4L, wordFilled + wordBytes);
    private void text(
            Body body, Code.Value component, ColumnCode out, int column, Code.Value o, Code.Value scratch, Ends ends) {
        Field field = outputs.field(column);
        ColumnWriter writer = new ColumnWriter(out, column, field);
        Code.Value offsets = Values.at(out.address(column, ColumnAddresses.OFFSETS), 4, o);
        out.check(body, column, ColumnAddresses.OFFSETS, Values.at(Values.int64(0), 4, o), Values.int64(8));
        Code.Value filled = body.let(field.name() + "Filled", Values.getInt(offsets));
        Code.Value room = Values.subtract(
                Values.call(Types.OPS, "room", CD_int, out.limit(column, ColumnAddresses.DATA)), filled);
        Code.Value at = Values.add(out.address(column, ColumnAddresses.DATA), Values.widen(filled));
        boolean utf8 = field.type() instanceof DataType.Utf8;
        Code.Var bytes = body.let(
                field.name() + "Bytes",
                utf8
                        ? Values.call(RECORD_VALUES, "putText", CD_int, component, at, room, scratch)
                        : Values.call(RECORD_VALUES, "putBytes", CD_int, component, at, room));
        body.when(Values.test(bytes, Code.Relation.LT, Values.int32(0)), ends.full());
        if (utf8) {
            failIf(body, scratch, ends);
        }
        body.run(Values.putInt(Values.add(offsets, Values.int64(4)), Values.add(filled, bytes)));
        if (field.nullable()) {
            writer.validity(body, valid(body, component, field), o);
        }
    }

    private static void failIf(Body body, Code.Value scratch, Ends ends) {
        body.when(Values.invoke(scratch, "failed", CD_boolean), ends.failed());
    }
}
