package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// All that the code of a kernel depends on, as text, and apart from it the values of its numeric literals, on which
/// the code does not depend. What the code asks about such a value is in the text: whether it is 0, whether it is NaN,
/// and with which other literal it shares a field.
final class ShapeKey {
    /// Larger expressions are not worth the text.
    private static final int MAX_NODES = 500;

    private final StringBuilder text;
    private final List<KernelClass.Literal> literals = new ArrayList<>();
    private int nodes;
    private boolean complete = true;

    ShapeKey(Class<?> role, Target target) {
        this.text = new StringBuilder(role.getSimpleName());
        fact(target.vectorBits()).fact(target.checked() ? 1 : 0);
    }

    /// Null if the code depends on more than can be said here.
    String text() {
        return complete ? text.toString() : null;
    }

    /// Each once, in the order of the text.
    List<KernelClass.Literal> literals() {
        return literals;
    }

    ShapeKey fact(int number) {
        text.append(' ').append(number);
        return this;
    }

    ShapeKey fact(Enum<?> constant) {
        text.append(' ').append(constant.name());
        return this;
    }

    /// Names of columns become names of variables.
    ShapeKey field(Field field) {
        text.append(" '").append(field.name().length()).append(' ').append(field.name());
        return type(field.type(), field.nullable());
    }

    /// Where the name does not become one.
    ShapeKey type(Field field) {
        return type(field.type(), field.nullable());
    }

    ShapeKey schema(Schema schema) {
        for (Field field : schema.fields()) {
            field(field);
        }
        return end();
    }

    /// After things of which there may be any number.
    ShapeKey end() {
        text.append(" ;");
        return this;
    }

    ShapeKey expressions(List<Typed> expressions) {
        for (Typed expression : expressions) {
            expression(expression);
        }
        return end();
    }

    /// @param expression null for none
    ShapeKey expression(Typed expression) {
        if (expression == null) {
            text.append(" -");
            return this;
        }
        nodes += expression.facts().nodes();
        complete &= nodes <= MAX_NODES;
        if (complete) {
            add(expression);
        }
        return this;
    }

    private ShapeKey type(DataType type, boolean nullable) {
        text.append(' ').append(type).append(nullable ? "?" : "");
        return this;
    }

    private void add(Typed node) {
        switch (node) {
            case Typed.Column it -> text.append(" column ").append(it.index());
            case Typed.Constant it -> constant(it);
            case Typed.Convert it -> text.append(" convert ").append(it.type());
            case Typed.Arithmetic it -> fact(it.op());
            case Typed.Comparison it -> fact(it.op());
            case Typed.Logic it -> text.append(it.conjunction() ? " and" : " or");
            case Typed.Unary it -> fact(it.op());
            case Typed.Not _ -> text.append(" not");
            case Typed.IsNull _ -> text.append(" null");
            case Typed.Choose _ -> text.append(" choose");
            case Typed.Known _ -> text.append(" known");
            // Constants of routines are objects or part of the code.
            case Typed.Call _, Typed.Apply _ -> complete = false;
        }
        for (Typed input : node.inputs()) {
            add(input);
        }
    }

    private void constant(Typed.Constant it) {
        DataType type = it.type();
        type(type, it.value() == null);
        if (it.value() instanceof Boolean || it.value() == null && type.fixedWidth()) {
            text.append(' ').append(it.value());
        } else if (it.value() instanceof Double number) {
            text.append(number.isNaN() ? " NaN" : " number");
            literal(
                    type instanceof DataType.Float64
                            ? new KernelClass.Literal(CD_double, number)
                            : new KernelClass.Literal(CD_float, number.floatValue()));
        } else if (it.value() instanceof Long number) {
            text.append(number == 0 ? " zero" : " number");
            literal(
                    type.byteWidth() == Long.BYTES
                            ? new KernelClass.Literal(CD_long, number)
                            : new KernelClass.Literal(CD_int, number.intValue()));
        } else {
            complete = false;
        }
    }

    private void literal(KernelClass.Literal literal) {
        int index = literals.indexOf(literal);
        if (index < 0) {
            index = literals.size();
            literals.add(literal);
        }
        text.append(index);
    }
}
