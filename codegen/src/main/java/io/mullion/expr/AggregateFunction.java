package io.mullion.expr;

/// What [Expr.Aggregate] makes of values. The aggregates are built by the methods of [Expressions], which say what they
/// mean.
public enum AggregateFunction {
    COUNT("count"),
    SUM("sum"),
    AVG("avg"),
    MIN("min"),
    MAX("max"),
    BOOL_AND("boolAnd"),
    BOOL_OR("boolOr"),
    BIT_AND("bitAnd"),
    BIT_OR("bitOr"),
    BIT_XOR("bitXor"),
    VARIANCE_SAMPLE("varianceSample"),
    VARIANCE_POPULATION("variancePopulation"),
    STDDEV_SAMPLE("stddevSample"),
    STDDEV_POPULATION("stddevPopulation"),
    MIN_BY("minBy"),
    MAX_BY("maxBy"),
    FIRST("first"),
    LAST("last");

    private final String text;

    AggregateFunction(String text) {
        this.text = text;
    }

    /// The name as one writes it.
    public String text() {
        return text;
    }

    /// Whether it chooses a row by event time.
    public boolean byTime() {
        return this == FIRST || this == LAST;
    }

    /// @throws ExpressionException if the function does not take these
    void requireInputs(Expr input, Expr by) {
        if (input == null && this != COUNT) {
            throw new ExpressionException(text + " needs an input");
        }
        boolean chooses = this == MIN_BY || this == MAX_BY;
        if (!byTime() && chooses != (by != null)) {
            throw new ExpressionException(text + (chooses ? " needs something to choose by" : " chooses by nothing"));
        }
    }
}
