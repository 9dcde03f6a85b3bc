package io.mullion.codegen;

import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.or;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The nullable columns that expressions read, and what they say about nulls of the expressions.
///
/// @param columns in the order in which they are met
/// @param strict whether an expression is null just where one of its columns is
record NullColumns(Set<Typed.Column> columns, boolean strict) {
    private static final java.lang.constant.ClassDesc OPS = Types.of(ValidityOps.class);

    static NullColumns of(List<Typed> expressions) {
        Set<Typed.Column> columns = new LinkedHashSet<>();
        boolean strict = true;
        Set<Typed> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Typed> open = new ArrayList<>(expressions);
        while (!open.isEmpty()) {
            Typed node = open.removeLast();
            if (seen.add(node)) {
                strict &= strict(node);
                if (node instanceof Typed.Column it && it.nullable()) {
                    columns.add(it);
                }
                open.addAll(node.inputs());
            }
        }
        return new NullColumns(columns, strict);
    }

    private static boolean strict(Typed node) {
        return switch (node) {
            case Typed.Column _, Typed.Convert _, Typed.Arithmetic _, Typed.Unary _, Typed.Comparison _, Typed.Not _ ->
                true;
            case Typed.Constant it -> it.value() != null;
            case Typed.Logic _, Typed.IsNull _, Typed.Choose _, Typed.Known _, Typed.Call _, Typed.Apply _ -> false;
        };
    }

    // anyNull(in.addresses[1], from, to) | anyNull(in.addresses[4], from, to)
    Code.Value anyNull(Code.Var in, Code.Value from, Code.Value to) {
        Code.Value any = null;
        for (Typed.Column column : columns) {
            Code.Value address = new Code.Element(
                    new Code.Get(in, Types.COLUMNS, "addresses", Types.LONG_ARRAY),
                    Values.int32(ColumnAddresses.slot(column.index(), ColumnAddresses.VALIDITY)),
                    CD_long);
            Code.Value one = call(OPS, "anyNull", CD_boolean, address, from, to);
            any = any == null ? one : or(any, one);
        }
        return any;
    }

    static Code.Value wholeByte(Code.Value row, Code.Value to) {
        return call(OPS, "wholeByte", java.lang.constant.ConstantDescs.CD_int, row, to);
    }
}
