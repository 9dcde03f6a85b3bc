package io.mullion.routine;

/// Why a row cannot be computed.
public enum Failure {
    DIVISION_BY_ZERO("integer division by zero"),
    SUM_OVERFLOW("integer sum leaves int64"),
    DECIMAL_SUM_OVERFLOW("decimal sum has more than 38 digits"),
    VALUE_TOO_LARGE("value is larger than the data area of an empty output batch"),
    OUT_OF_RANGE("value does not fit the type it is to become"),
    MALFORMED("text is not of the form that is to be parsed"),
    INVALID_ARGUMENT("argument is out of the range that the function has"),
    TEXT_TOO_LARGE("text made of one row is larger than the kernel's working memory"),
    TIME_CHANGED("function changed the event time of its row");

    private final String text;

    Failure(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
