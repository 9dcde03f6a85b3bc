package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import java.lang.constant.ClassDesc;
import java.util.List;

/// The Java values that a value of each type is in row code: one, or two for texts (address, length) and decimals
/// (high, low).
final class Words {
    private Words() {}

    static List<ClassDesc> of(DataType type) {
        return switch (type) {
            case DataType.Bool _ -> List.of(CD_boolean);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ -> List.of(CD_int);
            case DataType.Int64 _, DataType.Timestamp _ -> List.of(CD_long);
            case DataType.Float32 _ -> List.of(CD_float);
            case DataType.Float64 _ -> List.of(CD_double);
            case DataType.Decimal _ -> List.of(CD_long, CD_long);
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ -> List.of(CD_long, CD_int);
        };
    }

    /// What stands in a word that nobody reads.
    static Code.Value nothing(ClassDesc word) {
        return switch (word.descriptorString()) {
            case "Z" -> Values.bool(false);
            case "I" -> Values.int32(0);
            case "J" -> Values.int64(0);
            case "F" -> Values.float32(0);
            case "D" -> Values.float64(0);
            default -> throw new IllegalStateException("no word: " + word.displayName());
        };
    }
}
