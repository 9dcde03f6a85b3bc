package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
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
///
/// What the API returns as a `LongVector` of some width is cast to the class of this width ([#exact]). Methods of
/// `LongVector` call others of the vector at hand, and the JIT guesses by the classes that it saw there, in all kernels
/// and in all code of the process. If those were of another width, as the ints of a narrow column are, it guesses
/// wrong, gives up after some attempts, and the vectors stay objects for good (KernelGarbage). Where the class is known
/// there is nothing to guess.
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

    Code.Value load(ClassDesc vector, Code.Value address) {
        return loadNarrow(vector, 1, address);
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

    Code.Value broadcast(Code.Value scalar) {
        ClassDesc vector = scalar.type().equals(CD_double) ? Types.DOUBLE_VECTOR : Types.LONG_VECTOR;
        return broadcast(vector, bits, scalar);
    }

    /// An int in as many lanes as there are of 64 bits.
    Code.Value broadcastInts(Code.Value scalar) {
        return broadcast(Types.INT_VECTOR, bits / 2, scalar);
    }

    private Code.Value broadcast(ClassDesc vector, int width, Code.Value scalar) {
        Code.Value species = species(vector, width);
        List<ClassDesc> parameters = List.of(Types.SPECIES, scalar.type());
        return exact(of(vector, "broadcast", vector, parameters, species, scalar), width);
    }

    /// A vector whose lanes are `ratio` times as narrow as 64 bits, as many as there are of 64 bits.
    Code.Value loadNarrow(ClassDesc vector, int ratio, Code.Value address) {
        Code.Call loaded = of(
                vector,
                "fromMemorySegment",
                vector,
                List.of(Types.SPECIES, Types.MEMORY_SEGMENT, CD_long, Types.BYTE_ORDER),
                species(vector, bits / ratio),
                everything(),
                offset(address),
                order());
        return exact(loaded, bits / ratio);
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
    Code.Value ints(Code.Value scalar) {
        return broadcast(Types.INT_VECTOR, Long.SIZE, scalar);
    }

    /// Of a vector of 64 bits.
    Code.Value asBytes(Code.Value vector) {
        return exact(invoke(vector, "reinterpretAsBytes", BYTE_VECTOR), Long.SIZE);
    }

    /// Of a vector of 64 bits.
    Code.Value asShorts(Code.Value vector) {
        return exact(invoke(vector, "reinterpretAsShorts", SHORT_VECTOR), Long.SIZE);
    }

    /// The first four of eight bytes.
    Code.Value bytesToShorts(Code.Value bytes) {
        return castShape(bytes, SHORT_VECTOR, Long.SIZE);
    }

    /// The first four bytes.
    Code.Call firstInt(Code.Value vector) {
        Code.Value ints = exact(invoke(vector, "reinterpretAsInts", Types.INT_VECTOR), Long.SIZE);
        return invoke(ints, "lane", CD_int, Values.int32(0));
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
        return exact(new Code.Cast(to, cast), width);
    }

    /// A constant vector out of a `long[]`.
    Code.Value fromArray(Code.Value array, int from) {
        Code.Call loaded = of(
                Types.LONG_VECTOR,
                "fromArray",
                Types.LONG_VECTOR,
                List.of(Types.SPECIES, Types.LONG_ARRAY, CD_int),
                species(Types.LONG_VECTOR),
                array,
                Values.int32(from));
        return exact(loaded);
    }

    /// 0, 1, 2, ... in as many lanes of 32 bits as there are of 64 bits.
    Code.Value laneNumbers() {
        return laneNumbers(bits / 2);
    }

    /// 0, 1, 2, ... in all lanes of 32 bits that a vector has.
    Code.Value allLaneNumbers() {
        return laneNumbers(bits);
    }

    private Code.Value laneNumbers(int width) {
        Code.Value species = species(Types.INT_VECTOR, width);
        Code.Value zero = exact(of(Types.INT_VECTOR, "zero", Types.INT_VECTOR, List.of(Types.SPECIES), species), width);
        return invoke(zero, "addIndex", Types.INT_VECTOR, Values.int32(1));
    }

    Code.Value maskOf(Code.Value bits) {
        return maskOf(species(Types.LONG_VECTOR), bits);
    }

    /// A mask of all lanes of 32 bits that a vector has.
    Code.Value maskOfInts(Code.Value bits) {
        return maskOf(species(Types.INT_VECTOR), bits);
    }

    private Code.Value maskOf(Code.Value species, Code.Value bits) {
        List<ClassDesc> parameters = List.of(Types.SPECIES, CD_long);
        return exactMask(of(Types.MASK, "fromLong", Types.MASK, parameters, species, bits), species);
    }

    Code.Value maskAll(Code.Value on) {
        Code.Value species = species(Types.LONG_VECTOR);
        Code.Call mask =
                new Code.Call(species, Types.SPECIES, true, "maskAll", Types.MASK, List.of(CD_boolean), List.of(on));
        return exactMask(mask, species);
    }

    Code.Call maskBits(Code.Value mask) {
        return invoke(mask, "toLong", CD_long);
    }

    /// A mask of the `LongVector` of this width, whatever was compared.
    Code.Value compare(Code.Value left, String operator, Code.Value right) {
        Code.Value op = new Code.Get(null, Types.OPERATORS, operator, Types.VECTOR_COMPARISON);
        Code.Call mask = on(left, "compare", Types.MASK, List.of(Types.VECTOR_COMPARISON, Types.VECTOR), op, right);
        return left.type().equals(Types.DOUBLE_VECTOR) ? cast(mask, species(Types.LONG_VECTOR)) : mask;
    }

    Code.Value cast(Code.Value mask, Code.Value species) {
        return exactMask(on(mask, "cast", Types.MASK, List.of(Types.SPECIES), species), species);
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

    Code.Value asLongs(Code.Value doubles) {
        return exact(invoke(doubles, "reinterpretAsLongs", Types.LONG_VECTOR));
    }

    Code.Value asDoubles(Code.Value longs) {
        return exact(invoke(longs, "reinterpretAsDoubles", Types.DOUBLE_VECTOR));
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

    // (LongVector) LongVector.SPECIES_512.vectorType().cast(vector)
    /// The vector as what it is, one of the final class that the width has. All operations but those that change the
    /// kind of lanes keep that, so it is for vectors that begin something, and for variables that a loop assigns.
    Code.Value exact(Code.Value vector) {
        return exact(vector, bits);
    }

    private static Code.Value exact(Code.Value vector, int width) {
        return exact(vector, species(vector.type(), width), "vectorType");
    }

    private static Code.Value exactMask(Code.Value mask, Code.Value species) {
        return exact(mask, species, "maskType");
    }

    /// The JIT makes a cast of it, as `Class.cast` is an intrinsic and the class a constant.
    private static Code.Value exact(Code.Value value, Code.Value species, String type) {
        Code.Value exact = new Code.Call(species, Types.SPECIES, true, type, CD_Class, List.of(), List.of());
        return new Code.Cast(value.type(), on(exact, "cast", CD_Object, List.of(CD_Object), value));
    }

    /// What such a cast is of, which listings show as `exact(value)`; null if it is another one.
    static Code.Value exactly(Code.Cast cast) {
        return cast.value() instanceof Code.Call call
                        && call.receiver() instanceof Code.Call type
                        && type.owner().equals(Types.SPECIES)
                ? call.arguments().getFirst()
                : null;
    }

    /// A method whose parameters have just the types of the arguments.
    Code.Call invoke(Code.Value receiver, String name, ClassDesc returns, Code.Value... arguments) {
        return Values.invoke(receiver, name, returns, arguments);
    }

    private static Code.Value species(ClassDesc vector, int width) {
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
