package io.mullion.codegen;

import static io.mullion.codegen.ColumnWriter.OUT;
import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;

import io.mullion.expr.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Generates [FlatMapKernel]s: the pieces of one text, with other expressions repeated beside each piece.
///
/// *Resuming*: `progress.resumeOffset` is where the next piece starts. It is 0 only at the start of a row, since a
/// separator is not empty, and equals the length of the text when just the empty piece after a last separator is left.
final class FlatMapGenerator {
    private final Schema schema;
    private final Schema outputs;
    private final List<Typed> expressions;
    private final int splitColumn;
    private final byte[] separator;
    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;

    FlatMapGenerator(Schema schema, SplitOutputs split, Object title, Target target) {
        this.schema = schema;
        this.outputs = split.schema();
        this.expressions = split.expressions();
        this.splitColumn = split.column();
        this.separator = split.separator();
        this.target = target;
        this.kernel = new KernelClass(FlatMapKernel.class, title);
        this.parts = RowParts.ofLoops(kernel, schema, target, List.of(expressions));
    }

    Compiled<FlatMapKernel> generate() {
        kernel.open(
                "flatMap",
                CD_int,
                List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS),
                body -> body.give(new Code.Choose(isZero64(ACTIVE), loopOf(Rows.ALL), loopOf(Rows.SELECTED))));
        for (Rows rows : Rows.values()) {
            kernel.inner("flatMap" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS), body -> loop(body, rows));
        }
        return kernel.define(FlatMapKernel.class, target.variant(null), expressions, 0, null);
    }

    private Code.Call loopOf(Rows rows) {
        return kernel.callInner("flatMap" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS));
    }

    /// What one loop needs beside the row: the names of its variables.
    private record Frame(
            ColumnCode in,
            ColumnCode out,
            RowCode code,
            Code.Var i,
            Code.Var o,
            Code.Var start,
            Map<Integer, Code.Var> filled,
            Map<Integer, Code.Var> room) {}

    // int o = 0;
    // int start = progress.resumeOffset;
    // while (i < to) {
    //     (the text and the other values)
    //     if (lineValid) { (pieces) }
    //     start = 0;
    //     i = i + 1;
    // }
    // return done(progress, to, o);
    private void loop(Body prologue, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked());
        ColumnCode out = new ColumnCode(prologue, OUT, outputs, target.checked());
        Code.Var o = body.let("o", int32(0));
        Code.Var start = body.let("start", new Code.Get(PROGRESS, Types.PROGRESS, "resumeOffset", CD_int));
        Map<Integer, Code.Var> filled = new HashMap<>();
        Map<Integer, Code.Var> room = new HashMap<>();
        for (int column = 0; column < expressions.size(); column++) {
            if (!outputs.field(column).type().fixedWidth()) {
                ColumnWriter writer = new ColumnWriter(out, column, outputs.field(column));
                filled.put(column, body.let(outputs.field(column).name() + "Filled", int32(0)));
                room.put(column, writer.room(body));
                writer.firstOffset(body);
            }
        }
        Code.Var i = body.let("i", FROM);
        RowCode code = new RowCode(
                in,
                kernel,
                target,
                PROGRESS,
                (failed, failure) -> failed.give(call(Types.OPS, "fail", CD_int, PROGRESS, failure, i, o)),
                parts);
        Frame frame = new Frame(in, out, code, i, o, start, filled, room);
        rows.loop(body, i, (inside, row) -> {
            code.startRow(inside, expressions, 0);
            RowCode.Cell text = code.cell(inside, expressions.get(splitColumn), row);
            if (text.valid() == null) {
                pieces(inside, frame, text, row);
            } else {
                inside.when(text.valid(), known -> pieces(known, frame, text, row));
            }
            inside.assign(start, int32(0));
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, o));
        prologue.append(body);
    }

    // boolean more = true;
    // while (more) {
    //     int end = indexOf(line, start, lineLength, separator);
    //     int pieceLength = end - start;
    //     if (o >= out.rowLimit) { return full(progress, i, start, o); }
    //     if (pieceLength > wordRoom - wordFilled) { return spill(progress, i, start, o); }
    //     (write the row)
    //     o = o + 1;
    //     more = end < lineLength;
    //     start = end + 1;
    // }
    private void pieces(Body body, Frame frame, RowCode.Cell text, Code.Value row) {
        Map<Integer, RowCode.Cell> cells = new HashMap<>();
        Map<Integer, RowCode.Cell> texts = new HashMap<>();
        Map<Integer, Code.Var> lengths = new HashMap<>();
        for (int column = 0; column < expressions.size(); column++) {
            Typed expression = expressions.get(column);
            if (column == splitColumn) {
                continue;
            }
            if (!expression.type().fixedWidth()) {
                RowCode.Cell repeated = frame.code().cell(body, expression, row);
                texts.put(column, repeated);
                lengths.put(
                        column, body.let(outputs.field(column).name() + "Bytes", ProjectGenerator.length(repeated)));
            } else {
                RowCode.Cell cell = frame.code().cell(body, expression, row);
                Code.Value valid = cell.valid() == null ? null : body.hold("valid", cell.valid());
                String name = outputs.field(column).name();
                List<Code.Value> held =
                        cell.words().stream().map(word -> body.hold(name, word)).toList();
                cells.put(column, new RowCode.Cell(held, valid));
            }
        }
        Code.Value lineLength = text.second();
        Code.Var more = body.let("more", bool(true));
        body.loop(more, inside -> {
            Code.Var end = inside.let("end", search(frame, text, lineLength));
            Code.Var pieceLength = inside.let("pieceLength", subtract(end, frame.start()));
            lengths.put(splitColumn, pieceLength);
            inside.when(
                    test(frame.o(), Code.Relation.GE, frame.out().rowLimit()),
                    full -> full.give(call(Types.OPS, "full", CD_int, PROGRESS, frame.i(), frame.start(), frame.o())));
            lengths.forEach((column, length) -> inside.when(
                    test(
                            length,
                            Code.Relation.GT,
                            subtract(frame.room().get(column), frame.filled().get(column))),
                    full -> full.give(
                            call(Types.OPS, "spill", CD_int, PROGRESS, frame.i(), frame.start(), frame.o()))));
            write(inside, frame, text, cells, texts, lengths);
            inside.increment(frame.o(), 1);
            inside.assign(more, test(end, Code.Relation.LT, lineLength));
            inside.assign(frame.start(), add(end, int32(separator.length)));
        });
    }

    private void write(
            Body body,
            Frame frame,
            RowCode.Cell split,
            Map<Integer, RowCode.Cell> cells,
            Map<Integer, RowCode.Cell> texts,
            Map<Integer, Code.Var> lengths) {
        frame.out().checkRows(body, frame.o(), 1);
        for (int column = 0; column < expressions.size(); column++) {
            ColumnWriter writer = new ColumnWriter(frame.out(), column, outputs.field(column));
            if (column == splitColumn) {
                Code.Value piece = add(split.value(), widen(frame.start()));
                writer.text(body, piece, lengths.get(column), frame.filled().get(column), frame.o());
            } else if (texts.get(column) instanceof RowCode.Cell text) {
                writer.text(
                        body, text.value(), lengths.get(column), frame.filled().get(column), frame.o());
                writer.validity(body, text.valid(), frame.o());
            } else {
                writer.fixed(body, cells.get(column), frame.o());
            }
        }
    }

    // indexOf(line, start, lineLength, lineData + lineLimit, literal0)
    private Code.Value search(Frame frame, RowCode.Cell text, Code.Value length) {
        boolean one = separator.length == 1;
        if (one && target.vector() && expressions.get(splitColumn) instanceof Typed.Column column) {
            // A vector may read on behind the text, as far as the data go.
            Code.Value data = frame.in().address(column.index(), ColumnAddresses.DATA);
            Code.Value end = add(data, frame.in().limit(column.index(), ColumnAddresses.DATA));
            Code.Value wanted = frame.in().literal(kernel, CD_byte, separator[0]);
            return call(Types.VECTOR_TEXT_SEARCH, "indexOf", CD_int, text.value(), frame.start(), length, end, wanted);
        }
        if (one && !target.vector()) {
            Code.Value wanted = frame.in().literal(kernel, CD_byte, separator[0]);
            return call(Types.TEXT_SEARCH, "indexOf", CD_int, text.value(), frame.start(), length, wanted);
        }
        List<Code.Value> wanted = frame.in().text(kernel, separator);
        return call(
                target.vector() ? Types.VECTOR_TEXT_SEARCH : Types.TEXT_SEARCH,
                "indexOf",
                CD_int,
                text.value(),
                frame.start(),
                length,
                wanted.get(0),
                wanted.get(1));
    }
}
