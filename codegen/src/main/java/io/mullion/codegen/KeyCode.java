package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.getByte;
import static io.mullion.codegen.Values.getDouble;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.or;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.routine.Hashing;
import io.mullion.routine.TextKey;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;

/// Code for the key of one row: the words by which keys are kept and compared, and the hash.
final class KeyCode {
    static final ClassDesc HASHING = Types.of(Hashing.class);
    static final ClassDesc KEY_OPS = Types.of(KeyOps.class);
    static final ClassDesc TEXT_KEY = Types.of(TextKey.class);

    /// One column of a key.
    ///
    /// @param word the int64 of [KeyLayout]; the low half of a decimal; the first word of a text
    /// @param high of a decimal, the second word of a text, or null
    /// @param length of a text, or null
    /// @param valid null if there is a value in any case
    record Part(Code.Var word, Code.Var high, Code.Var length, Code.Value valid) {}

    private final KeyLayout layout;
    private final ColumnCode columns;
    private final boolean nulls;

    /// @param nulls whether to look for nulls
    KeyCode(KeyLayout layout, ColumnCode columns, boolean nulls) {
        this.layout = layout;
        this.columns = columns;
        this.nulls = nulls;
    }

    /// All columns of the key.
    List<Part> parts(Body body, Code.Value row) {
        check(body, row);
        List<Part> parts = new ArrayList<>();
        for (int column = 0; column < layout.columns().size(); column++) {
            parts.add(part(body, column, row, valid(body, column, row)));
        }
        return parts;
    }

    /// In the checked variant: the row is one of the batch.
    void check(Body body, Code.Value row) {
        columns.checkRows(body, row, 1);
    }

    // boolean priceValid = bit(priceValidity, row);
    Code.Value valid(Body body, int column, Code.Value row) {
        Field field = layout.columns().get(column);
        if (!nulls || !field.nullable()) {
            return null;
        }
        int index = layout.indices().get(column);
        Code.Value byteOffset = widen(binary(Code.Operator.SHIFT_RIGHT, row, int32(3)));
        columns.check(body, index, ColumnAddresses.VALIDITY, byteOffset, int64(1));
        Code.Value bitmap = columns.address(index, ColumnAddresses.VALIDITY);
        return body.let(field.name() + "Valid", call(Types.OPS, "bit", CD_boolean, bitmap, row));
    }

    /// @param valid whether there is a value; null if there is in any case
    Part part(Body body, int column, Code.Value row, Code.Value valid) {
        Field field = layout.columns().get(column);
        int index = layout.indices().get(column);
        if (layout.text(column)) {
            return text(body, index, field.name(), row, valid);
        }
        if (field.type() instanceof DataType.Decimal) {
            columns.check(body, index, ColumnAddresses.DATA, at(int64(0), 16, row), int64(16));
            Code.Value low = at(columns.address(index, ColumnAddresses.DATA), 16, row);
            return new Part(
                    body.let(field.name() + "Low", orZero(valid, getLong(low))),
                    body.let(field.name() + "High", orZero(valid, getLong(add(low, int64(8))))),
                    null,
                    valid);
        }
        return new Part(body.let(field.name(), orZero(valid, word(body, index, field.type(), row))), null, null, valid);
    }

    // int wordStart = getInt(wordOffsets + 4L * row);
    // int wordLength = getInt(wordOffsets + 4L * row + 4L) - wordStart;
    // long wordBytes = wordData + wordStart;
    // long word = TextKey.first(wordBytes, wordLength);
    // long wordSecond = TextKey.second(wordBytes, wordLength);
    private Part text(Body body, int index, String name, Code.Value row, Code.Value valid) {
        columns.check(body, index, ColumnAddresses.OFFSETS, at(int64(0), 4, row), int64(8));
        Code.Value offsets = columns.address(index, ColumnAddresses.OFFSETS);
        Code.Var start = body.let(name + "Start", getInt(at(offsets, 4, row)));
        Code.Value bytes = subtract(getInt(add(at(offsets, 4, row), int64(4))), start);
        Code.Var length = body.let(name + "Length", valid == null ? bytes : new Code.Choose(valid, bytes, int32(0)));
        columns.check(body, index, ColumnAddresses.DATA, widen(start), widen(length));
        Code.Value data = columns.address(index, ColumnAddresses.DATA);
        Code.Var address = body.let(name + "Bytes", add(data, widen(start)));
        return new Part(
                body.let(name, call(TEXT_KEY, "first", CD_long, address, length)),
                body.let(name + "Second", call(TEXT_KEY, "second", CD_long, address, length)),
                length,
                valid);
    }

    /// The value as an int64 that equal values share, whatever garbage lies behind a null.
    private Code.Value word(Body body, int index, DataType type, Code.Value row) {
        Code.Value data = columns.address(index, ColumnAddresses.DATA);
        if (type instanceof DataType.Bool) {
            Code.Value byteOffset = widen(binary(Code.Operator.SHIFT_RIGHT, row, int32(3)));
            columns.check(body, index, ColumnAddresses.DATA, byteOffset, int64(1));
            return new Code.Choose(call(Types.OPS, "bit", CD_boolean, data, row), int64(1), int64(0));
        }
        int bytes = type.byteWidth();
        columns.check(body, index, ColumnAddresses.DATA, at(int64(0), bytes, row), int64(bytes));
        Code.Value address = at(data, bytes, row);
        if (type.floating()) {
            Code.Value number = bytes == Double.BYTES
                    ? getDouble(address)
                    : new Code.Cast(
                            CD_double, call(Types.of(Float.class), "intBitsToFloat", CD_float, getInt(address)));
            return call(HASHING, "canonicalBits", CD_long, number);
        }
        return switch (bytes) {
            case Byte.BYTES -> new Code.Cast(CD_long, getByte(address));
            case Short.BYTES -> new Code.Cast(CD_long, call(Types.RAW_MEMORY, "getShort", CD_short, address));
            case Integer.BYTES -> widen(getInt(address));
            default -> getLong(address);
        };
    }

    private static Code.Value orZero(Code.Value valid, Code.Value value) {
        return valid == null ? value : new Code.Choose(valid, value, int64(0));
    }

    // long hash = Hashing.combine(Hashing.int64(a), TextKey.hash(b, bSecond, bLength));
    static Code.Value hash(List<Part> parts) {
        Code.Value hash = null;
        for (Part part : parts) {
            hash = hash == null ? hash(part) : call(HASHING, "combine", CD_long, hash, hash(part));
        }
        return hash;
    }

    private static Code.Value hash(Part part) {
        Code.Value hash;
        if (part.length() != null) {
            hash = call(TEXT_KEY, "hash", CD_long, part.word(), part.high(), part.length());
        } else if (part.high() != null) {
            hash = call(HASHING, "decimal", CD_long, part.high(), part.word());
        } else {
            hash = call(HASHING, "int64", CD_long, part.word());
        }
        Code.Value ofNull = new Code.Get(null, HASHING, "NULL", CD_long);
        return part.valid() == null ? hash : new Code.Choose(part.valid(), hash, ofNull);
    }

    // (aValid ? 0 : 1) | (bValid ? 0 : 2)
    static Code.Value nulls(List<Part> parts) {
        Code.Value bits = int32(0);
        for (int i = 0; i < parts.size(); i++) {
            Code.Value valid = parts.get(i).valid();
            if (valid != null) {
                Code.Value bit = new Code.Choose(valid, int32(0), int32(1 << i));
                bits = bits instanceof Code.Const ? bit : or(bits, bit);
            }
        }
        return bits;
    }

    // KeyOps.anyNull(aValidity, active, from, to) || KeyOps.anyNull(bValidity, active, from, to)
    static Code.Value anyNull(KeyLayout layout, ColumnCode columns) {
        Code.Value any = null;
        for (int column = 0; column < layout.columns().size(); column++) {
            if (layout.columns().get(column).nullable()) {
                Code.Value bitmap = columns.address(layout.indices().get(column), ColumnAddresses.VALIDITY);
                Code.Value test = call(KEY_OPS, "anyNull", CD_boolean, bitmap, Rows.ACTIVE, Rows.FROM, Rows.TO);
                any = any == null ? test : new Code.Logic(false, any, test);
            }
        }
        return any;
    }
}
