package io.mullion.io;

/// A row, or a result, that could not be used.
///
/// @param where the source, input or operation that met it
/// @param reason what is wrong with it
/// @param row what can be shown of it, cut to some hundred characters
public record DeadLetter(String where, String reason, String row) {
    @Override
    public String toString() {
        return where + ": " + reason + ": " + row;
    }
}
