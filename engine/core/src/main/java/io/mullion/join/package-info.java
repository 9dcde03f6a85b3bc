/// Rows that are kept to meet others: joins of two streams, of a stream and a table, and rows that are told from those
/// that came before. [JoinOperator] keeps the rows of both sides in two stores, chained by group, and looks up each
/// batch of one side among the rows of the other; [JoinKeys] finds groups, [JoinSide] says what becomes of a row on its
/// way into a store, [JoinOutput] writes what has met. [TableJoin] keeps one right row for each key and no left ones.
/// All of it runs on the worker; what is kept is in the memory budget and leaves with event time.
package io.mullion.join;
