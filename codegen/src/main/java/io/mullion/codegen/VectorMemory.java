package io.mullion.codegen;

import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.invoke;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import java.util.HashMap;
import java.util.Map;

/// Code that loads and stores one vector of a column: just the bytes of its rows, whatever their width is, so that no
/// load reads beyond the last row.
final class VectorMemory {
    private final Body prologue;
    private final ColumnCode columns;
    private final VectorCalls calls;
    private final int lanes;
    private final Map<Integer, Code.Value> validities = new HashMap<>();

    VectorMemory(Body prologue, ColumnCode columns, VectorCalls calls, int lanes) {
        this.prologue = prologue;
        this.columns = columns;
        this.calls = calls;
        this.lanes = lanes;
    }

    void nextVector() {
        validities.clear();
    }

    // DoubleVector price = DoubleVector.fromMemorySegment(SPECIES_512, EVERYTHING, priceData + 8L * i, order);
    VectorCode.Lanes column(Body body, Typed.Column it, Code.Var i) {
        columns.checkRows(body, i, lanes);
        Code.Value valid = validity(body, it, i);
        Code.Value data = columns.address(it.index(), ColumnAddresses.DATA);
        int width = it.type().byteWidth();
        if (width == 0) {
            checkBits(body, it.index(), ColumnAddresses.DATA, i);
            return new VectorCode.Lanes(body.let(it.field().name(), mask(data, i)), valid);
        }
        columns.check(body, it.index(), ColumnAddresses.DATA, at(int64(0), width, i), int64((long) width * lanes));
        return new VectorCode.Lanes(body.let(it.field().name(), load(it.type(), at(data, width, i))), valid);
    }

    /// An int32 column as float64.
    VectorCode.Lanes columnAsDoubles(Body body, Typed.Column it, Code.Var i) {
        columns.checkRows(body, i, lanes);
        Code.Value valid = validity(body, it, i);
        Code.Value data = columns.address(it.index(), ColumnAddresses.DATA);
        columns.check(body, it.index(), ColumnAddresses.DATA, at(int64(0), 4, i), int64(4L * lanes));
        Code.Value doubles = calls.toDoubles(calls.loadNarrow(Types.INT_VECTOR, 2, at(data, 4, i)));
        return new VectorCode.Lanes(body.let(it.field().name(), doubles), valid);
    }

    /// Null if the column has no nulls in the rows of the loop.
    Code.Value validity(Body body, Typed.Column it, Code.Var i) {
        return columns.mayBeNull(it) ? validities.computeIfAbsent(it.index(), _ -> loadValidity(body, it, i)) : null;
    }

    private Code.Value loadValidity(Body body, Typed.Column it, Code.Var i) {
        checkBits(body, it.index(), ColumnAddresses.VALIDITY, i);
        Code.Value bitmap = columns.address(it.index(), ColumnAddresses.VALIDITY);
        return body.let(it.field().name() + "Valid", mask(bitmap, i));
    }

    private void checkBits(Body body, int column, int buffer, Code.Var i) {
        Code.Value firstByte = binary(Code.Operator.SHIFT_RIGHT, i, int32(3));
        Code.Value lastByte = binary(Code.Operator.SHIFT_RIGHT, add(i, int32(lanes - 1)), int32(3));
        Code.Value bytes = add(subtract(lastByte, firstByte), int32(1));
        columns.check(body, column, buffer, widen(firstByte), widen(bytes));
    }

    // VectorMask.fromLong(SPECIES_512, bits(priceValidity, i, 8))
    private Code.Value mask(Code.Value bitmap, Code.Value row) {
        return calls.maskOf(call(Types.OPS, "bits", CD_long, bitmap, row, int32(lanes)));
    }

    /// A temporary column, whose first row is row `from`.
    VectorCode.Lanes temporary(Body body, Temporaries.Column it, Code.Var i) {
        Code.Value o = subtract(i, FROM);
        String name = "temporary" + it.index();
        Code.Value data = address(name, it.data());
        Code.Value valid =
                it.nullable() ? body.let(name + "Valid", mask(address(name + "Validity", it.validity()), o)) : null;
        if (it.expression().type() instanceof DataType.Bool) {
            return new VectorCode.Lanes(body.let(name, mask(data, o)), valid);
        }
        Code.Value first = at(data, Long.BYTES, o);
        columns.checkLive(body, first, (long) Long.BYTES * lanes);
        Code.Value loaded =
                calls.load(it.expression().type().floating() ? Types.DOUBLE_VECTOR : Types.LONG_VECTOR, first);
        return new VectorCode.Lanes(body.let(name, loaded), valid);
    }

    private Code.Value address(String name, long offset) {
        return prologue.let(name + "Data", add(invoke(columns.scratch(PROGRESS), "base", CD_long), int64(offset)));
    }

    private Code.Value load(DataType type, Code.Value address) {
        return switch (type) {
            case DataType.Int64 _, DataType.Timestamp _ -> calls.load(Types.LONG_VECTOR, address);
            case DataType.Float64 _ -> calls.load(Types.DOUBLE_VECTOR, address);
            case DataType.Int32 _, DataType.Date32 _ -> calls.toLongs(calls.loadNarrow(Types.INT_VECTOR, 2, address));
            case DataType.Float32 _ -> calls.toDoubles(calls.loadNarrow(VectorCalls.FLOAT_VECTOR, 2, address));
            case DataType.Int16 _ ->
                switch (lanes) {
                    case 2 -> calls.toLongs(calls.asShorts(calls.ints(Values.getInt(address))));
                    default -> calls.toLongs(calls.loadNarrow(VectorCalls.SHORT_VECTOR, 4, address));
                };
            case DataType.Int8 _ ->
                switch (lanes) {
                    case 2 ->
                        calls.toLongs(calls.bytesToShorts(
                                calls.asBytes(calls.ints(new Code.Cast(CD_int, Values.getShort(address))))));
                    case 4 -> calls.toLongs(calls.asBytes(calls.ints(Values.getInt(address))));
                    default -> calls.toLongs(calls.loadNarrow(VectorCalls.BYTE_VECTOR, 8, address));
                };
            case DataType.Bool _, DataType.Decimal _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalStateException("no lanes of " + type);
        };
    }

    // ((IntVector) quantity.castShape(IntVector.SPECIES_256, 0)).intoMemorySegment(EVERYTHING, address, order)
    void store(Body body, Code.Value values, DataType type, Code.Value address) {
        switch (type) {
            case DataType.Int64 _, DataType.Timestamp _, DataType.Float64 _ -> body.run(calls.store(values, address));
            case DataType.Int32 _, DataType.Date32 _ ->
                body.run(calls.store(calls.narrow(values, Types.INT_VECTOR, 2), address));
            case DataType.Float32 _ ->
                body.run(calls.store(calls.narrow(values, VectorCalls.FLOAT_VECTOR, 2), address));
            case DataType.Int16 _ -> {
                if (lanes == 2) {
                    body.run(
                            Values.putInt(address, calls.firstInt(calls.narrowTo64(values, VectorCalls.SHORT_VECTOR))));
                } else {
                    body.run(calls.store(calls.narrow(values, VectorCalls.SHORT_VECTOR, 4), address));
                }
            }
            case DataType.Int8 _ -> {
                switch (lanes) {
                    case 2 -> {
                        Code.Value shorts = calls.narrowTo64(values, VectorCalls.SHORT_VECTOR);
                        Code.Value two = calls.firstInt(calls.narrowTo64(shorts, VectorCalls.BYTE_VECTOR));
                        body.run(call(Types.RAW_MEMORY, "putShort", CD_void, address, new Code.Cast(CD_short, two)));
                    }
                    case 4 ->
                        body.run(Values.putInt(
                                address, calls.firstInt(calls.narrowTo64(values, VectorCalls.BYTE_VECTOR))));
                    default -> body.run(calls.store(calls.narrow(values, VectorCalls.BYTE_VECTOR, 8), address));
                }
            }
            case DataType.Bool _, DataType.Decimal _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalStateException("no lanes of " + type);
        }
    }
}
