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
    LAST("last"),
    COUNT_DISTINCT("countDistinct"),
    SUM_DISTINCT("sumDistinct"),
    COLLECT_LIST("collectList"),
    COLLECT_SET("collectSet"),
    /// That of a [UserAggregate].
    USER("aggregate");

    private final String text;

    AggregateFunction(String text) {
        this.text = text;
    }

    /// The name as one writes it.
    public String text() {
        return text;
    }

    /// The result that rows which have all been taken out again leave behind: 0 of counts and sums, of a reduction with
    /// an inverse what that makes of a value and the same value; null where nothing can be taken out.
    ///
    /// @param user of the aggregate, or null
    public Number withoutRows(UserAggregate user) {
        return switch (this) {
            case COUNT, SUM -> 0L;
            case USER ->
                switch (user) {
                    case LongReduction(var _, var inverse) when inverse != null -> (Number) inverse.applyAsLong(1, 1);
                    case DoubleReduction(var _, var inverse)
                    when inverse != null -> (Number) inverse.applyAsDouble(1, 1);
                    default -> null;
                };
            default -> null;
        };
    }

    /// Whether it chooses a row by event time.
    public boolean byTime() {
        return this == FIRST || this == LAST;
    }

    /// Whether it makes lists of values.
    public boolean collects() {
        return this == COLLECT_LIST || this == COLLECT_SET;
    }

    /// Whether what it keeps of values of this type may take any room.
    public boolean variableSize(DataType input) {
        return switch (this) {
            case COUNT_DISTINCT, SUM_DISTINCT, COLLECT_LIST, COLLECT_SET -> true;
            case MIN, MAX -> !input.fixedWidth();
            case MIN_BY, MAX_BY, FIRST, LAST -> !input.fixedWidth() || input.byteWidth() > Long.BYTES;
            case USER,
                    COUNT,
                    SUM,
                    AVG,
                    BOOL_AND,
                    BOOL_OR,
                    BIT_AND,
                    BIT_OR,
                    BIT_XOR,
                    VARIANCE_SAMPLE,
                    VARIANCE_POPULATION,
                    STDDEV_SAMPLE,
                    STDDEV_POPULATION -> false;
        };
    }

    /// @throws ExpressionException if the function does not take these
    void requireInputs(Expr input, Expr by) {
        if (input == null && this != COUNT) {
            throw new ExpressionException(text + " needs an input");
        }
        if (collects()) {
            requireLimit(by);
            return;
        }
        if (this == USER) {
            return;
        }
        boolean chooses = this == MIN_BY || this == MAX_BY;
        if (!byTime() && chooses != (by != null)) {
            throw new ExpressionException(text + (chooses ? " needs something to choose by" : " chooses by nothing"));
        }
    }

    private void requireLimit(Expr limit) {
        if (!(limit instanceof Expr.Literal(Long most, _)) || most < 1 || most > Aggregates.MAX_COLLECTED) {
            throw new ExpressionException(text + " needs the most values of a list, from 1 to "
                    + Aggregates.MAX_COLLECTED + ": limit=" + limit);
        }
    }
}
