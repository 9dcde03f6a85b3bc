/// Rows that are kept to meet others: joins of two streams, of a stream and a table, and rows that are told from those
/// that came before. [JoinOperator] keeps the rows of both sides in two stores, chained by group, and looks up each
/// batch of one side among the rows of the other; [JoinSide] says what becomes of a row on its way into a store,
/// [JoinOutput] writes what has met. All of it runs on the worker; what is kept is in the memory budget and leaves with
/// event time.
package io.mullion.join;
