package io.mullion.expr;

import java.util.List;

/// An aggregate of the user's own, for [Expressions#aggregate]. A row counts where none of its inputs is null.
///
/// Combining must give what the rows of both would, in any grouping: partial aggregates are made of panes, late rows
/// and sessions, and combined in no certain order. Two expressions are the same aggregate if their objects are equal.
public sealed interface UserAggregate permits StateAggregate, ObjectAggregate {
    /// For people, in plans and as the name of a result that has no alias.
    String name();

    /// The type of the results.
    ///
    /// @throws ExpressionException if the aggregate does not take such inputs
    DataType resultType(List<DataType> inputs);
}
