package io.mullion.expr;

import java.util.List;
import java.util.Objects;

/// A function of the user's over primitives, for [Expr.Apply].
///
/// @param name as one writes the call of it: `mapLong`
/// @param lambda an instance of the functional interface; called from the loop, so it has to be quick, must not
/// block and may be called from another thread than the one it was made on
/// @param contract the functional interface of `java.util.function`, whose only method takes and returns primitives
/// @param parameters the types of its parameters: int64 or float64 each
/// @param result bool, int64 or float64
public record UserFunction(String name, Object lambda, Class<?> contract, List<DataType> parameters, DataType result) {
    public UserFunction {
        Objects.requireNonNull(lambda, "lambda");
        parameters = List.copyOf(parameters);
        if (!contract.isInstance(lambda)) {
            throw new ExpressionException("the function is no " + contract.getSimpleName() + ": " + lambda);
        }
    }
}
