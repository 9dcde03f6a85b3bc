package io.mullion.examples.csv;

import java.io.Serial;

/// A file that cannot be read as it was asked for; the message is for its user.
public final class CsvException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public CsvException(String message) {
        super(message);
    }
}
