package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.util.ArrayList;
import java.util.List;

/// Generates [PartitionKernel]s: counts, adds up, deals out.
final class PartitionGenerator {
    private static final Code.Var HASHES = new Code.Var("hashes", CD_long);
    private static final Code.Var PARTITIONS = new Code.Var("partitions", CD_int);
    private static final Code.Var OUT = new Code.Var("rows", CD_long);
    private static final Code.Var STARTS = new Code.Var("starts", CD_long);

    private final Target target;
    private final KernelClass kernel = new KernelClass(PartitionKernel.class, "partition by hash");

    PartitionGenerator(Target target) {
        this.target = target;
    }

    Compiled<PartitionKernel> generate() {
        return build().define(PartitionKernel.class, target.variant("rows are dealt out one by one"));
    }

    // count(hashes, from, to, partitions, starts);
    // if (active == 0L) { dealAll(..); } else { dealSelected(..); }
    KernelClass build() {
        List<Code.Var> counted = List.of(HASHES, FROM, TO, PARTITIONS, STARTS);
        kernel.open("partition", CD_void, List.of(HASHES, ACTIVE, FROM, TO, PARTITIONS, OUT, STARTS), body -> {
            body.run(kernel.callInner("count", CD_void, counted));
            body.when(isZero64(ACTIVE), all -> all.run(deal(Rows.ALL)), some -> some.run(deal(Rows.SELECTED)));
            body.give(null);
        });
        kernel.inner("count", CD_void, counted, this::count);
        for (Rows rows : Rows.values()) {
            kernel.inner("deal" + rows.suffix, CD_void, dealt(rows), body -> deal(body, rows));
        }
        return kernel;
    }

    private Code.Call deal(Rows rows) {
        return kernel.callInner("deal" + rows.suffix, CD_void, dealt(rows));
    }

    private static List<Code.Var> dealt(Rows rows) {
        List<Code.Var> parameters = new ArrayList<>(List.of(HASHES));
        if (rows == Rows.SELECTED) {
            parameters.add(ACTIVE);
        }
        parameters.addAll(List.of(FROM, TO, PARTITIONS, OUT, STARTS));
        return parameters;
    }

    // int p = 0;
    // while (p < partitions + 2) { putInt(starts + 4L * p, 0); p = p + 1; }
    // int i = from;
    // while (i < to) {
    //     long count = starts + 4L * Hashing.part(getLong(hashes + 8L * i), partitions) + 8L;
    //     putInt(count, getInt(count) + 1);
    //     i = i + 1;
    // }
    // p = 2;
    // while (p < partitions + 2) {
    //     putInt(starts + 4L * p, getInt(starts + 4L * p) + getInt(starts + 4L * p - 4L));
    //     p = p + 1;
    // }
    // return;
    private void count(Body body) {
        Code.Var p = body.let("p", int32(0));
        Code.Var end = body.let("end", add(PARTITIONS, int32(2)));
        body.loop(test(p, Code.Relation.LT, end), clear -> {
            clear.run(putInt(at(STARTS, 4, p), int32(0)));
            clear.increment(p, 1);
        });
        Code.Var i = body.let("i", FROM);
        body.loop(test(i, Code.Relation.LT, TO), counted -> {
            // Two places on: where dealing out begins is one place on, and moves to where it belongs.
            Code.Var count = counted.let("count", add(at(STARTS, 4, part(i)), int64(8)));
            counted.run(putInt(count, add(getInt(count), int32(1))));
            counted.increment(i, 1);
        });
        body.assign(p, int32(2));
        body.loop(test(p, Code.Relation.LT, end), sum -> {
            Code.Var start = sum.let("start", at(STARTS, 4, p));
            sum.run(putInt(start, add(getInt(start), getInt(add(start, int64(-4))))));
            sum.increment(p, 1);
        });
        body.give(null);
    }

    // int i = from;
    // while (i < to) {
    //     long next = starts + 4L * Hashing.part(getLong(hashes + 8L * i), partitions) + 4L;
    //     int position = getInt(next);
    //     putInt(rows + 4L * position, i);                // or the row at position i
    //     putInt(next, position + 1);
    //     i = i + 1;
    // }
    // return;
    private void deal(Body body, Rows rows) {
        Code.Var i = body.let("i", FROM);
        rows.loop(body, i, (inside, row) -> {
            Code.Var next = inside.let("next", add(at(STARTS, 4, part(i)), int64(4)));
            Code.Var position = inside.let("position", getInt(next));
            inside.run(putInt(at(OUT, 4, position), row));
            inside.run(putInt(next, add(position, int32(1))));
        });
        body.give(null);
    }

    private static Code.Value part(Code.Var i) {
        return call(KeyCode.HASHING, "part", CD_int, getLong(at(HASHES, 8, i)), PARTITIONS);
    }
}
