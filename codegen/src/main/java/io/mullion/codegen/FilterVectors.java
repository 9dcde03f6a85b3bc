package io.mullion.codegen;

import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.or;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.Schema;
import java.util.List;

/// The methods of a kernel that select the rows for which conditions in vector form are true: none of them can fail.
final class FilterVectors {
    private static final Code.Var OUT = new Code.Var("out", CD_long);
    private static final int VECTORS_PER_STEP = 2;

    private final Schema schema;
    private final List<Typed> conditions;
    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;
    private final NullColumns nullable;
    private final VectorCalls calls;
    private final int lanes;
    private long reserved;

    FilterVectors(Schema schema, List<Typed> conditions, Target target, KernelClass kernel, RowParts parts) {
        this.schema = schema;
        this.conditions = conditions;
        this.target = target;
        this.kernel = kernel;
        this.parts = parts;
        this.nullable = NullColumns.of(conditions);
        this.calls = new VectorCalls(target.vectorBits());
        this.lanes = target.vectorBits() / Long.SIZE;
    }

    /// Bytes at the front of the working memory that the loops use. Known after [#generate].
    long reservedBytes() {
        return reserved;
    }

    /// `select(in, from, to, out, progress)`: the number of rows that it writes to `out`.
    Code.Call select(Code.Value from, Code.Value to, Code.Value out) {
        return Values.invoke(kernel.self(), "select", CD_int, IN, from, to, out, PROGRESS);
    }

    // private int select(ColumnAddresses in, int from, int to, long out, Progress progress) {
    //     if (anyNull(in.addresses[1], from, to)) { return selectNulls(in, from, to, out, progress); }
    //     (selecting)
    // }
    void generate() {
        boolean variants = !nullable.columns().isEmpty();
        kernel.inner("select", CD_int, List.of(IN, FROM, TO, OUT, PROGRESS), body -> {
            if (variants) {
                body.when(
                        nullable.anyNull(IN, FROM, TO),
                        nulls -> nulls.give(
                                Values.invoke(kernel.self(), "selectNulls", CD_int, IN, FROM, TO, OUT, PROGRESS)));
            }
            selecting(body, "", false);
        });
        if (variants) {
            kernel.inner(
                    "selectNulls",
                    CD_int,
                    List.of(IN, FROM, TO, OUT, PROGRESS),
                    body -> selecting(body, "Nulls", true));
        }
        kernel.inner("selectRows", CD_int, List.of(IN, FROM, TO, OUT, PROGRESS), this::rows);
    }

    // int selected = 0;
    // selected = selected + selectVectors(in, from, to, out + 4L * selected, progress);
    // int end = from + (to - from & -16);
    // return selected + selectRows(in, end, to, out + 4L * selected, progress);
    private void selecting(Body body, String suffix, boolean nulls) {
        Temporaries temporaries = Temporaries.of(kernel, schema, target, parts, conditions, "Select" + suffix, nulls);
        reserved = Math.max(reserved, temporaries.bytes());
        boolean bits = nulls && nullable.strict() && temporaries.isEmpty();
        Code.Var selected = body.let("selected", int32(0));
        Code.Var first = FROM;
        if (bits) {
            first = body.let("first", NullColumns.wholeByte(FROM, TO));
            body.assign(selected, rows(FROM, first, OUT));
        }
        temporaries.inChunks(
                kernel,
                body,
                first,
                TO,
                (inside, start, end) -> inside.assign(
                        selected,
                        add(
                                selected,
                                Values.invoke(
                                        kernel.self(),
                                        "selectVectors" + suffix,
                                        CD_int,
                                        IN,
                                        start,
                                        end,
                                        at(OUT, 4, selected),
                                        PROGRESS))));
        Code.Value taken = Values.and(Values.subtract(TO, first), int32(-step()));
        Code.Var end = body.let("rest", add(first, taken));
        body.when(
                test(end, Code.Relation.LT, TO),
                more -> more.assign(selected, add(selected, rows(end, TO, at(OUT, 4, selected)))));
        body.give(selected);
        kernel.inner(
                "selectVectors" + suffix,
                CD_int,
                List.of(IN, FROM, TO, OUT, PROGRESS),
                prologue -> vectors(prologue, temporaries, nulls, bits));
    }

    private Code.Call rows(Code.Value from, Code.Value to, Code.Value out) {
        return Values.invoke(kernel.self(), "selectRows", CD_int, IN, from, to, out, PROGRESS);
    }

    private int step() {
        return VECTORS_PER_STEP * lanes;
    }

    // int selected = 0;
    // int i = from;
    // while (i + 16 <= to) {
    //     VectorMask pass = price.compare(GT, literals);
    //     (the same for the second vector)
    //     long passed = pass.toLong() | pass2.toLong() << 8;
    //     rowNumbers.add(i).compress(VectorMask.fromLong(SPECIES_512, passed))
    //             .intoMemorySegment(EVERYTHING, out + 4L * selected, order);
    //     selected = selected + Long.bitCount(passed);
    //     i = i + 16;
    // }
    // return selected;
    private void vectors(Body prologue, Temporaries temporaries, boolean nulls, boolean bits) {
        Body body = prologue.sibling();
        ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked(), nulls && !bits);
        MaskChain chain = new MaskChain(prologue, columns, kernel, target.vectorBits());
        Code.Var numbers = prologue.let("rowNumbers", laneNumbers());
        Code.Var selected = body.let("selected", int32(0));
        Code.Var i = body.let("i", FROM);
        body.loop(test(add(i, int32(step())), Code.Relation.LE, TO), inside -> {
            ValidityWords words = new ValidityWords(inside, columns, i, step());
            VectorCode code = new VectorCode(prologue, columns, kernel, target.vectorBits(), temporaries);
            Code.Value passed = null;
            for (int vector = 0; vector < VECTORS_PER_STEP; vector++) {
                Code.Var row = vector == 0 ? i : inside.let("i" + vector, add(i, int32(vector * lanes)));
                code.nextVector();
                Code.Value valid = bits ? words.of(nullable.columns(), vector * lanes) : null;
                Code.Value pass = chain.of(inside, code, conditions, row, valid == null ? null : calls.maskOf(valid));
                Code.Value word = calls.maskBits(pass);
                passed = vector == 0 ? word : or(passed, binary(Code.Operator.SHIFT_LEFT, word, int32(vector * lanes)));
            }
            Code.Var mask = inside.let("passed", passed);
            Code.Value address = at(OUT, 4, selected);
            columns.checkLive(inside, address, 4L * step());
            Code.Value rows = calls.invoke(numbers, "add", Types.INT_VECTOR, i);
            inside.run(calls.store(calls.invoke(rows, "compress", Types.INT_VECTOR, maskOf(mask)), address));
            inside.assign(selected, add(selected, call(Types.of(Long.class), "bitCount", CD_int, mask)));
            inside.increment(i, step());
        });
        body.give(selected);
        prologue.append(body);
    }

    /// `IntVector.zero(SPECIES_512).addIndex(1)`: as many row numbers as a step has rows.
    private Code.Value laneNumbers() {
        Code.Call zero = new Code.Call(
                null,
                Types.INT_VECTOR,
                false,
                "zero",
                Types.INT_VECTOR,
                List.of(Types.SPECIES),
                List.of(calls.species(Types.INT_VECTOR)));
        return calls.invoke(zero, "addIndex", Types.INT_VECTOR, int32(1));
    }

    private Code.Value maskOf(Code.Value bits) {
        return new Code.Call(
                null,
                Types.MASK,
                false,
                "fromLong",
                Types.MASK,
                List.of(Types.SPECIES, CD_long),
                List.of(calls.species(Types.INT_VECTOR), bits));
    }

    // The rows before and behind the vectors: as FilterGenerator has them.
    private void rows(Body prologue) {
        Body body = prologue.sibling();
        ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
        RowCode code = new RowCode(columns, kernel, target, PROGRESS, FilterVectors::cannotFail, parts);
        Code.Var selected = body.let("selected", int32(0));
        Code.Var i = body.let("i", FROM);
        Rows.ALL.loop(body, i, (inside, row) -> {
            code.startRow(inside, conditions, 0);
            Code.Value pass = Conjunction.holds(inside, code, conditions, row);
            inside.run(putInt(at(OUT, 4, selected), row));
            inside.assign(selected, add(selected, new Code.Choose(pass, int32(1), int32(0))));
        });
        body.give(selected);
        prologue.append(body);
    }

    private static void cannotFail(Body body, Code.Value failure) {
        throw new IllegalStateException("a condition of a vector loop can fail: " + failure);
    }
}
