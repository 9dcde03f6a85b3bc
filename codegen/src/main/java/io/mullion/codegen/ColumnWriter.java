package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;

/// Code that writes one row of an output column.
final class ColumnWriter {
    /// Where kernels of columns write.
    static final Code.Var OUT = new Code.Var("out", Types.COLUMNS);

    private final ColumnCode out;
    private final int column;
    private final Field field;

    ColumnWriter(ColumnCode out, int column, Field field) {
        this.out = out;
        this.column = column;
        this.field = field;
    }

    // putDouble(outData + 8L * o, value);
    // putBit(outValidity, o, valid);
    void fixed(Body body, RowCode.Cell cell, Code.Value o) {
        data(body, cell, o);
        validity(body, cell.valid(), o);
    }

    /// The value alone, of a column of fixed width.
    void data(Body body, RowCode.Cell cell, Code.Value o) {
        Code.Value data = out.address(column, ColumnAddresses.DATA);
        int width = field.type().byteWidth();
        if (width == 0) {
            out.check(body, column, ColumnAddresses.DATA, byteOf(o), int64(1));
            body.run(call(Types.OPS, "putBit", CD_void, data, o, cell.value()));
        } else {
            out.check(body, column, ColumnAddresses.DATA, at(int64(0), width, o), int64(width));
            Code.Value address = at(data, width, o);
            switch (field.type()) {
                case DataType.Int8 _ -> put(body, "putByte", address, new Code.Cast(CD_byte, cell.value()));
                case DataType.Int16 _ -> put(body, "putShort", address, new Code.Cast(CD_short, cell.value()));
                case DataType.Int32 _, DataType.Date32 _ -> put(body, "putInt", address, cell.value());
                case DataType.Int64 _, DataType.Timestamp _ -> put(body, "putLong", address, cell.value());
                case DataType.Float32 _ -> put(body, "putFloat", address, cell.value());
                case DataType.Float64 _ -> put(body, "putDouble", address, cell.value());
                case DataType.Decimal _ -> {
                    put(body, "putLong", address, cell.second());
                    put(body, "putLong", add(address, int64(8)), cell.value());
                }
                case DataType.Bool _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                    throw new IllegalStateException("no value of some bytes: " + field);
            }
        }
    }

    private static void put(Body body, String method, Code.Value address, Code.Value value) {
        body.run(call(Types.RAW_MEMORY, method, CD_void, address, value));
    }

    /// Validity of a nullable column; `valid` is null if there is a value in any case.
    void validity(Body body, Code.Value valid, Code.Value o) {
        if (field.nullable()) {
            out.check(body, column, ColumnAddresses.VALIDITY, byteOf(o), int64(1));
            Code.Value bitmap = out.address(column, ColumnAddresses.VALIDITY);
            body.run(call(Types.OPS, "putBit", CD_void, bitmap, o, valid == null ? bool(true) : valid));
        }
    }

    // int below = bitsBelow(outValidity, o);
    /// For a loop that writes validity by [#appendValidity]; null if the column is not nullable.
    Code.Var validityBelow(Body body, Code.Value o) {
        return field.nullable()
                ? body.let(
                        "below", call(Types.OPS, "bitsBelow", CD_int, out.address(column, ColumnAddresses.VALIDITY), o))
                : null;
    }

    // below = appendBit(outValidity, o, below, valid);
    /// As [#validity], for rows in order.
    void appendValidity(Body body, Code.Value valid, Code.Value o, Code.Var below) {
        if (below != null) {
            out.check(body, column, ColumnAddresses.VALIDITY, byteOf(o), int64(1));
            Code.Value bitmap = out.address(column, ColumnAddresses.VALIDITY);
            Code.Value value = valid == null ? bool(true) : valid;
            body.assign(below, call(Types.OPS, "appendBit", CD_int, bitmap, o, below, value));
        }
    }

    // putOnes(outValidity, o, rows);
    /// For a loop that writes validity by [#clearValidity].
    void allValid(Body body, Code.Value o, Code.Value rows) {
        out.check(body, column, ColumnAddresses.VALIDITY, int64(0), byteOf(add(rows, int32(7))));
        body.run(call(Types.OPS, "putOnes", CD_void, out.address(column, ColumnAddresses.VALIDITY), o, rows));
    }

    // if (!valid) { clearBit(outValidity, o); }
    /// As [#appendValidity], with a branch in place of a store for each row: for values that are seldom null.
    void clearValidity(Body body, Code.Value valid, Code.Value o) {
        body.when(not(valid), isNull -> {
            out.check(isNull, column, ColumnAddresses.VALIDITY, byteOf(o), int64(1));
            isNull.run(call(Types.OPS, "clearBit", CD_void, out.address(column, ColumnAddresses.VALIDITY), o));
        });
    }

    /// `putInt(wordOffsets, 0)`
    void firstOffset(Body body) {
        out.check(body, column, ColumnAddresses.OFFSETS, int64(0), int64(4));
        body.run(putInt(out.address(column, ColumnAddresses.OFFSETS), int32(0)));
    }

    /// How many bytes of text the column can take.
    Code.Var room(Body body) {
        return body.let(
                field.name() + "Room", call(Types.OPS, "room", CD_int, out.limit(column, ColumnAddresses.DATA)));
    }

    // Utf8.copy(word, wordData + filled, length, textData + textLimit, wordData + wordLimit);
    // filled = filled + length;
    // putInt(wordOffsets + 4L * o + 4L, filled);
    /// @param readableEnd the address that no load may cross; null if only the text itself may be read
    void text(Body body, Code.Value source, Code.Value length, Code.Value readableEnd, Code.Var filled, Code.Value o) {
        out.check(body, column, ColumnAddresses.DATA, widen(filled), widen(length));
        out.check(body, column, ColumnAddresses.OFFSETS, add(at(int64(0), 4, o), int64(4)), int64(4));
        Code.Value destination = add(out.address(column, ColumnAddresses.DATA), widen(filled));
        body.run(
                readableEnd == null
                        ? call(Types.UTF8, "copy", CD_void, source, destination, length)
                        : call(
                                Types.UTF8,
                                "copy",
                                CD_void,
                                source,
                                destination,
                                length,
                                readableEnd,
                                out.textEnd(column)));
        body.assign(filled, add(filled, length));
        Code.Value offset = add(at(out.address(column, ColumnAddresses.OFFSETS), 4, o), int64(4));
        body.run(putInt(offset, filled));
    }

    private static Code.Value byteOf(Code.Value row) {
        return widen(binary(Code.Operator.SHIFT_RIGHT, row, int32(3)));
    }
}
