package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import io.mullion.routine.Literals;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Code that loads the columns of one row, and the constants of an expression, in the words of their types.
final class RowInputs {
    private final ColumnCode columns;
    private final KernelClass kernel;
    private final Map<Body, Map<Typed.Column, Code.Value>> validities = new HashMap<>();

    RowInputs(ColumnCode columns, KernelClass kernel) {
        this.columns = columns;
        this.kernel = kernel;
    }

    // long price = getLong(priceData + 8L * row);
    RowCode.Cell column(Body body, Typed.Column it, Code.Value row) {
        columns.checkRows(body, row, 1);
        Code.Value valid = validity(body, it, row);
        return new RowCode.Cell(it.type().fixedWidth() ? fixedWidth(body, it, row) : text(body, it, row), valid);
    }

    private List<Code.Value> fixedWidth(Body body, Typed.Column it, Code.Value row) {
        String name = it.field().name();
        int width = it.type().byteWidth();
        Code.Value data = columns.address(it.index(), ColumnAddresses.DATA);
        if (width == 0) {
            columns.check(body, it.index(), ColumnAddresses.DATA, byteOf(row), int64(1));
            return List.of(body.let(name, call(Types.OPS, "bit", CD_boolean, data, row)));
        }
        columns.check(body, it.index(), ColumnAddresses.DATA, at(int64(0), width, row), int64(width));
        return load(body, name, it.type(), at(data, width, row));
    }

    /// The words of a value of a fixed number of bytes.
    static List<Code.Value> load(Body body, String name, DataType type, Code.Value address) {
        return switch (type) {
            case DataType.Int8 _ -> List.of(body.let(name, new Code.Cast(CD_int, Values.getByte(address))));
            case DataType.Int16 _ -> List.of(body.let(name, new Code.Cast(CD_int, Values.getShort(address))));
            case DataType.Int32 _, DataType.Date32 _ ->
                List.of(body.let(name, call(Types.RAW_MEMORY, "getInt", CD_int, address)));
            case DataType.Int64 _, DataType.Timestamp _ ->
                List.of(body.let(name, call(Types.RAW_MEMORY, "getLong", CD_long, address)));
            case DataType.Float32 _ -> List.of(body.let(name, call(Types.RAW_MEMORY, "getFloat", CD_float, address)));
            case DataType.Float64 _ -> List.of(body.let(name, call(Types.RAW_MEMORY, "getDouble", CD_double, address)));
            case DataType.Decimal _ ->
                List.of(
                        body.let(name + "High", Values.getLong(add(address, int64(8)))),
                        body.let(name + "Low", Values.getLong(address)));
            case DataType.Bool _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalStateException("no value of some bytes: " + type);
        };
    }

    // int wordStart = getInt(wordOffsets + 4L * row);
    // int wordLength = getInt(wordOffsets + 4L * row + 4L) - wordStart;
    // long word = wordData + wordStart;
    private List<Code.Value> text(Body body, Typed.Column it, Code.Value row) {
        String name = it.field().name();
        columns.check(body, it.index(), ColumnAddresses.OFFSETS, at(int64(0), 4, row), int64(8));
        Code.Value offsets = columns.address(it.index(), ColumnAddresses.OFFSETS);
        Code.Var start = body.let(name + "Start", getInt(at(offsets, 4, row)));
        Code.Var length = body.let(name + "Length", subtract(getInt(add(at(offsets, 4, row), int64(4))), start));
        columns.check(body, it.index(), ColumnAddresses.DATA, widen(start), widen(length));
        Code.Value data = columns.address(it.index(), ColumnAddresses.DATA);
        return List.of(body.let(name, add(data, widen(start))), length);
    }

    /// Whether the row has a value; null when every row has.
    Code.Value validity(Body body, Typed.Column it, Code.Value row) {
        if (!columns.mayBeNull(it)) {
            return null;
        }
        for (Body scope = body; scope != null; scope = scope.outer()) {
            Code.Value known = validities.getOrDefault(scope, Map.of()).get(it);
            if (known != null) {
                return known;
            }
        }
        columns.check(body, it.index(), ColumnAddresses.VALIDITY, byteOf(row), int64(1));
        Code.Value bitmap = columns.address(it.index(), ColumnAddresses.VALIDITY);
        Code.Value valid = body.let(it.field().name() + "Valid", call(Types.OPS, "bit", CD_boolean, bitmap, row));
        validities.computeIfAbsent(body, _ -> new HashMap<>()).put(it, valid);
        return valid;
    }

    RowCode.Cell constant(Typed.Constant it) {
        if (it.value() == null) {
            boolean text = !it.type().fixedWidth();
            return text
                    ? new RowCode.Cell(columns.text(kernel, new byte[0]), bool(false))
                    : new RowCode.Cell(
                            Words.of(it.type()).stream().map(Words::nothing).toList(), bool(false));
        }
        return new RowCode.Cell(
                switch (it.type()) {
                    case DataType.Bool _ -> List.of(bool((Boolean) it.value()));
                    case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ ->
                        List.of(columns.literal(kernel, CD_int, ((Long) it.value()).intValue()));
                    case DataType.Int64 _, DataType.Timestamp _ ->
                        List.of(columns.literal(kernel, CD_long, it.value()));
                    case DataType.Float32 _ ->
                        List.of(columns.literal(kernel, CD_float, ((Double) it.value()).floatValue()));
                    case DataType.Float64 _ -> List.of(columns.literal(kernel, CD_double, it.value()));
                    case DataType.Decimal _ ->
                        List.of(
                                columns.literal(
                                        kernel,
                                        CD_long,
                                        it.unscaled().shiftRight(Long.SIZE).longValue()),
                                columns.literal(kernel, CD_long, it.unscaled().longValue()));
                    case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                        columns.text(kernel, Literals.bytes(it.value()));
                },
                null);
    }

    private static Code.Value byteOf(Code.Value row) {
        return widen(binary(Code.Operator.SHIFT_RIGHT, row, int32(3)));
    }
}
