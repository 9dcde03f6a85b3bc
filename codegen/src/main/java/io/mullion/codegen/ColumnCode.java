package io.mullion.codegen;

import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The columns of a batch within one method: which addresses it loads before its loop, and the bounds it asks in the
/// checked variant.
final class ColumnCode {
    private final Body prologue;
    private final Code.Var columns;
    private final Schema schema;
    private final boolean checked;
    private final boolean nulls;
    private final Map<Integer, Code.Var> loaded = new HashMap<>();
    private final Map<Code.Value, Code.Var> hoisted = new HashMap<>();

    /// @param prologue where what stays the same during the loop is loaded
    ColumnCode(Body prologue, Code.Var columns, Schema schema, boolean checked) {
        this(prologue, columns, schema, checked, true);
    }

    /// @param nulls whether any nullable column has nulls in the rows of this loop
    ColumnCode(Body prologue, Code.Var columns, Schema schema, boolean checked, boolean nulls) {
        this.prologue = prologue;
        this.columns = columns;
        this.schema = schema;
        this.checked = checked;
        this.nulls = nulls;
    }

    /// `long price = in.addresses[0];`
    Code.Value address(int column, int buffer) {
        String suffix = switch (buffer) {
            case ColumnAddresses.VALIDITY -> "Validity";
            case ColumnAddresses.OFFSETS -> "Offsets";
            default -> "Data";
        };
        int slot = ColumnAddresses.slot(column, buffer);
        return loaded(slot, schema.field(column).name() + suffix, "addresses", slot);
    }

    /// `double c0 = literal0;`
    Code.Value literal(KernelClass kernel, ClassDesc type, Object value) {
        Code.Value field = kernel.literal(type, value);
        if (field instanceof Code.Const) {
            return field;
        }
        return hoisted("c0", field);
    }

    /// A text of the expression: its address and length. An object holds its memory, and the kernel holds the object.
    List<Code.Value> text(KernelClass kernel, byte[] bytes) {
        Code.Value field = kernel.literal(Types.TEXT_LITERAL, bytes);
        Code.Var literal = hoisted("c0", field);
        return List.of(
                hoisted(literal.name() + "Address", new Code.Get(literal, Types.TEXT_LITERAL, "address", CD_long)),
                hoisted(literal.name() + "Length", new Code.Get(literal, Types.TEXT_LITERAL, "length", CD_int)));
    }

    /// `Scratch scratch = progress.scratch;`
    Code.Value scratch(Code.Var progress) {
        return hoisted("scratch", new Code.Get(progress, Types.PROGRESS, "scratch", Types.SCRATCH));
    }

    /// Whether the column has nulls in the rows of this loop.
    boolean mayBeNull(Typed.Column column) {
        return nulls && column.nullable();
    }

    /// Leaves the number of the row for who reports an exception of a user's function.
    void nameRow(Body body, Code.Value row) {
        body.put(columns, "currentRow", row);
    }

    /// Bytes that may be touched in a buffer, as a variable of the prologue.
    Code.Value limit(int column, int buffer) {
        int slot = ColumnAddresses.slot(column, buffer);
        return loaded(-1 - slot, schema.field(column).name() + "Limit", "limits", slot);
    }

    /// `wordData + wordLimit`: the address that no access to texts of the column may cross.
    Code.Value textEnd(int column) {
        return Values.add(address(column, ColumnAddresses.DATA), limit(column, ColumnAddresses.DATA));
    }

    Code.Value rowLimit() {
        return new Code.Get(columns, Types.COLUMNS, "rowLimit", CD_int);
    }

    /// In the checked variant: rows [row, row + rows) are rows of the batch.
    void checkRows(Body body, Code.Value row, int rows) {
        if (checked) {
            body.run(call(Types.OPS, "checkRows", CD_void, columns, row, int32(rows)));
        }
    }

    /// In the checked variant: the bytes lie within the buffer.
    void check(Body body, int column, int buffer, Code.Value offset, Code.Value bytes) {
        if (checked) {
            body.run(Values.invoke(
                    columns, "check", CD_void, int32(ColumnAddresses.slot(column, buffer)), offset, bytes));
        }
    }

    /// In the checked variant: a vector access outside of columns lies within live memory.
    void checkLive(Body body, Code.Value address, long bytes) {
        checkLive(body, checked, address, bytes);
    }

    static void checkLive(Body body, boolean checked, Code.Value address, long bytes) {
        if (checked) {
            body.run(call(Types.RAW_MEMORY, "checkLive", CD_void, address, int64(bytes)));
        }
    }

    /// A variable of the prologue that holds the value, the same one each time.
    private Code.Var hoisted(String wanted, Code.Value value) {
        Code.Var known = hoisted.get(value);
        if (known == null) {
            known = prologue.let(wanted, value);
            hoisted.put(value, known);
        }
        return known;
    }

    private Code.Var loaded(int key, String wanted, String array, int slot) {
        Code.Var known = loaded.get(key);
        if (known == null) {
            known = prologue.let(wanted, new Code.Element(array(array), int32(slot), CD_long));
            loaded.put(key, known);
        }
        return known;
    }

    private Code.Value array(String name) {
        return new Code.Get(columns, Types.COLUMNS, name, Types.LONG_ARRAY);
    }
}
