package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.putLong;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// Generates [KeyKernel]s: a loop each for all rows and for selected ones, without nulls and with them, for a table of
/// one segment, whose address is then a constant of the loop, for larger ones, and, where the key is an integer, for
/// one that has it by its value. Beside them one that only says where in a larger table the search for each row begins.
final class KeyGenerator {
    private static final Code.Var ROW = new Code.Var("row", CD_int);
    private static final Code.Var KEY = new Code.Var("key", CD_long);
    private static final Code.Var KEY_PAGES = new Code.Var("keyPages", CD_long);
    private static final Code.Var GROUP = new Code.Var("group", CD_int);

    private final Schema schema;
    private final KeyLayout layout;
    private final Target target;
    private final KernelClass kernel;

    KeyGenerator(Schema schema, KeyLayout layout, String text, Target target) {
        this.schema = schema;
        this.layout = layout;
        this.target = target;
        this.kernel = new KernelClass(KeyKernel.class, text);
    }

    Compiled<KeyKernel> generate() {
        return build().define(KeyKernel.class, target.variant("keys are looked up one by one"));
    }

    KernelClass build() {
        kernel.open("store", CD_long, List.of(IN, ROW, KEY), this::store);
        List<Code.Var> parameters = List.of(IN, ACTIVE, FROM, TO, KeyLoop.TABLE, KeyLoop.GROUP_IDS);
        kernel.open("find", CD_int, parameters, this::find);
        for (Rows rows : Rows.values()) {
            for (KeyLoop.Form form : KeyLoop.Form.values()) {
                if (form != KeyLoop.Form.DIRECT || layout.direct()) {
                    loop(rows, false, form);
                    if (layout.nullable()) {
                        loop(rows, true, form);
                    }
                }
            }
        }
        kernel.open("home", CD_void, List.of(IN, ACTIVE, FROM, TO, KeyLoop.TABLE, KeyLoop.HOMES), this::home);
        for (Rows rows : Rows.values()) {
            homeLoop(rows);
        }
        if (!layout.inSlot()) {
            kernel.inner("same", CD_boolean, sameParameters(), this::same);
        }
        return kernel;
    }

    // if (KeyOps.anyNull(symbolValidity, active, from, to)) {
    //     (the same with nulls)
    // }
    // if (table.direct != 0L) {
    //     return active == 0L ? findAllDirect(..) : findSelectedDirect(..);
    // }
    // return table.segmentMask == 0L
    //         ? (active == 0L ? findAll(..) : findSelected(..))
    //         : (active == 0L ? findAllInSegments(..) : findSelectedInSegments(..));
    private void find(Body body) {
        if (layout.nullable()) {
            Code.Value anyNull = KeyCode.anyNull(layout, columns(body));
            body.when(anyNull, nulls -> giveLoop(nulls, true));
        }
        giveLoop(body, false);
    }

    private void giveLoop(Body body, boolean nulls) {
        if (layout.direct()) {
            Code.Value isDirect = test(ofTable("direct"), Code.Relation.NE, int64(0));
            body.when(isDirect, direct -> direct.give(loopOf(nulls, KeyLoop.Form.DIRECT)));
        }
        body.give(new Code.Choose(
                isZero64(ofTable("segmentMask")),
                loopOf(nulls, KeyLoop.Form.ONE_SEGMENT),
                loopOf(nulls, KeyLoop.Form.IN_SEGMENTS)));
    }

    private static Code.Value ofTable(String field) {
        return new Code.Get(KeyLoop.TABLE, KeyLoop.TABLE.type(), field, CD_long);
    }

    private Code.Value loopOf(boolean nulls, KeyLoop.Form form) {
        return new Code.Choose(isZero64(ACTIVE), callLoop(Rows.ALL, nulls, form), callLoop(Rows.SELECTED, nulls, form));
    }

    private Code.Call callLoop(Rows rows, boolean nulls, KeyLoop.Form form) {
        String name = nameOf(rows, nulls, form);
        return kernel.callInner(name, CD_int, rows.parameters(KeyLoop.TABLE, KeyLoop.GROUP_IDS));
    }

    private static String nameOf(Rows rows, boolean nulls, KeyLoop.Form form) {
        return "find" + rows.suffix + form.suffix + (nulls ? "WithNulls" : "");
    }

    private void loop(Rows rows, boolean nulls, KeyLoop.Form form) {
        List<Code.Var> parameters = rows.parameters(KeyLoop.TABLE, KeyLoop.GROUP_IDS);
        kernel.inner(nameOf(rows, nulls, form), CD_int, parameters, prologue -> {
            Body body = prologue.sibling();
            KeyCode keys = new KeyCode(layout, columns(prologue), nulls);
            KeyLoop loop = new KeyLoop(kernel, layout, keys, rows, prologue, form);
            if (layout.inSlot()) {
                loop.overKeysInSlots(body, nulls && layout.nullable());
            } else {
                loop.overKeysOfGroups(body);
            }
            body.give(TO);
            prologue.append(body);
        });
    }

    // if (active == 0L) { homeAll(..); } else { homeSelected(..); }
    // return;
    private void home(Body body) {
        body.when(
                isZero64(ACTIVE),
                all -> all.run(callHome(Rows.ALL)),
                selected -> selected.run(callHome(Rows.SELECTED)));
        body.give(null);
    }

    private Code.Call callHome(Rows rows) {
        return kernel.callInner("home" + rows.suffix, CD_void, rows.parameters(KeyLoop.TABLE, KeyLoop.HOMES));
    }

    private void homeLoop(Rows rows) {
        List<Code.Var> parameters = rows.parameters(KeyLoop.TABLE, KeyLoop.HOMES);
        kernel.inner("home" + rows.suffix, CD_void, parameters, prologue -> {
            Body body = prologue.sibling();
            KeyCode keys = new KeyCode(layout, columns(prologue), layout.nullable());
            new KeyLoop(kernel, layout, keys, rows, prologue, KeyLoop.Form.IN_SEGMENTS).home(body);
            prologue.append(body);
        });
    }

    private List<Code.Var> sameParameters() {
        List<Code.Var> parameters = new ArrayList<>(List.of(KEY_PAGES, GROUP));
        for (int column = 0; column < layout.columns().size(); column++) {
            parameters.add(new Code.Var("value" + column, CD_long));
            if (layout.decimal(column) || layout.text(column)) {
                parameters.add(new Code.Var("high" + column, CD_long));
            }
            if (layout.text(column)) {
                parameters.add(new Code.Var("length" + column, CD_int));
            }
        }
        if (layout.hasNulls()) {
            parameters.add(new Code.Var("nulls", CD_int));
        }
        return parameters;
    }

    // int id = group - 1;
    // long key = getLong(keyPages + 8L * (id >>> 10)) + 32L * (id & 1023);
    // return getInt(key + 28L) == nulls
    //         && getLong(key) == value0
    //         && getInt(key + 24L) == length1
    //         && TextKey.same(getLong(key + 8L), getLong(key + 16L), value1, high1, length1);
    private void same(Body body) {
        Code.Var id = body.let("id", subtract(GROUP, int32(1)));
        Code.Value page = binary(Code.Operator.SHIFT_RIGHT_UNSIGNED, id, int32(KeyLayout.KEY_PAGE_SHIFT));
        Code.Value number = and(id, int32(KeyLayout.KEYS_PER_PAGE - 1));
        Code.Var key = body.let("key", at(getLong(at(KEY_PAGES, Long.BYTES, page)), layout.keyBytes(), number));
        List<Code.Value> fixed = new ArrayList<>();
        List<Code.Value> texts = new ArrayList<>();
        if (layout.hasNulls()) {
            fixed.add(equal(getInt(add(key, int64(layout.nullsOffset()))), new Code.Var("nulls", CD_int)));
        }
        for (int column = 0; column < layout.columns().size(); column++) {
            Code.Value kept = getLong(add(key, int64(layout.offset(column))));
            Code.Var value = new Code.Var("value" + column, CD_long);
            if (layout.text(column)) {
                Code.Value keptSecond = getLong(add(key, int64(layout.offset(column) + Long.BYTES)));
                Code.Value keptLength = getInt(add(key, int64(layout.lengthOffset(column))));
                Code.Var second = new Code.Var("high" + column, CD_long);
                Code.Var length = new Code.Var("length" + column, CD_int);
                fixed.add(equal(keptLength, length));
                texts.add(call(KeyCode.TEXT_KEY, "same", CD_boolean, kept, keptSecond, value, second, length));
            } else {
                fixed.add(equal(kept, value));
            }
            if (layout.decimal(column)) {
                Code.Value keptHigh = getLong(add(key, int64(layout.offset(column) + Long.BYTES)));
                fixed.add(equal(keptHigh, new Code.Var("high" + column, CD_long)));
            }
        }
        // What costs little first.
        fixed.addAll(texts);
        body.give(fixed.stream()
                .reduce((left, right) -> new Code.Logic(true, left, right))
                .orElseThrow());
    }

    private static Code.Value equal(Code.Value left, Code.Value right) {
        return test(left, Code.Relation.EQ, right);
    }

    // (the values)
    // putLong(key, price);
    // putLong(key + 8L, symbol);
    // putLong(key + 16L, symbolSecond);
    // putInt(key + 24L, symbolLength);
    // putInt(key + 28L, nulls);
    // return hash;
    private void store(Body prologue) {
        Body body = prologue.sibling();
        List<KeyCode.Part> parts = new KeyCode(layout, columns(prologue), true).parts(body, ROW);
        for (int column = 0; column < parts.size(); column++) {
            KeyCode.Part part = parts.get(column);
            body.run(putLong(add(KEY, int64(layout.offset(column))), part.word()));
            if (part.high() != null) {
                body.run(putLong(add(KEY, int64(layout.offset(column) + Long.BYTES)), part.high()));
            }
            if (part.length() != null) {
                body.run(putInt(add(KEY, int64(layout.lengthOffset(column))), part.length()));
            }
        }
        if (layout.hasNulls()) {
            body.run(putInt(add(KEY, int64(layout.nullsOffset())), KeyCode.nulls(parts)));
        }
        body.give(KeyCode.hash(parts));
        prologue.append(body);
    }

    private ColumnCode columns(Body prologue) {
        return new ColumnCode(prologue, IN, schema, target.checked());
    }
}
