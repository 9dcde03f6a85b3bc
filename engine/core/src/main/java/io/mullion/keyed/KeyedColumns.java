package io.mullion.keyed;

import io.mullion.codegen.Keys;
import io.mullion.expr.Schema;

/// The columns on the way through an operation on keyed state.
///
/// @param name of the operation, for people
/// @param keys looks keys up in rows
/// @param key the columns of the key
/// @param rows what comes in
/// @param timeColumn the number of the column with the times of rows, or -1 if they have none of their own
/// @param timeLag how much less than its value the time of a row is: a unit where the column is the end of a window
/// @param batchInterval of a stream on batch time, in its unit, else 0: rows have the time at which their batch ends
/// @param state the columns of a state
/// @param out what goes out: the time column if there is one, the key, and what the user's function made
public record KeyedColumns(
        String name,
        Keys keys,
        Schema key,
        Schema rows,
        int timeColumn,
        long timeLag,
        long batchInterval,
        Schema state,
        Schema out) {
    /// Number of the first key column of the output.
    int firstKey() {
        return timeColumn < 0 ? 0 : 1;
    }

    /// Number of the first column of the output that the function made.
    int firstMade() {
        return firstKey() + key.size();
    }
}
