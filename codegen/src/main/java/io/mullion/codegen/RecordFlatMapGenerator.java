package io.mullion.codegen;

import static io.mullion.codegen.ColumnWriter.OUT;
import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.function.BiConsumer;

/// Generates [FlatMapKernel]s that ask a function of the user's over records, which emits any number of records for
/// each row. See [RecordEmitter].
final class RecordFlatMapGenerator {
    private static final ClassDesc EMITTER = Types.of(RecordEmitter.class);
    private static final Code.Var RECORD = new Code.Var("record", CD_Object);
    private static final Code.Var BEGUN = new Code.Var("begun", EMITTER);

    private final Schema schema;
    private final Schema outputs;
    private final BiConsumer<?, ?> function;
    private final Target target;
    private final KernelClass kernel;
    private final RecordReading reading;
    private final RecordWriting writing;

    RecordFlatMapGenerator(Schema schema, RecordFunction records, BiConsumer<?, ?> function, Target target) {
        this.schema = schema;
        this.outputs = records.schema(schema);
        this.function = function;
        this.target = target;
        this.kernel = new KernelClass(FlatMapKernel.class, RecordEmitter.class, "flatMap " + records);
        this.reading = new RecordReading(kernel, records.from(), schema);
        this.writing = new RecordWriting(kernel, records, schema, outputs);
    }

    // RecordEmitter begun = RecordEmitter.begin(this, in, out, progress);
    // return active == 0L
    //         ? flatMapAll(in, from, to, progress, begun)
    //         : flatMapSelected(in, active, from, to, progress, begun);
    Compiled<FlatMapKernel> generate() {
        kernel.open("accept", CD_void, List.of(RECORD), this::accept);
        kernel.open("flatMap", CD_int, List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS), body -> {
            writing.firstOffsets(body, new ColumnCode(body, OUT, outputs, target.checked()));
            Code.Value begun = new Code.Call(
                    null,
                    EMITTER,
                    false,
                    "begin",
                    EMITTER,
                    List.of(EMITTER, Types.COLUMNS, Types.COLUMNS, Types.PROGRESS),
                    List.of(kernel.self(), IN, OUT, PROGRESS));
            Code.Var emitter = body.let("begun", begun);
            body.give(new Code.Choose(isZero64(ACTIVE), loopOf(Rows.ALL, emitter), loopOf(Rows.SELECTED, emitter)));
        });
        for (Rows rows : Rows.values()) {
            kernel.inner("flatMap" + rows.suffix, CD_int, rows.parameters(PROGRESS, BEGUN), body -> loop(body, rows));
        }
        return kernel.define(FlatMapKernel.class, target.variant(RecordFilterGenerator.REFUSAL));
    }

    private Code.Call loopOf(Rows rows, Code.Var emitter) {
        return kernel.callInner("flatMap" + rows.suffix, CD_int, rows.parameters(PROGRESS, emitter));
    }

    // FlatMapKernel$Generated emitter = (FlatMapKernel$Generated) begun;    // so that the JIT knows its accept
    // while (i < to) {
    //     in.currentRow = i;
    //     if (progress.resumeOffset == 0) {
    //         emitter.open(i);
    //         function.accept(newTrade.invokeExact(time, price), emitter);
    //     } else {
    //         progress.resumeOffset = 0;
    //         emitter.resume(i);
    //     }
    //     if (!emitter.close()) { return emitter.stop(progress, i); }
    //     i = i + 1;
    // }
    // return done(progress, to, emitter.written);
    private void loop(Body prologue, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked());
        Code.Var emitter = body.let("emitter", new Code.Cast(kernel.self().type(), BEGUN));
        Code.Var i = body.let("i", FROM);
        rows.loop(body, i, (inside, row) -> {
            in.nameRow(inside, row);
            Code.Value resumeOffset = new Code.Get(PROGRESS, Types.PROGRESS, "resumeOffset", CD_int);
            inside.when(
                    test(resumeOffset, Code.Relation.EQ, int32(0)),
                    fresh -> {
                        fresh.run(Values.invoke(emitter, "open", CD_void, row));
                        RowCode code = RecordFilterGenerator.reader(in, kernel, target);
                        Code.Value record = reading.record(fresh, code, row);
                        ClassDesc contract = Types.of(BiConsumer.class);
                        fresh.run(new Code.Call(
                                kernel.constant("function", function, contract),
                                contract,
                                true,
                                "accept",
                                CD_void,
                                List.of(CD_Object, CD_Object),
                                List.of(record, emitter)));
                    },
                    resumed -> {
                        resumed.put(PROGRESS, "resumeOffset", int32(0));
                        resumed.run(Values.invoke(emitter, "resume", CD_void, row));
                    });
            inside.when(
                    not(Values.invoke(emitter, "close", CD_boolean)),
                    stopped -> stopped.give(Values.invoke(emitter, "stop", CD_int, PROGRESS, i)));
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, field(emitter, "written", CD_int)));
        prologue.append(body);
    }

    // public void accept(Object record) {
    //     if (state != 0 || written >= out.rowLimit) { hold(newOut.invokeExact(...)); return; }
    //     (write the row)
    //     written = written + 1;
    // }
    private void accept(Body prologue) {
        Code.Value self = kernel.self();
        Code.Var in = prologue.let("input", field(self, "in", Types.COLUMNS));
        Code.Var out = prologue.let("output", field(self, "out", Types.COLUMNS));
        Code.Var scratch = prologue.let("failing", field(self, "scratch", Types.SCRATCH));
        Code.Var o = prologue.let("o", field(self, "written", CD_int));
        Code.Var row = prologue.let("current", field(self, "row", CD_int));
        Code.Var emitted = prologue.let("emitted", RecordMapGenerator.notNull(RECORD, "the function emitted null"));
        Body body = prologue.sibling();
        ColumnCode outputCode = new ColumnCode(prologue, out, outputs, target.checked());
        ColumnCode inputCode = new ColumnCode(prologue, in, schema, target.checked());
        Code.Value waits = new Code.Logic(
                false,
                test(field(self, "state", CD_int), Code.Relation.NE, int32(0)),
                test(o, Code.Relation.GE, outputCode.rowLimit()));
        body.when(waits, full -> hold(full, emitted));
        outputCode.checkRows(body, o, 1);
        writing.row(
                body,
                emitted,
                outputCode,
                o,
                RecordFilterGenerator.reader(inputCode, kernel, target),
                row,
                scratch,
                new RecordWriting.Ends(full -> hold(full, emitted), failed -> {
                    failed.run(Values.invoke(self, "fail", CD_void));
                    failed.give(null);
                }));
        body.put(self, "written", Values.add(o, int32(1)));
        body.give(null);
        prologue.append(body);
    }

    private void hold(Body body, Code.Value record) {
        body.run(Values.invoke(kernel.self(), "hold", CD_void, writing.copy(body, record)));
        body.give(null);
    }

    private static Code.Value field(Code.Value object, String name, ClassDesc type) {
        return new Code.Get(object, object.type(), name, type);
    }
}
