package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Generator;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// The outputs of a flatMap after the type check.
///
/// @param expressions one for each output; the one at `column` is what rows are made of
record FlatMapOutputs(Schema schema, List<Typed> expressions, int column, Generator generator) {

    static FlatMapOutputs of(Schema in, List<Expr> outputs) {
        TypeCheck check = new TypeCheck(in);
        List<Field> fields = new ArrayList<>();
        List<Typed> expressions = new ArrayList<>();
        int column = -1;
        Generator generator = null;
        for (Expr output : outputs) {
            String name = Expressions.nameOf(output);
            if (unaliased(output) instanceof Expr.Generate generate) {
                if (generator != null) {
                    throw new ExpressionException("a flatMap generates rows by one split or explode only: " + outputs);
                }
                column = expressions.size();
                generator = generate.generator();
                Typed input = check.check(generate.input());
                expressions.add(input);
                fields.add(Field.of(name, made(check, generate, input)));
            } else {
                Typed typed = check.check(output);
                expressions.add(typed);
                fields.add(new Field(name, typed.type(), typed.nullable()));
            }
        }
        if (generator == null) {
            throw new ExpressionException("a flatMap needs a split or an explode among its outputs: " + outputs);
        }
        return new FlatMapOutputs(new Schema(fields), List.copyOf(expressions), column, generator);
    }

    /// The type of what is in the rows that are made of `input`.
    private static DataType made(TypeCheck check, Expr.Generate generate, Typed input) {
        return switch (generate.generator()) {
            case Generator.Pieces _ when input.type() instanceof DataType.Utf8 -> DataType.UTF8;
            case Generator.Pieces _ -> throw check.wrong("split needs utf8, not " + input.type(), generate);
            case Generator.Elements _ when input.type() instanceof DataType.ListOf(DataType element) -> element;
            case Generator.Elements _ -> throw check.wrong("explode needs a list, not " + input.type(), generate);
        };
    }

    private static Expr unaliased(Expr expression) {
        return expression instanceof Expr.Alias alias ? unaliased(alias.input()) : expression;
    }
}
