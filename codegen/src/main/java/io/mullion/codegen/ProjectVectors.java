package io.mullion.codegen;

import static io.mullion.codegen.ColumnWriter.OUT;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.lang.constant.ClassDesc;
import java.util.List;

/// The vector loops of one column of a projection.
///
/// Where the value is null just where a column is, the loop computes all values, those behind nulls, too, and bits of
/// validity are joined by themselves, 64 at a time. Otherwise there is a loop for rows without nulls and one for
/// others.
final class ProjectVectors {
    /// The row that output row 0 belongs to.
    private static final Code.Var FIRST = new Code.Var("first", CD_int);

    private static final ClassDesc VALIDITY_OPS = Types.of(ValidityOps.class);

    private final Schema schema;
    private final Schema outputs;
    private final int column;
    private final Field field;
    private final Typed expression;
    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;
    private final int lanes;
    private final NullColumns nullable;

    ProjectVectors(
            Schema schema,
            Schema outputs,
            int column,
            Typed expression,
            Target target,
            KernelClass kernel,
            RowParts parts) {
        this.schema = schema;
        this.outputs = outputs;
        this.column = column;
        this.field = outputs.field(column);
        this.expression = expression;
        this.target = target;
        this.kernel = kernel;
        this.parts = parts;
        this.lanes = target.vectorBits() / Long.SIZE;
        this.nullable = NullColumns.of(List.of(expression));
    }

    // i = from + (to - from & -8);
    // project0Vectors(in, from, i, from, out, progress);                          // a strict expression
    // copy(in.addresses[1], from, i - from, out.addresses[1]);
    //
    // if (anyNull(in.addresses[1], from, i)) { project0VectorsNulls(..); } else { project0Vectors(..); }
    /// Computes all rows that fill vectors.
    ///
    /// @param i `from`; behind them afterwards
    /// @return bytes of working memory at the front that the loops use
    long generate(Body body, Code.Var i) {
        body.assign(i, add(FROM, and(subtract(TO, FROM), int32(-lanes))));
        boolean variants = !nullable.columns().isEmpty() && !nullable.strict();
        if (!variants) {
            long bytes = loop(body, i, "", false);
            if (strictlyNull()) {
                validity(body, i);
            }
            return bytes;
        }
        long[] bytes = new long[2];
        body.when(
                nullable.anyNull(IN, FROM, i),
                nulls -> bytes[0] = loop(nulls, i, "Nulls", true),
                none -> bytes[1] = loop(none, i, "", false));
        return Math.max(bytes[0], bytes[1]);
    }

    private void validity(Body body, Code.Var end) {
        ColumnCode in = new ColumnCode(body, IN, schema, target.checked());
        ColumnCode out = new ColumnCode(body, OUT, outputs, target.checked());
        Code.Var rows = body.let("rows", subtract(end, FROM));
        Code.Value bytes = widen(binary(Code.Operator.SHIFT_RIGHT, add(rows, int32(7)), int32(3)));
        out.check(body, column, ColumnAddresses.VALIDITY, int64(0), bytes);
        Code.Value written = out.address(column, ColumnAddresses.VALIDITY);
        String method = "copy";
        for (Typed.Column it : nullable.columns()) {
            in.checkRows(body, FROM, 0);
            Code.Value bitmap = in.address(it.index(), ColumnAddresses.VALIDITY);
            body.run(call(VALIDITY_OPS, method, CD_void, bitmap, FROM, rows, written));
            method = "and";
        }
    }

    /// Whether it is null just where one of its columns is.
    private boolean strictlyNull() {
        return nullable.strict() && !nullable.columns().isEmpty();
    }

    private long loop(Body body, Code.Var end, String suffix, boolean nulls) {
        String name = "project" + column;
        Temporaries temporaries =
                Temporaries.of(kernel, schema, target, parts, List.of(expression), "Of" + column + suffix, nulls);
        String method = name + "Vectors" + suffix;
        temporaries.inChunks(
                kernel,
                body,
                FROM,
                end,
                (inside, from, to) ->
                        inside.run(Values.invoke(kernel.self(), method, CD_void, IN, from, to, FROM, OUT, PROGRESS)));
        kernel.inner(
                method,
                CD_void,
                List.of(IN, FROM, TO, FIRST, OUT, PROGRESS),
                prologue -> vectors(prologue, temporaries, nulls));
        return temporaries.bytes();
    }

    // while (i + 8 <= to) {
    //     int o = i - first;
    //     price.mul(quantity).intoMemorySegment(EVERYTHING, totalData + 8L * o, order);
    //     putBits(totalValidity, o, 8, valid.toLong());              // not of a strict expression
    //     i = i + 8;
    // }
    private void vectors(Body prologue, Temporaries temporaries, boolean nulls) {
        Body body = prologue.sibling();
        ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked(), nulls);
        ColumnCode out = new ColumnCode(prologue, OUT, outputs, target.checked());
        VectorCode code = new VectorCode(prologue, in, kernel, target.vectorBits(), temporaries);
        Code.Var i = body.let("i", FROM);
        code.loop(body, i, TO, inside -> {
            VectorCode.Lanes result = code.lanes(inside, expression, i);
            Code.Var o = inside.let("o", subtract(i, FIRST));
            out.checkRows(inside, o, lanes);
            Code.Value data = out.address(column, ColumnAddresses.DATA);
            if (field.type() instanceof DataType.Bool) {
                putBits(inside, out, ColumnAddresses.DATA, o, code.calls().maskBits(result.value()));
            } else {
                int width = field.type().byteWidth();
                out.check(inside, column, ColumnAddresses.DATA, at(int64(0), width, o), int64((long) width * lanes));
                code.store(inside, result.value(), field.type(), at(data, width, o));
            }
            if (field.nullable() && !strictlyNull()) {
                Code.Value bits = result.valid() == null
                        ? int64((1L << lanes) - 1)
                        : code.calls().maskBits(result.valid());
                putBits(inside, out, ColumnAddresses.VALIDITY, o, bits);
            }
        });
        body.give(null);
        prologue.append(body);
    }

    private void putBits(Body body, ColumnCode out, int buffer, Code.Var o, Code.Value bits) {
        Code.Value offset = widen(binary(Code.Operator.SHIFT_RIGHT, o, int32(3)));
        out.check(body, column, buffer, offset, int64(1));
        body.run(call(Types.OPS, "putBits", CD_void, out.address(column, buffer), o, int32(lanes), bits));
    }
}
