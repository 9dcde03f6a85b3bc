package io.mullion.codegen;

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
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.putLong;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The loop that looks up the group of each row, with what it loads of the table before it starts.
final class KeyLoop {
    /// Where a loop finds keys.
    enum Form {
        ONE_SEGMENT(""),
        IN_SEGMENTS("InSegments"),
        DIRECT("Direct");

        final String suffix;

        Form(String suffix) {
            this.suffix = suffix;
        }
    }

    static final Code.Var TABLE = new Code.Var("table", Types.of(KeyAddresses.class));
    static final Code.Var GROUP_IDS = AccumulateGenerator.GROUP_IDS;
    static final Code.Var HOMES = new Code.Var("homes", CD_long);
    private static final int TAG_OFFSET = Integer.BYTES;

    private final KernelClass kernel;
    private final KeyLayout layout;
    private final KeyCode keys;
    private final Rows rows;
    private final Body prologue;
    private final Form form;
    /// Where there is one segment.
    private Code.Var onlySlots;

    private Code.Var segments;
    private Code.Var segmentMask;
    private Code.Var mask;
    private Code.Var shift;

    KeyLoop(KernelClass kernel, KeyLayout layout, KeyCode keys, Rows rows, Body prologue, Form form) {
        this.kernel = kernel;
        this.layout = layout;
        this.keys = keys;
        this.rows = rows;
        this.prologue = prologue;
        this.form = form;
        if (form != Form.DIRECT) {
            segments = ofTable("segments", CD_long);
            segmentMask = form == Form.IN_SEGMENTS ? ofTable("segmentMask", CD_long) : null;
            onlySlots = form == Form.IN_SEGMENTS ? null : prologue.let("slots", getLong(segments));
            mask = ofTable("slotMask", CD_long);
            shift = ofTable("hashShift", CD_int);
        }
    }

    private Code.Var ofTable(String field, ClassDesc type) {
        return prologue.let(field, new Code.Get(TABLE, TABLE.type(), field, type));
    }

    // while (i < to) {
    //     (the values)
    //     long hash = (as below);
    //     long slots = getLong(segments + 8L * (Hashing.segment(hash) & segmentMask));
    //     long slot = hash >>> hashShift;
    //     putLong(homes + 8L * i, slots + 16L * slot);
    //     i = i + 1;
    // }
    void home(Body body) {
        Code.Var i = body.let("i", Rows.FROM);
        rows.loop(body, i, (inside, row) -> {
            Code.Var hash = inside.let("hash", KeyCode.hash(keys.parts(inside, row)));
            Code.Var slots = slotsOf(inside, hash);
            Code.Var slot = slotOf(inside, hash);
            inside.run(putLong(at(HOMES, Long.BYTES, i), slotAt(slots, slot, 0)));
        });
        body.give(null);
    }

    // while (i < to) {
    //     boolean priceValid = bit(priceValidity, row);     // if there are nulls
    //     int group = nullGroup;
    //     if (priceValid) {
    //         long price = getLong(priceData + 8L * row);
    //         long hash = Hashing.int64(price);
    //         long slots = getLong(segments + 8L * (Hashing.segment(hash) & segmentMask));    // if there are several
    //         long slot = hash >>> hashShift;
    //         group = getInt(slots + 16L * slot + 8L);
    //         while (group != 0 && getLong(slots + 16L * slot) != price) { (the next slot) }
    //     }
    //     if (group == 0) { return i; }                     // its key is new: no call in here
    //     putInt(groupIds + 4L * row, group - 1);
    //     i = i + 1;
    // }
    void overKeysInSlots(Body body, boolean nulls) {
        Code.Var direct = form == Form.DIRECT ? ofTable("direct", CD_long) : null;
        Code.Var base = form == Form.DIRECT ? ofTable("directBase", CD_long) : null;
        Code.Var outside = form == Form.DIRECT ? ofTable("directOutside", CD_long) : null;
        BiFunction<Body, Code.Value, Code.Var> find =
                form == Form.DIRECT ? (inside, row) -> taken(inside, row, direct, base, outside) : this::searched;
        Code.Var nullGroup = nulls ? ofTable("nullGroup", CD_int) : null;
        Code.Var i = body.let("i", Rows.FROM);
        rows.loop(body, i, (inside, row) -> {
            keys.check(inside, row);
            if (nulls) {
                Code.Value valid = keys.valid(inside, 0, row);
                Code.Var group = inside.let("group", nullGroup);
                inside.when(valid, known -> known.assign(group, find.apply(known, row)));
                found(inside, i, row, group);
            } else {
                found(inside, i, row, find.apply(inside, row));
            }
        });
    }

    // long price = getLong(priceData + 8L * row);
    // long offset = price - directBase;
    // int group = (offset & directOutside) == 0L ? getInt(direct + 4L * offset) : 0;
    private Code.Var taken(Body body, Code.Value row, Code.Var direct, Code.Var base, Code.Var outside) {
        Code.Var word = keys.part(body, 0, row, null).word();
        Code.Var offset = body.let("offset", subtract(word, base));
        Code.Value address = add(direct, binary(Code.Operator.MULTIPLY, int64(Integer.BYTES), offset));
        return body.let("group", new Code.Choose(isZero64(and(offset, outside)), getInt(address), int32(0)));
    }

    // long price = getLong(priceData + 8L * row);
    // long hash = Hashing.int64(price);
    // (the search)
    private Code.Var searched(Body body, Code.Value row) {
        Code.Var word = keys.part(body, 0, row, null).word();
        Code.Var hash = body.let("hash", call(KeyCode.HASHING, "int64", CD_long, word));
        Code.Var slots = slotsOf(body, hash);
        Code.Var slot = slotOf(body, hash);
        return search(body, slots, slot, _ -> test(getLong(slotAt(slots, slot, 0)), Code.Relation.NE, word));
    }

    // while (i < to) {
    //     (the values)
    //     long hash = Hashing.combine(Hashing.int64(price), TextKey.hash(symbol, symbolSecond, symbolLength));
    //     int tag = (int) (hash >>> 32);
    //     long slots = getLong(segments + 8L * (Hashing.segment(hash) & segmentMask));
    //     long slot = hash >>> hashShift;
    //     int group = getInt(slots + 8L * slot);
    //     while (group != 0
    //             && (getInt(slots + 8L * slot + 4L) != tag || !same(keyPages, group, price, symbol, symbolSecond,
    // symbolLength))) {
    //         (the next slot)
    //     }
    //     if (group == 0) { return i; }
    //     putInt(groupIds + 4L * row, group - 1);
    //     i = i + 1;
    // }
    void overKeysOfGroups(Body body) {
        Code.Var kept = ofTable("keyPages", CD_long);
        Code.Var i = body.let("i", Rows.FROM);
        rows.loop(body, i, (inside, row) -> {
            List<KeyCode.Part> parts = keys.parts(inside, row);
            List<Code.Var> words = words(inside, parts);
            Code.Var hash = inside.let("hash", KeyCode.hash(parts));
            Code.Value upper = binary(Code.Operator.SHIFT_RIGHT_UNSIGNED, hash, int32(Integer.SIZE));
            Code.Var tag = inside.let("tag", new Code.Cast(CD_int, upper));
            Code.Var slots = slotsOf(inside, hash);
            Code.Var slot = slotOf(inside, hash);
            Code.Value slotTag = getInt(slotAt(slots, slot, layout.idOffset() + TAG_OFFSET));
            Code.Var group = search(inside, slots, slot, found -> {
                List<Code.Var> arguments = new ArrayList<>(List.of(kept, found));
                arguments.addAll(words);
                Code.Value same = kernel.callInner("same", CD_boolean, arguments);
                return new Code.Logic(false, test(slotTag, Code.Relation.NE, tag), not(same));
            });
            found(inside, i, row, group);
        });
    }

    /// What `same` compares with the key of a group.
    private List<Code.Var> words(Body body, List<KeyCode.Part> parts) {
        List<Code.Var> words = new ArrayList<>();
        for (KeyCode.Part part : parts) {
            words.add(part.word());
            if (part.high() != null) {
                words.add(part.high());
            }
            if (part.length() != null) {
                words.add(part.length());
            }
        }
        if (layout.hasNulls()) {
            words.add(body.let("nulls", KeyCode.nulls(parts)));
        }
        return words;
    }

    private Code.Var slotsOf(Body body, Code.Var hash) {
        if (onlySlots != null) {
            return onlySlots;
        }
        Code.Value number = and(call(KeyCode.HASHING, "segment", CD_long, hash), segmentMask);
        Code.Value address = add(segments, binary(Code.Operator.MULTIPLY, int64(Long.BYTES), number));
        return body.let("slots", getLong(address));
    }

    private Code.Var slotOf(Body body, Code.Value hash) {
        return body.let("slot", binary(Code.Operator.SHIFT_RIGHT_UNSIGNED, hash, shift));
    }

    // int group = getInt(slots + 16L * slot + 8L);
    // while (group != 0 && (another key)) {
    //     slot = slot + 1L & slotMask;
    //     group = getInt(slots + 16L * slot + 8L);
    // }
    private Code.Var search(Body body, Code.Var slots, Code.Var slot, Function<Code.Var, Code.Value> anotherKey) {
        Code.Value id = getInt(slotAt(slots, slot, layout.idOffset()));
        Code.Var group = body.let("group", id);
        Code.Value taken = test(group, Code.Relation.NE, int32(0));
        body.loop(new Code.Logic(true, taken, anotherKey.apply(group)), next -> {
            next.assign(slot, and(add(slot, int64(1)), mask));
            next.assign(group, id);
        });
        return group;
    }

    private Code.Value slotAt(Code.Var slots, Code.Var slot, int offset) {
        return add(add(slots, binary(Code.Operator.MULTIPLY, int64(layout.slotBytes()), slot)), int64(offset));
    }

    // if (group == 0) { return i; }
    // putInt(groupIds + 4L * row, group - 1);
    private static void found(Body body, Code.Var i, Code.Value row, Code.Var group) {
        body.when(test(group, Code.Relation.EQ, int32(0)), isNew -> isNew.give(i));
        body.run(putInt(at(GROUP_IDS, 4, row), subtract(group, int32(1))));
    }
}
