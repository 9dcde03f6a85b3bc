package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putLong;
import static io.mullion.codegen.Values.test;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.List;

/// Generates [HashKernel]s.
final class HashGenerator {
    private static final Code.Var HASHES = new Code.Var("hashes", CD_long);

    private final Schema schema;
    private final KeyLayout layout;
    private final Target target;
    private final KernelClass kernel;

    HashGenerator(Schema schema, KeyLayout layout, String text, Target target) {
        this.schema = schema;
        this.layout = layout;
        this.target = target;
        this.kernel = new KernelClass(HashKernel.class, text);
    }

    Compiled<HashKernel> generate() {
        return build().define(HashKernel.class, target.variant(refusal()));
    }

    KernelClass build() {
        kernel.open("hash", CD_void, List.of(IN, ACTIVE, FROM, TO, HASHES), this::hash);
        for (Rows rows : Rows.values()) {
            loops(rows, false);
            if (layout.nullable()) {
                loops(rows, true);
            }
        }
        return kernel;
    }

    /// Why the hashes of neighbouring rows are not made as a vector, or null.
    private String refusal() {
        for (Field column : layout.columns()) {
            if (!column.type().fixedWidth() || column.type().byteWidth() != Long.BYTES) {
                return column.type() + " (" + column.name() + ")";
            }
        }
        return null;
    }

    // if (KeyOps.anyNull(priceValidity, active, from, to)) {
    //     if (active == 0L) { hashAllWithNulls(..); } else { hashSelectedWithNulls(..); }
    //     return;
    // }
    // if (active == 0L) { hashAll(..); } else { hashSelected(..); }
    // return;
    private void hash(Body body) {
        if (layout.nullable()) {
            ColumnCode columns = new ColumnCode(body, IN, schema, target.checked());
            body.when(KeyCode.anyNull(layout, columns), nulls -> {
                runLoop(nulls, true);
                nulls.give(null);
            });
        }
        runLoop(body, false);
        body.give(null);
    }

    private void runLoop(Body body, boolean nulls) {
        body.when(
                isZero64(ACTIVE),
                all -> all.run(callLoop(Rows.ALL, nulls)),
                selected -> selected.run(callLoop(Rows.SELECTED, nulls)));
    }

    private Code.Call callLoop(Rows rows, boolean nulls) {
        return kernel.callInner(nameOf(rows, nulls), CD_void, rows.parameters(HASHES));
    }

    private static String nameOf(Rows rows, boolean nulls) {
        return "hash" + rows.suffix + (nulls ? "WithNulls" : "");
    }

    // int i = from;
    // (the vector loop)
    // while (i < to) {
    //     (the values)
    //     putLong(hashes + 8L * i, Hashing.combine(Hashing.int64(price), TextKey.hash(symbol, symbolSecond,
    // symbolLength)));
    //     i = i + 1;
    // }
    private void loops(Rows rows, boolean nulls) {
        kernel.inner(nameOf(rows, nulls), CD_void, rows.parameters(HASHES), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
            KeyCode keys = new KeyCode(layout, columns, nulls);
            Code.Var i = body.let("i", FROM);
            if (rows == Rows.ALL && target.vector() && refusal() == null) {
                vectorLoop(prologue, body, columns, nulls, i);
            }
            rows.loop(body, i, (inside, row) -> {
                List<KeyCode.Part> parts = keys.parts(inside, row);
                inside.run(putLong(at(HASHES, 8, i), KeyCode.hash(parts)));
            });
            body.give(null);
            prologue.append(body);
        });
    }

    // while (i + 8 <= to) {
    //     LongVector price = LongVector.fromMemorySegment(..);
    //     LongVector hash = (of HashVectors)
    //     hash.intoMemorySegment(EVERYTHING, hashes + 8L * i, order);
    //     i = i + 8;
    // }
    private void vectorLoop(Body prologue, Body body, ColumnCode columns, boolean nulls, Code.Var i) {
        int lanes = target.vectorBits() / Long.SIZE;
        HashVectors hashes = new HashVectors(prologue, new VectorCalls(target.vectorBits()));
        body.loop(test(add(i, int32(lanes)), Code.Relation.LE, TO), inside -> {
            columns.checkRows(inside, i, lanes);
            Code.Value hash = null;
            for (int column = 0; column < layout.columns().size(); column++) {
                Code.Value next = lanes(inside, hashes, columns, column, nulls, i);
                hash = hash == null ? next : hashes.combine(inside, hash, next);
            }
            Code.Value address = at(HASHES, 8, i);
            columns.checkLive(inside, address, target.vectorBits() / Byte.SIZE);
            inside.run(hashes.calls().store(hash, address));
            inside.increment(i, lanes);
        });
    }

    private Code.Value lanes(Body body, HashVectors hashes, ColumnCode columns, int column, boolean nulls, Code.Var i) {
        Field field = layout.columns().get(column);
        int index = layout.indices().get(column);
        int lanes = target.vectorBits() / Long.SIZE;
        columns.check(body, index, ColumnAddresses.DATA, at(int64(0), 8, i), int64(8L * lanes));
        boolean doubles = field.type() instanceof DataType.Float64;
        Code.Value loaded = hashes.calls()
                .load(
                        doubles ? Types.DOUBLE_VECTOR : Types.LONG_VECTOR,
                        at(columns.address(index, ColumnAddresses.DATA), 8, i));
        Code.Var values = body.let(field.name(), loaded);
        Code.Value hash = doubles ? hashes.float64(body, values) : hashes.int64(body, values);
        if (!nulls || !field.nullable()) {
            return hash;
        }
        Code.Value bitmap = columns.address(index, ColumnAddresses.VALIDITY);
        Code.Value bits = call(Types.OPS, "bits", CD_long, bitmap, i, int32(lanes));
        checkBits(body, columns, index, i, lanes);
        return hashes.orNull(hash, hashes.calls().maskOf(bits));
    }

    private static void checkBits(Body body, ColumnCode columns, int index, Code.Var i, int lanes) {
        Code.Value firstByte = shifted(i);
        Code.Value bytes = add(Values.subtract(shifted(add(i, int32(lanes - 1))), firstByte), int32(1));
        columns.check(body, index, ColumnAddresses.VALIDITY, widen(firstByte), widen(bytes));
    }

    private static Code.Value shifted(Code.Value row) {
        return Values.binary(Code.Operator.SHIFT_RIGHT, row, int32(3));
    }
}
