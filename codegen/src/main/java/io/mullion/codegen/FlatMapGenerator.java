package io.mullion.codegen;

import static io.mullion.codegen.ColumnWriter.OUT;
import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.getByte;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Generator;
import io.mullion.expr.Schema;
import io.mullion.routine.Literals;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Generates [FlatMapKernel]s: the pieces of one text or the elements of one list, with other expressions repeated
/// beside each.
///
/// *Resuming*: `progress.resumeOffset` is where the next piece or element starts. It is 0 only at the start of a row,
/// since neither a separator nor an element is of no bytes, and equals the length of the text when just the empty piece
/// after a last separator is left.
final class FlatMapGenerator {
    private final Schema schema;
    private final Schema outputs;
    private final List<Typed> expressions;
    /// What rows are made of, ...
    private final int madeColumn;
    /// ... and how.
    private final Generator generator;

    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;

    FlatMapGenerator(Schema schema, FlatMapOutputs outputs, Object title, Target target) {
        this.schema = schema;
        this.outputs = outputs.schema();
        this.expressions = outputs.expressions();
        this.madeColumn = outputs.column();
        this.generator = outputs.generator();
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
    //     (the text or list, and the other values)
    //     if (lineValid) { (rows of it) }
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
            RowCode.Cell whole = code.cell(inside, expressions.get(madeColumn), row);
            if (whole.valid() == null) {
                rowsOf(inside, frame, whole, row);
            } else {
                inside.when(whole.valid(), known -> rowsOf(known, frame, whole, row));
            }
            inside.assign(start, int32(0));
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, o));
        prologue.append(body);
    }

    /// What one of the generated rows has of the text or list.
    ///
    /// @param end where it ends
    /// @param text its address, or null where it is of fixed width
    /// @param length of the text in bytes, or null
    /// @param fixed the value, or null where it is a text
    private record Made(Code.Var end, Code.Value text, Code.Var length, RowCode.Cell fixed) {}

    // boolean more = true;
    // while (more) {
    //     (the piece or element, and where it ends)
    //     if (o >= out.rowLimit) { return full(progress, i, start, o); }
    //     if (pieceLength > wordRoom - wordFilled) { return spill(progress, i, start, o); }
    //     (write the row)
    //     o = o + 1;
    //     more = end < lineLength;
    //     start = end + 1;
    // }
    private void rowsOf(Body body, Frame frame, RowCode.Cell whole, Code.Value row) {
        Map<Integer, RowCode.Cell> cells = new HashMap<>();
        Map<Integer, RowCode.Cell> texts = new HashMap<>();
        Map<Integer, Code.Var> lengths = new HashMap<>();
        for (int column = 0; column < expressions.size(); column++) {
            Typed expression = expressions.get(column);
            if (column == madeColumn) {
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
        Code.Value wholeLength = whole.second();
        Code.Var more = body.let("more", any(frame, wholeLength));
        Places places = places(body, frame);
        body.loop(more, inside -> {
            Made made = made(inside, frame, whole, places);
            if (made.length() != null) {
                lengths.put(madeColumn, made.length());
            }
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
            write(inside, frame, made, cells, texts, lengths);
            inside.increment(frame.o(), 1);
            inside.assign(more, test(made.end(), Code.Relation.LT, wholeLength));
            inside.assign(frame.start(), behind(made.end()));
        });
    }

    /// Whether a row is made of what begins at `start`, which may be the end of a text but not of a list.
    private Code.Value any(Frame frame, Code.Value length) {
        return switch (generator) {
            case Generator.Pieces _ -> bool(true);
            case Generator.Elements _ -> test(frame.start(), Code.Relation.LT, length);
        };
    }

    /// Where the next piece or element starts.
    private Code.Value behind(Code.Var end) {
        return switch (generator) {
            case Generator.Pieces(String separator) -> add(end, int32(Literals.utf8(separator).length));
            case Generator.Elements _ -> end;
        };
    }

    private Made made(Body body, Frame frame, RowCode.Cell whole, Places places) {
        return switch (generator) {
            case Generator.Pieces(String separator) -> {
                Code.Var end = places == null
                        ? body.let("end", search(frame, whole, Literals.utf8(separator)))
                        : next(body, frame, whole, Literals.utf8(separator)[0], places);
                Code.Var length = body.let("pieceLength", subtract(end, frame.start()));
                yield new Made(end, add(whole.value(), widen(frame.start())), length, null);
            }
            case Generator.Elements _ -> element(body, frame, whole);
        };
    }

    // int end = start + 8;
    // long price = getLong(prices + start);
    //
    // int elementLength = getInt(words + start);
    // int end = start + 4 + elementLength;
    /// *Shape*: of a list as [DataType.ListOf] has it.
    private Made element(Body body, Frame frame, RowCode.Cell list) {
        Field made = outputs.field(madeColumn);
        int bytes = new DataType.ListOf(made.type()).elementBytes();
        Code.Value at = add(list.value(), widen(frame.start()));
        if (bytes == 0) {
            frame.in().checkLive(body, at, Integer.BYTES);
            Code.Var length = body.let("elementLength", getInt(at));
            Code.Var end = body.let("end", add(add(frame.start(), int32(Integer.BYTES)), length));
            return new Made(end, add(at, int64(Integer.BYTES)), length, null);
        }
        frame.in().checkLive(body, at, bytes);
        Code.Var end = body.let("end", add(frame.start(), int32(bytes)));
        List<Code.Value> words = made.type() instanceof DataType.Bool
                ? List.of(test(new Code.Cast(CD_int, getByte(at)), Code.Relation.NE, int32(0)))
                : RowInputs.load(body, made.name(), made.type(), at);
        return new Made(end, null, null, new RowCode.Cell(words, null));
    }

    private void write(
            Body body,
            Frame frame,
            Made made,
            Map<Integer, RowCode.Cell> cells,
            Map<Integer, RowCode.Cell> texts,
            Map<Integer, Code.Var> lengths) {
        frame.out().checkRows(body, frame.o(), 1);
        for (int column = 0; column < expressions.size(); column++) {
            ColumnWriter writer = new ColumnWriter(frame.out(), column, outputs.field(column));
            Code.Var filled = frame.filled().get(column);
            if (column == madeColumn && made.text() != null) {
                Code.Value readableEnd = frame.code().readableEnd(expressions.get(column));
                writer.text(body, made.text(), made.length(), readableEnd, filled, frame.o());
            } else if (column == madeColumn) {
                writer.fixed(body, made.fixed(), frame.o());
            } else if (texts.get(column) instanceof RowCode.Cell text) {
                Code.Value readableEnd = frame.code().readableEnd(expressions.get(column));
                writer.text(body, text.value(), lengths.get(column), readableEnd, filled, frame.o());
                writer.validity(body, text.valid(), frame.o());
            } else {
                writer.fixed(body, cells.get(column), frame.o());
            }
        }
    }

    /// Where separators of one byte are, 64 bytes of the text at a time.
    ///
    /// @param found a bit for each of those that no piece has ended at yet
    /// @param looked how much of the text has been looked at
    private record Places(Code.Var found, Code.Var looked) {}

    // long found = 0L;
    // int looked = start;
    /// For one text; null where separators are searched for one after the other, or there are none.
    private Places places(Body body, Frame frame) {
        return generator instanceof Generator.Pieces(String separator) && Literals.utf8(separator).length == 1
                ? new Places(body.let("found", int64(0)), body.let("looked", frame.start()))
                : null;
    }

    // while (found == 0L && looked < lineLength) {
    //     found = places(line + looked, lineLength - looked, lineData + lineLimit, literal0);
    //     looked = looked + 64;
    // }
    // int end = found == 0L ? lineLength : Long.numberOfTrailingZeros(found) + (looked - 64);
    // found = found & found - 1L;
    private Code.Var next(Body body, Frame frame, RowCode.Cell text, byte separator, Places places) {
        Code.Var found = places.found();
        Code.Var looked = places.looked();
        Code.Value length = text.second();
        Code.Value readableEnd = frame.code().readableEnd(expressions.get(madeColumn));
        Code.Value end = readableEnd == null ? add(text.value(), widen(length)) : readableEnd;
        Code.Value wanted = frame.in().literal(kernel, CD_byte, separator);
        body.loop(and(isZero64(found), test(looked, Code.Relation.LT, length)), inside -> {
            Code.Value rest = add(text.value(), widen(looked));
            inside.assign(found, call(textSearch(), "places", CD_long, rest, subtract(length, looked), end, wanted));
            inside.increment(looked, Long.SIZE);
        });
        Code.Value first = call(Types.LONG, "numberOfTrailingZeros", CD_int, found);
        Code.Var at = body.let(
                "end", new Code.Choose(isZero64(found), length, add(first, subtract(looked, int32(Long.SIZE)))));
        body.assign(found, binary(Code.Operator.AND, found, subtract(found, int64(1))));
        return at;
    }

    // indexOf(line, start, lineLength, literal0Address, literal0Length)
    private Code.Value search(Frame frame, RowCode.Cell text, byte[] separator) {
        List<Code.Value> wanted = frame.in().text(kernel, separator);
        return call(
                textSearch(),
                "indexOf",
                CD_int,
                text.value(),
                frame.start(),
                text.second(),
                wanted.get(0),
                wanted.get(1));
    }

    private ClassDesc textSearch() {
        return target.vector() ? Types.VECTOR_TEXT_SEARCH : Types.TEXT_SEARCH;
    }
}
