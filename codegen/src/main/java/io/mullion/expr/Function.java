package io.mullion.expr;

/// What [Expr.Call] calls. The functions are built by the methods of [Expr] and [Expressions], which say what they
/// mean.
public enum Function {
    NEGATE("negate", 1),
    ABS("abs", 1),
    SIGN("sign", 1),
    SQRT("sqrt", 1),
    FLOOR("floor", 1),
    CEIL("ceil", 1),
    ROUND("round", 1, 2),
    POW("pow", 2),
    EXP("exp", 1),
    LN("ln", 1),
    LOG10("log10", 1),
    PLUS_EXACT("plusExact", 2),
    MINUS_EXACT("minusExact", 2),
    TIMES_EXACT("timesExact", 2),
    IS_NULL("isNull", 1),
    IS_NAN("isNaN", 1),
    COALESCE("coalesce", 1, Function.MANY),
    NULL_IF("nullIf", 2),
    BETWEEN("between", 3),
    LEAST("least", 1, Function.MANY),
    GREATEST("greatest", 1, Function.MANY),
    LENGTH("length", 1),
    OCTET_LENGTH("octetLength", 1),
    LOWER("lower", 1),
    UPPER("upper", 1),
    TRIM("trim", 1),
    TRIM_START("trimStart", 1),
    TRIM_END("trimEnd", 1),
    SUBSTRING("substring", 2, 3),
    CONCAT("concat", 1, Function.MANY),
    STARTS_WITH("startsWith", 2),
    ENDS_WITH("endsWith", 2),
    CONTAINS("contains", 2),
    LIKE("like", 2),
    REPLACE("replace", 3),
    SPLIT_PART("splitPart", 3),
    REGEXP_LIKE("regexpLike", 2),
    REGEXP_EXTRACT("regexpExtract", 3),
    FORMAT_NUMBER("formatNumber", 2),
    PARSE_TIME("parseTime", 3),
    FORMAT_TIME("formatTime", 2),
    DATE_TRUNC("dateTrunc", 2),
    EXTRACT("extract", 2),
    HASH("hash", 1, Function.MANY);

    private static final int MANY = Integer.MAX_VALUE;

    private final String text;
    private final int least;
    private final int most;

    Function(String text, int arguments) {
        this(text, arguments, arguments);
    }

    Function(String text, int least, int most) {
        this.text = text;
        this.least = least;
        this.most = most;
    }

    /// @throws ExpressionException if the function does not take so many arguments
    void requireArguments(int count) {
        if (count < least || count > most) {
            String range = least == most ? "" + least : most == MANY ? least + " or more" : least + " to " + most;
            throw new ExpressionException(text + " takes " + range + " arguments, not " + count);
        }
    }

    /// The name as one writes it.
    public String text() {
        return text;
    }
}
