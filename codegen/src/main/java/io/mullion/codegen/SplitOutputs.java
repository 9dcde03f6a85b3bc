package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.Literals;
import java.util.ArrayList;
import java.util.List;

/// The outputs of a flatMap after the type check.
///
/// @param expressions one for each output; the one at `column` is the utf8 column that is split
record SplitOutputs(Schema schema, List<Typed> expressions, int column, byte[] separator) {

    static SplitOutputs of(Schema in, List<Expr> outputs) {
        TypeCheck check = new TypeCheck(in);
        List<Field> fields = new ArrayList<>();
        List<Typed> expressions = new ArrayList<>();
        int column = -1;
        byte[] separator = {};
        for (Expr output : outputs) {
            String name = Expressions.nameOf(output);
            if (unaliased(output) instanceof Expr.Split split) {
                if (column >= 0) {
                    throw new ExpressionException("a flatMap generates rows by one split only: " + outputs);
                }
                column = expressions.size();
                separator = Literals.utf8(split.separator());
                expressions.add(input(check, split));
                fields.add(Field.of(name, DataType.UTF8));
            } else {
                Typed typed = check.check(output);
                expressions.add(typed);
                fields.add(new Field(name, typed.type(), typed.nullable()));
            }
        }
        if (column < 0) {
            throw new ExpressionException("a flatMap needs a split among its outputs: " + outputs);
        }
        return new SplitOutputs(new Schema(fields), List.copyOf(expressions), column, separator);
    }

    private static Typed input(TypeCheck check, Expr.Split split) {
        Typed input = check.check(split.input());
        if (!(input.type() instanceof DataType.Utf8)) {
            throw check.wrong("split needs utf8, not " + input.type(), split);
        }
        return input;
    }

    private static Expr unaliased(Expr expression) {
        return expression instanceof Expr.Alias alias ? unaliased(alias.input()) : expression;
    }
}
