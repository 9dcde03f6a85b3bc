package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.constant.ClassDesc;

/// Names of the classes that generated code mentions. They are names only, so nothing is loaded here: not the Vector
/// API, which may be absent, and of our own classes none before a kernel runs that needs it.
final class Types {
    static final ClassDesc LONG_ARRAY = CD_long.arrayType();
    static final ClassDesc RAW_MEMORY = routine("RawMemory");
    static final ClassDesc COLUMNS = codegen("ColumnAddresses");
    static final ClassDesc STATE = codegen("StateAddresses");
    static final ClassDesc PROGRESS = codegen("Progress");
    static final ClassDesc FAILURE = routine("Failure");
    static final ClassDesc SCRATCH = routine("Scratch");
    static final ClassDesc TEXT_LITERAL = routine("TextLiteral");
    static final ClassDesc UTF8 = routine("Utf8");
    static final ClassDesc OPS = codegen("KernelOps");
    static final ClassDesc SUM_OPS = codegen("SumOps");
    static final ClassDesc COMPOUND_OPS = codegen("CompoundOps");
    static final ClassDesc TEXT_SEARCH = routine("TextSearch");
    static final ClassDesc VECTOR_TEXT_SEARCH = routine("VectorTextSearch");
    static final ClassDesc LONG = of(Long.class);
    static final ClassDesc MEMORY_SEGMENT = of(java.lang.foreign.MemorySegment.class);
    static final ClassDesc BYTE_ORDER = of(java.nio.ByteOrder.class);
    static final ClassDesc VECTOR = vector("Vector");
    static final ClassDesc LONG_VECTOR = vector("LongVector");
    static final ClassDesc DOUBLE_VECTOR = vector("DoubleVector");
    static final ClassDesc INT_VECTOR = vector("IntVector");
    static final ClassDesc MASK = vector("VectorMask");
    static final ClassDesc SPECIES = vector("VectorSpecies");
    static final ClassDesc OPERATORS = vector("VectorOperators");
    static final ClassDesc VECTOR_BINARY = vector("VectorOperators$Binary");
    static final ClassDesc VECTOR_COMPARISON = vector("VectorOperators$Comparison");
    static final ClassDesc VECTOR_ASSOCIATIVE = vector("VectorOperators$Associative");

    private Types() {}

    static ClassDesc of(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    private static ClassDesc codegen(String name) {
        return ClassDesc.of("io.mullion.codegen", name);
    }

    private static ClassDesc routine(String name) {
        return ClassDesc.of("io.mullion.routine", name);
    }

    private static ClassDesc vector(String name) {
        return ClassDesc.of("jdk.incubator.vector", name);
    }
}
