package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.routine.Failure;
import java.lang.constant.ClassDesc;
import java.util.List;

/// Short names for the values of [Code] that generators use most: meant for a static import.
final class Values {
    private Values() {}

    static Code.Value int32(int value) {
        return new Code.Const(value, CD_int);
    }

    static Code.Value int64(long value) {
        return new Code.Const(value, CD_long);
    }

    static Code.Value float32(float value) {
        return new Code.Const(value, CD_float);
    }

    static Code.Value float64(double value) {
        return new Code.Const(value, CD_double);
    }

    static Code.Value bool(boolean value) {
        return new Code.Const(value, CD_boolean);
    }

    static Code.Value nothing(ClassDesc type) {
        return new Code.Const(null, type);
    }

    static Code.Value add(Code.Value left, Code.Value right) {
        return isZero(right) ? left : new Code.Binary(Code.Operator.ADD, left, right);
    }

    static Code.Value subtract(Code.Value left, Code.Value right) {
        return new Code.Binary(Code.Operator.SUBTRACT, left, right);
    }

    static Code.Value binary(Code.Operator op, Code.Value left, Code.Value right) {
        return new Code.Binary(op, left, right);
    }

    /// Of booleans and integers: without a branch.
    static Code.Value and(Code.Value left, Code.Value right) {
        return new Code.Binary(Code.Operator.AND, left, right);
    }

    static Code.Value or(Code.Value left, Code.Value right) {
        return new Code.Binary(Code.Operator.OR, left, right);
    }

    static Code.Value not(Code.Value value) {
        return value instanceof Code.Not(Code.Value inner) ? inner : new Code.Not(value);
    }

    static Code.Value test(Code.Value left, Code.Relation relation, Code.Value right) {
        return new Code.Test(relation, left, right);
    }

    static Code.Value isZero64(Code.Value value) {
        return test(value, Code.Relation.EQ, int64(0));
    }

    static Code.Value widen(Code.Value int32) {
        return new Code.Cast(CD_long, int32);
    }

    /// `base + scale * index`, in bytes, of an int index.
    static Code.Value at(Code.Value base, int scale, Code.Value index) {
        if (index instanceof Code.Const(Integer constant, _)) {
            return add(base, int64((long) scale * constant));
        }
        return add(base, new Code.Binary(Code.Operator.MULTIPLY, int64(scale), widen(index)));
    }

    static Code.Call getByte(Code.Value address) {
        return call(Types.RAW_MEMORY, "getByte", CD_byte, address);
    }

    static Code.Call getShort(Code.Value address) {
        return call(Types.RAW_MEMORY, "getShort", CD_short, address);
    }

    static Code.Call getInt(Code.Value address) {
        return call(Types.RAW_MEMORY, "getInt", CD_int, address);
    }

    static Code.Call getLong(Code.Value address) {
        return call(Types.RAW_MEMORY, "getLong", CD_long, address);
    }

    static Code.Call getDouble(Code.Value address) {
        return call(Types.RAW_MEMORY, "getDouble", CD_double, address);
    }

    static Code.Call putInt(Code.Value address, Code.Value value) {
        return call(Types.RAW_MEMORY, "putInt", CD_void, address, value);
    }

    static Code.Call putLong(Code.Value address, Code.Value value) {
        return call(Types.RAW_MEMORY, "putLong", CD_void, address, value);
    }

    static Code.Call putDouble(Code.Value address, Code.Value value) {
        return call(Types.RAW_MEMORY, "putDouble", CD_void, address, value);
    }

    /// A static method whose parameters have the types of the arguments.
    static Code.Call call(ClassDesc owner, String name, ClassDesc returns, Code.Value... arguments) {
        return new Code.Call(null, owner, false, name, returns, null, List.of(arguments));
    }

    /// A method of a class whose parameters have the types of the arguments.
    static Code.Call invoke(Code.Value receiver, String name, ClassDesc returns, Code.Value... arguments) {
        return new Code.Call(receiver, receiver.type(), false, name, returns, null, List.of(arguments));
    }

    static Code.Value failure(Failure failure) {
        return new Code.Get(null, Types.FAILURE, failure.name(), Types.FAILURE);
    }

    private static boolean isZero(Code.Value value) {
        return value instanceof Code.Const(Number number, _) && number.doubleValue() == 0;
    }
}
