package io.mullion.codegen;

import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.invoke;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The method of a kernel that computes one temporary column for a chunk of rows.
final class TemporaryLoop {
    private final KernelClass kernel;
    private final Schema schema;
    private final Target target;
    private final Temporaries.Column column;
    private final long reserved;
    private final boolean nulls;
    private final int lanes;

    /// @param reserved bytes at the front of the working memory that all temporary columns take
    TemporaryLoop(
            KernelClass kernel, Schema schema, Target target, Temporaries.Column column, long reserved, boolean nulls) {
        this.kernel = kernel;
        this.schema = schema;
        this.target = target;
        this.column = column;
        this.reserved = reserved;
        this.nulls = nulls;
        this.lanes = target.vectorBits() / Long.SIZE;
    }

    // private void temporary0(ColumnAddresses in, int from, int to, Progress progress) {
    //     int end = from + (to - from & -8);
    //     int i = from;
    //     while (i < end) {
    //         boolean like = TextFunctions.like(word, wordLength, literal0);
    //         putBit(data, i - from, like);
    //         i = i + 1;
    //     }
    // }
    /// @return whether a row may be null
    boolean ofRows(RowParts parts) {
        AtomicBoolean nullable = new AtomicBoolean();
        method(prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked(), nulls);
            Code.Value scratch = columns.scratch(PROGRESS);
            RowCode code = new RowCode(columns, kernel, target, PROGRESS, TemporaryLoop::cannotFail, parts);
            Code.Var i = body.let("i", FROM);
            body.loop(test(i, Code.Relation.LT, end(prologue)), inside -> {
                code.startRow(inside, List.of(column.expression()), reserved);
                RowCode.Cell cell = code.cell(inside, column.expression(), i);
                Code.Value o = inside.let("o", subtract(i, FROM));
                put(inside, address(prologue, scratch, "data", column.data()), o, cell.value());
                if (cell.valid() != null) {
                    nullable.set(true);
                    put(inside, address(prologue, scratch, "validity", column.validity()), o, cell.valid());
                }
                inside.increment(i, 1);
            });
            prologue.append(body);
        });
        return nullable.get();
    }

    // private void temporary0(ColumnAddresses in, int from, int to, Progress progress) {
    //     int end = from + (to - from & -8);
    //     int i = from;
    //     while (i + 8 <= end) {
    //         price.mul(quantity).intoMemorySegment(EVERYTHING, data + 8L * (i - from), order);
    //         i = i + 8;
    //     }
    // }
    /// @param before the temporary columns that are computed before
    /// @return whether a row may be null
    boolean ofVectors(Temporaries before) {
        AtomicBoolean nullable = new AtomicBoolean();
        method(prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked(), nulls);
            Code.Value scratch = columns.scratch(PROGRESS);
            VectorCode code = new VectorCode(prologue, columns, kernel, target.vectorBits(), before);
            Code.Var i = body.let("i", FROM);
            code.loop(body, i, TO, inside -> {
                VectorCode.Lanes result = code.lanes(inside, column.expression(), i);
                Code.Value o = inside.let("o", subtract(i, FROM));
                put(inside, columns, code, address(prologue, scratch, "data", column.data()), o, result.value());
                if (result.valid() != null) {
                    nullable.set(true);
                    Code.Value validity = address(prologue, scratch, "validity", column.validity());
                    put(inside, columns, code, validity, o, result.valid());
                }
            });
            prologue.append(body);
        });
        return nullable.get();
    }

    private void method(Consumer<Body> content) {
        kernel.inner(column.method(), CD_void, List.of(IN, FROM, TO, PROGRESS), prologue -> {
            content.accept(prologue);
            prologue.give(null);
        });
    }

    /// Behind the last row that the vector loop takes.
    private Code.Var end(Body prologue) {
        return prologue.let("end", add(FROM, and(subtract(TO, FROM), int32(-lanes))));
    }

    private static Code.Value address(Body prologue, Code.Value scratch, String name, long offset) {
        return prologue.let(name, add(invoke(scratch, "base", CD_long), int64(offset)));
    }

    private static void put(Body body, Code.Value address, Code.Value o, Code.Value value) {
        switch (value.type().descriptorString()) {
            case "Z" -> body.run(call(Types.OPS, "putBit", CD_void, address, o, value));
            case "I" -> body.run(Values.putLong(at(address, Long.BYTES, o), Values.widen(value)));
            case "J" -> body.run(Values.putLong(at(address, Long.BYTES, o), value));
            case "F" -> body.run(Values.putDouble(at(address, Long.BYTES, o), new Code.Cast(CD_double, value)));
            case "D" -> body.run(Values.putDouble(at(address, Long.BYTES, o), value));
            default -> throw new IllegalStateException("no value of a lane: " + value);
        }
    }

    private void put(
            Body body, ColumnCode columns, VectorCode code, Code.Value address, Code.Value o, Code.Value value) {
        if (value.type().equals(Types.MASK)) {
            Code.Value bits = code.calls().maskBits(value);
            body.run(call(Types.OPS, "putBits", CD_void, address, o, int32(lanes), bits));
        } else {
            Code.Value first = at(address, Long.BYTES, o);
            columns.checkLive(body, first, (long) Long.BYTES * lanes);
            body.run(code.calls().store(value, first));
        }
    }

    private static void cannotFail(Body body, Code.Value failure) {
        throw new IllegalStateException("a temporary column cannot fail: " + failure);
    }
}
