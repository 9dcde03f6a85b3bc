package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.StateAggregate;
import java.util.List;

/// An aggregate of the user's own whose state lies in the row of a group.
///
/// @param inputs the columns that it takes
/// @param result the column that it becomes
public record UserAccumulator(StateAggregate aggregate, List<String> inputs, Field result) {
    /// @throws ExpressionException if the size of its state, or the type of its results, cannot be
    public UserAccumulator {
        inputs = List.copyOf(inputs);
        int words = aggregate.stateWords();
        if (words < 1 || words > StateAggregate.MAX_WORDS) {
            throw new ExpressionException("a state has 1 to " + StateAggregate.MAX_WORDS + " words: aggregate="
                    + aggregate.name() + ", stateWords=" + words);
        }
        DataType type = result.type();
        if (!type.equals(DataType.INT64) && !type.equals(DataType.FLOAT64) && !type.equals(DataType.BOOL)) {
            throw new ExpressionException("a StateAggregate has results of int64, float64 or bool: aggregate="
                    + aggregate.name() + ", type=" + type);
        }
    }

    /// The column that a user's aggregate becomes.
    static Field result(TypeCheck check, Expr.Aggregate aggregate, String name, List<Expr> inputs) {
        try {
            List<DataType> types =
                    inputs.stream().map(it -> check.check(it).type()).toList();
            return new Field(name, aggregate.user().resultType(types), true);
        } catch (ExpressionException e) {
            throw new ExpressionException(e.getMessage() + ": " + aggregate);
        }
    }

    @Override
    public String toString() {
        return aggregate.name() + "(" + String.join(", ", inputs) + ") as " + result.name();
    }

    StateWords newState() {
        return new StateWords(aggregate.stateWords());
    }
}
