package io.mullion.codegen;

import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.List;

/// Generates [OrderKernel]s.
final class OrderGenerator {
    private static final Code.Var NUMBERS = new Code.Var("numbers", CD_long);

    private final Target target;
    private final KernelClass kernel;

    OrderGenerator(String text, Target target) {
        this.target = target;
        this.kernel = new KernelClass(OrderKernel.class, text);
    }

    Compiled<OrderKernel> generate() {
        return build().define(OrderKernel.class, target.variant(null));
    }

    // int i = from;
    // (the vector loop)
    // while (i + 1 < to) {
    //     long at = numbers + 8L * i;
    //     if (getLong(at + 8L) < getLong(at)) { return false; }
    //     i = i + 1;
    // }
    // return true;
    KernelClass build() {
        kernel.open("ascending", CD_boolean, List.of(NUMBERS, FROM, TO), body -> {
            Code.Var i = body.let("i", FROM);
            if (target.vector()) {
                vectors(body, i);
            }
            body.loop(test(add(i, int32(1)), Code.Relation.LT, TO), inside -> {
                Code.Var at = inside.let("at", at(NUMBERS, Long.BYTES, i));
                inside.when(
                        test(getLong(add(at, int64(Long.BYTES))), Code.Relation.LT, getLong(at)),
                        descends -> descends.give(bool(false)));
                inside.increment(i, 1);
            });
            body.give(bool(true));
        });
        return kernel;
    }

    // while (i + 9 <= to) {
    //     long at = numbers + 8L * i;
    //     LongVector before = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, at, order);
    //     LongVector next = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, at + 8L, order);
    //     if (next.compare(LT, before).anyTrue()) { return false; }
    //     i = i + 8;
    // }
    private void vectors(Body body, Code.Var i) {
        VectorCalls calls = new VectorCalls(target.vectorBits());
        int lanes = target.vectorBits() / Long.SIZE;
        body.loop(test(add(i, int32(lanes + 1)), Code.Relation.LE, TO), inside -> {
            Code.Var at = inside.let("at", at(NUMBERS, Long.BYTES, i));
            ColumnCode.checkLive(inside, target.checked(), at, (lanes + 1L) * Long.BYTES);
            Code.Var before = inside.let("before", calls.load(Types.LONG_VECTOR, at));
            Code.Var next = inside.let("next", calls.load(Types.LONG_VECTOR, add(at, int64(Long.BYTES))));
            inside.when(
                    calls.invoke(calls.compare(next, "LT", before), "anyTrue", CD_boolean),
                    descends -> descends.give(bool(false)));
            inside.increment(i, lanes);
        });
    }
}
