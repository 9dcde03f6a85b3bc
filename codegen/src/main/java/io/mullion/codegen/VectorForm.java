package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import java.util.IdentityHashMap;
import java.util.Map;

/// Which nodes of an expression [VectorCode] can compute.
final class VectorForm {
    private final Map<Typed, Boolean> calling = new IdentityHashMap<>();
    private final Map<Typed, Boolean> callingUser = new IdentityHashMap<>();

    /// Whether values of the type are lanes of 64 bits, or bits of a mask.
    static boolean inLanes(DataType type) {
        return type.fixedWidth() && type.byteWidth() <= Long.BYTES;
    }

    /// Why the node itself, whatever its inputs are, has no vector form; null if it has one.
    String refusal(Typed node) {
        return switch (node) {
            case Typed.Column it ->
                inLanes(it.type()) ? null : it.type() + " (" + it.field().name() + ")";
            case Typed.Constant it -> inLanes(it.type()) ? null : it.type() + " literal";
            case Typed.Convert it -> conversion(it.input().type(), it.type());
            case Typed.Arithmetic it when it.integerDivision() -> it.type() + " division";
            case Typed.Arithmetic it when it.op() == Expr.Arithmetic.Op.REMAINDER -> it.type() + " remainder";
            case Typed.Arithmetic _ -> null;
            case Typed.Unary it -> inLanes(it.type()) ? null : it.type() + " arithmetic";
            case Typed.Comparison it ->
                inLanes(it.left().type()) ? null : it.left().type() + " comparison";
            case Typed.Logic it -> callsUser(it.right()) ? "a function behind and/or" : null;
            case Typed.Not _ -> null;
            case Typed.IsNull _ -> null;
            case Typed.Choose it when !inLanes(it.type()) -> it.type() + " choice";
            case Typed.Choose it -> calls(it.then()) || calls(it.otherwise()) ? "a call behind a condition" : null;
            case Typed.Known it -> inLanes(it.type()) ? null : it.type() + " value";
            case Typed.Call it -> it.routine().method();
            case Typed.Apply _ -> "a function of the user's";
        };
    }

    private static String conversion(DataType from, DataType to) {
        boolean lanes =
                inLanes(from) && inLanes(to) && !(from instanceof DataType.Bool) && !(to instanceof DataType.Bool);
        return lanes && (!from.floating() || to.floating()) ? null : from + " to " + to;
    }

    /// What is behind a condition is asked only where the condition says so: a function of the user's may count on
    /// that, and other calls cost too much to be made in vain.
    private boolean calls(Typed node) {
        Boolean known = calling.get(node);
        if (known == null) {
            known = node instanceof Typed.Call || callsUser(node);
            for (Typed input : node.inputs()) {
                known = known || calls(input);
            }
            calling.put(node, known);
        }
        return known;
    }

    private boolean callsUser(Typed node) {
        Boolean known = callingUser.get(node);
        if (known == null) {
            known = node instanceof Typed.Apply;
            for (Typed input : node.inputs()) {
                known = known || callsUser(input);
            }
            callingUser.put(node, known);
        }
        return known;
    }
}
