/// Batches of rows in Arrow columns and the operators that work on them row by row, without state: filter, project,
/// flat-map, and the sink at the end; and those that need a micro-batch whole, with the clock of micro-batches. The
/// only package that knows Arrow's vectors. A batch has one owner; an operator borrows what it is handed until the call
/// returns and hands its own output batch on in the same way, so a row travels the whole chain on one thread and no
/// reference is counted.
package io.mullion.batch;
