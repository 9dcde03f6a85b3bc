package io.mullion.codegen;

import io.mullion.expr.AggregateFunction;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.ObjectAggregate;
import java.util.List;
import java.util.function.UnaryOperator;

/// An aggregate whose state takes any room: no kernel folds its rows.
///
/// @param user of the user's own, or null
/// @param input the column with the values; null where a row does not count
/// @param by the column with what it chooses a row by, of 8 bytes at most, or the second input of the user's; or null
/// @param limit the most values of a list, or 0
/// @param result the column that it becomes
public record VariableAggregate(
        AggregateFunction function, ObjectAggregate<?> user, String input, String by, long limit, Field result) {
    /// What a user's aggregate may have for results.
    private static final List<DataType> RESULTS =
            List.of(DataType.INT64, DataType.FLOAT64, DataType.BOOL, DataType.UTF8, DataType.BINARY);

    /// What its state holds.
    ///
    /// @param computed the expression of a column
    String meaning(UnaryOperator<String> computed) {
        return (user == null ? function.text() : user.name()) + " of " + computed.apply(input)
                + (by == null ? "" : " by " + computed.apply(by)) + (limit == 0 ? "" : ", " + limit) + " as "
                + result.type();
    }

    /// The column that an aggregate becomes.
    ///
    /// @param value what it takes of a row
    /// @param by what it chooses a row by, or null
    static Field result(TypeCheck check, Expr.Aggregate aggregate, String name, Expr value, Expr by) {
        Typed input = check.check(value);
        DataType type = input.type();
        return switch (aggregate.function()) {
            case COUNT_DISTINCT -> Field.of(name, DataType.INT64);
            case SUM_DISTINCT -> new Field(name, sumType(check, aggregate, type), input.nullable());
            case COLLECT_LIST, COLLECT_SET -> {
                if (type instanceof DataType.ListOf) {
                    throw check.wrong(aggregate.function().text() + " makes no lists of lists", aggregate);
                }
                yield Field.of(name, DataType.listOf(type));
            }
            case MIN, MAX -> {
                if (type instanceof DataType.ListOf) {
                    throw check.wrong("lists have no order", aggregate);
                }
                yield new Field(name, type, input.nullable());
            }
            case MIN_BY, MAX_BY, FIRST, LAST -> {
                Typed order = check.check(by);
                if (!order.type().fixedWidth() || order.type().byteWidth() > Long.BYTES) {
                    throw check.wrong(
                            aggregate.function().text() + " chooses by a value of 8 bytes at most, not by "
                                    + order.type(),
                            aggregate);
                }
                yield new Field(name, type, input.nullable() || order.nullable());
            }
            case USER -> user(check, aggregate, name, by == null ? List.of(value) : List.of(value, by));
            default -> throw new IllegalArgumentException("of fixed size: " + aggregate);
        };
    }

    private static Field user(TypeCheck check, Expr.Aggregate aggregate, String name, List<Expr> inputs) {
        Field field = UserAccumulator.result(check, aggregate, name, inputs);
        DataType type = field.type() instanceof DataType.ListOf(DataType element) ? element : field.type();
        if (!RESULTS.contains(type)) {
            throw check.wrong(
                    "an ObjectAggregate has results of " + RESULTS + " and lists of such, not of " + type, aggregate);
        }
        return field;
    }

    private static DataType sumType(TypeCheck check, Expr.Aggregate aggregate, DataType type) {
        if (type.integer()) {
            return DataType.INT64;
        }
        if (type.floating()) {
            return DataType.FLOAT64;
        }
        throw check.wrong("sumDistinct needs an integer or a floating-point number, not " + type, aggregate);
    }
}
