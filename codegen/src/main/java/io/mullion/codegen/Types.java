package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Scratch;
import io.mullion.routine.TextLiteral;
import io.mullion.routine.TextSearch;
import io.mullion.routine.Utf8;
import java.lang.constant.ClassDesc;

/// Names of the classes that generated code mentions. Those of the Vector API are names only, so nothing of it is
/// loaded here.
final class Types {
    static final ClassDesc LONG_ARRAY = CD_long.arrayType();
    static final ClassDesc RAW_MEMORY = of(RawMemory.class);
    static final ClassDesc COLUMNS = of(ColumnAddresses.class);
    static final ClassDesc STATE = of(StateAddresses.class);
    static final ClassDesc PROGRESS = of(Progress.class);
    static final ClassDesc FAILURE = of(Failure.class);
    static final ClassDesc SCRATCH = of(Scratch.class);
    static final ClassDesc TEXT_LITERAL = of(TextLiteral.class);
    static final ClassDesc UTF8 = of(Utf8.class);
    static final ClassDesc OPS = of(KernelOps.class);
    static final ClassDesc TEXT_SEARCH = of(TextSearch.class);
    static final ClassDesc VECTOR_TEXT_SEARCH = ClassDesc.of("io.mullion.routine", "VectorTextSearch");
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

    private static ClassDesc vector(String name) {
        return ClassDesc.of("jdk.incubator.vector", name);
    }
}
