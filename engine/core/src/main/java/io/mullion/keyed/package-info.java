/// State by key, for functions of the user's: per row with timers and time-outs ([KeyedOperator]), and per batch over
/// all keys ([UpdateOperator]). Keys become dense group ids as they do for windows, states lie by group id in
/// [io.mullion.state.StateRows]. All of it runs on the worker that owns the stream.
package io.mullion.keyed;
