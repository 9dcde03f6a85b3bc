package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.constant.ClassDesc;
import java.util.List;

/// Calls of the Vector API for one width, with the descriptors they really have.
///
/// Species are read from the static final fields of the API in place, so that the JIT sees constants, which its
/// intrinsics demand.
final class VectorCalls {
    static final ClassDesc FLOAT_VECTOR = ClassDesc.of("jdk.incubator.vector", "FloatVector");
    static final ClassDesc SHORT_VECTOR = ClassDesc.of("jdk.incubator.vector", "ShortVector");
    static final ClassDesc BYTE_VECTOR = ClassDesc.of("jdk.incubator.vector", "ByteVector");

    private final int bits;

    VectorCalls(int bits) {
        this.bits = bits;
    }

    Code.Value species(ClassDesc vector) {
        return species(vector, bits);
    }

    /// Lanes of 32 bits, as many as there are of 64 bits.
    Code.Value intSpecies() {
        return species(Types.INT_VECTOR, bits / 2);
    }

    Code.Call load(ClassDesc vector, Code.Value address) {
        return of(
                vector,
                "fromMemorySegment",
                vector,
                List.of(Types.SPECIES, Types.MEMORY_SEGMENT, CD_long, Types.BYTE_ORDER),
                species(vector),
                everything(),
                offset(address),
                order());
    }

    Code.Call store(Code.Value vector, Code.Value address) {
        return on(
                vector,
                "intoMemorySegment",
                CD_void,
                List.of(Types.MEMORY_SEGMENT, CD_long, Types.BYTE_ORDER),
                everything(),
                offset(address),
                order());
    }

    Code.Call broadcast(Code.Value scalar) {
        ClassDesc vector = scalar.type().equals(CD_double) ? Types.DOUBLE_VECTOR : Types.LONG_VECTOR;
        return of(vector, "broadcast", vector, List.of(Types.SPECIES, scalar.type()), species(vector), scalar);
    }

    /// A vector whose lanes are `ratio` times as narrow as 64 bits, as many as there are of 64 bits.
    Code.Call loadNarrow(ClassDesc vector, int ratio, Code.Value address) {
        return of(
                vector,
                "fromMemorySegment",
                vector,
                List.of(Types.SPECIES, Types.MEMORY_SEGMENT, CD_long, Types.BYTE_ORDER),
                species(vector, bits / ratio),
                everything(),
                offset(address),
                order());
    }

    /// The first lanes with their sign extended, as many as there are of 64 bits.
    Code.Value toLongs(Code.Value narrow) {
        return castShape(narrow, Types.LONG_VECTOR, bits);
    }

    Code.Value toDoubles(Code.Value vector) {
        return castShape(vector, Types.DOUBLE_VECTOR, bits);
    }

    /// The lanes of 64 bits in `ratio` times as narrow ones.
    Code.Value narrow(Code.Value values, ClassDesc vector, int ratio) {
        return castShape(values, vector, bits / ratio);
    }

    /// The lanes as the first ones of a vector of 64 bits.
    Code.Value narrowTo64(Code.Value values, ClassDesc vector) {
        return castShape(values, vector, Long.SIZE);
    }

    /// An int as vector of 64 bits; the upper half may be anything.
    Code.Call ints(Code.Value scalar) {
        return of(
                Types.INT_VECTOR,
                "broadcast",
                Types.INT_VECTOR,
                List.of(Types.SPECIES, CD_int),
                species(Types.INT_VECTOR, Long.SIZE),
                scalar);
    }

    Code.Call asBytes(Code.Value vector) {
        return invoke(vector, "reinterpretAsBytes", BYTE_VECTOR);
    }

    Code.Call asShorts(Code.Value vector) {
        return invoke(vector, "reinterpretAsShorts", SHORT_VECTOR);
    }

    /// The first four of eight bytes.
    Code.Value bytesToShorts(Code.Value bytes) {
        return castShape(bytes, SHORT_VECTOR, Long.SIZE);
    }

    /// The first four bytes.
    Code.Call firstInt(Code.Value vector) {
        return invoke(invoke(vector, "reinterpretAsInts", Types.INT_VECTOR), "lane", CD_int, Values.int32(0));
    }

    private Code.Value castShape(Code.Value from, ClassDesc to, int width) {
        Code.Call cast = new Code.Call(
                from,
                Types.VECTOR,
                false,
                "castShape",
                Types.VECTOR,
                List.of(Types.SPECIES, CD_int),
                List.of(species(to, width), Values.int32(0)));
        return new Code.Cast(to, cast);
    }

    /// A constant vector out of a `long[]`.
    Code.Call fromArray(Code.Value array, int from) {
        return of(
                Types.LONG_VECTOR,
                "fromArray",
                Types.LONG_VECTOR,
                List.of(Types.SPECIES, Types.LONG_ARRAY, CD_int),
                species(Types.LONG_VECTOR),
                array,
                Values.int32(from));
    }

    Code.Call laneNumbers() {
        Code.Call zero = of(Types.INT_VECTOR, "zero", Types.INT_VECTOR, List.of(Types.SPECIES), intSpecies());
        return invoke(zero, "addIndex", Types.INT_VECTOR, Values.int32(1));
    }

    Code.Call maskOf(Code.Value bits) {
        return of(
                Types.MASK, "fromLong", Types.MASK, List.of(Types.SPECIES, CD_long), species(Types.LONG_VECTOR), bits);
    }

    Code.Call maskAll(Code.Value on) {
        Code.Value species = species(Types.LONG_VECTOR);
        return new Code.Call(species, Types.SPECIES, true, "maskAll", Types.MASK, List.of(CD_boolean), List.of(on));
    }

    Code.Call maskBits(Code.Value mask) {
        return invoke(mask, "toLong", CD_long);
    }

    /// A mask of the `LongVector` of this width, whatever was compared.
    Code.Call compare(Code.Value left, String operator, Code.Value right) {
        Code.Value op = new Code.Get(null, Types.OPERATORS, operator, Types.VECTOR_COMPARISON);
        Code.Call mask = on(left, "compare", Types.MASK, List.of(Types.VECTOR_COMPARISON, Types.VECTOR), op, right);
        return left.type().equals(Types.DOUBLE_VECTOR) ? cast(mask, species(Types.LONG_VECTOR)) : mask;
    }

    Code.Call cast(Code.Value mask, Code.Value species) {
        return on(mask, "cast", Types.MASK, List.of(Types.SPECIES), species);
    }

    /// `add`, `sub`, `mul`, `div`, `min`, `max`, `and`, `or` of two vectors of one type.
    Code.Call lanewise(Code.Value left, String method, Code.Value right) {
        return on(left, method, left.type(), List.of(Types.VECTOR), right);
    }

    /// `left * right + more` of doubles, rounded once.
    Code.Call multiplyAdd(Code.Value left, Code.Value right, Code.Value more) {
        return on(left, "fma", left.type(), List.of(Types.VECTOR, Types.VECTOR), right, more);
    }

    /// `neg`, `abs`, `sqrt`.
    Code.Call unary(Code.Value vector, String method) {
        return on(vector, method, vector.type(), List.of());
    }

    /// A shift of all lanes by one constant.
    Code.Call shift(Code.Value vector, String operator, int by) {
        Code.Value op = new Code.Get(null, Types.OPERATORS, operator, Types.VECTOR_BINARY);
        return on(vector, "lanewise", vector.type(), List.of(Types.VECTOR_BINARY, CD_long), op, Values.int64(by));
    }

    /// The associative operator XOR of longs.
    Code.Call xor(Code.Value left, Code.Value right) {
        Code.Value op = new Code.Get(null, Types.OPERATORS, "XOR", Types.VECTOR_ASSOCIATIVE);
        return on(left, "lanewise", left.type(), List.of(Types.VECTOR_BINARY, Types.VECTOR), op, right);
    }

    /// `lanewise(operator, right)`.
    Code.Call lanewiseOperator(Code.Value left, String operator, Code.Value right) {
        Code.Value op = new Code.Get(null, Types.OPERATORS, operator, Types.VECTOR_BINARY);
        return on(left, "lanewise", left.type(), List.of(Types.VECTOR_BINARY, Types.VECTOR), op, right);
    }

    /// @param mask of a `LongVector`
    Code.Call blend(Code.Value otherwise, Code.Value where, Code.Value mask) {
        boolean doubles = otherwise.type().equals(Types.DOUBLE_VECTOR);
        Code.Value fitting = doubles ? cast(mask, species(Types.DOUBLE_VECTOR)) : mask;
        return on(otherwise, "blend", otherwise.type(), List.of(Types.VECTOR, Types.MASK), where, fitting);
    }

    Code.Call reduce(Code.Value vector, String operator) {
        Code.Value op = new Code.Get(null, Types.OPERATORS, operator, Types.VECTOR_ASSOCIATIVE);
        ClassDesc lane = vector.type().equals(Types.DOUBLE_VECTOR) ? CD_double : CD_long;
        return on(vector, "reduceLanes", lane, List.of(Types.VECTOR_ASSOCIATIVE), op);
    }

    Code.Call asLongs(Code.Value doubles) {
        return invoke(doubles, "reinterpretAsLongs", Types.LONG_VECTOR);
    }

    Code.Call asDoubles(Code.Value longs) {
        return invoke(longs, "reinterpretAsDoubles", Types.DOUBLE_VECTOR);
    }

    Code.Value and(Code.Value left, Code.Value right) {
        return on(left, "and", Types.MASK, List.of(Types.MASK), right);
    }

    Code.Value or(Code.Value left, Code.Value right) {
        return on(left, "or", Types.MASK, List.of(Types.MASK), right);
    }

    Code.Value not(Code.Value mask) {
        return invoke(mask, "not", Types.MASK);
    }

    /// Lanes that are valid on both sides; null stands for all.
    Code.Value both(Code.Value left, Code.Value right) {
        if (left == null) {
            return right;
        }
        return right == null ? left : and(left, right);
    }

    /// A method whose parameters have just the types of the arguments.
    Code.Call invoke(Code.Value receiver, String name, ClassDesc returns, Code.Value... arguments) {
        return Values.invoke(receiver, name, returns, arguments);
    }

    private Code.Value species(ClassDesc vector, int width) {
        return new Code.Get(null, vector, "SPECIES_" + width, Types.SPECIES);
    }

    /// The address as one that is known not to be negative: then nothing is left of the bounds check of the segment,
    /// but one operation.
    private static Code.Value offset(Code.Value address) {
        return Values.and(address, Values.int64(Long.MAX_VALUE >> 1));
    }

    private static Code.Value everything() {
        return new Code.Get(null, Types.RAW_MEMORY, "EVERYTHING", Types.MEMORY_SEGMENT);
    }

    private static Code.Value order() {
        return of(Types.BYTE_ORDER, "nativeOrder", Types.BYTE_ORDER, List.of());
    }

    private static Code.Call of(
            ClassDesc owner, String name, ClassDesc returns, List<ClassDesc> parameters, Code.Value... arguments) {
        return new Code.Call(null, owner, false, name, returns, parameters, List.of(arguments));
    }

    private static Code.Call on(
            Code.Value receiver, String name, ClassDesc returns, List<ClassDesc> parameters, Code.Value... arguments) {
        return new Code.Call(receiver, receiver.type(), false, name, returns, parameters, List.of(arguments));
    }
}
