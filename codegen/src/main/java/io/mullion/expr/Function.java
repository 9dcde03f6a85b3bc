package io.mullion.expr;

/// What [Expr.Call] calls. The functions are built by the methods of [Expr] and [Expressions], which say what they mean.
public enum Function {
    NEGATE("negate"),
    ABS("abs"),
    SIGN("sign"),
    SQRT("sqrt"),
    FLOOR("floor"),
    CEIL("ceil"),
    ROUND("round"),
    POW("pow"),
    EXP("exp"),
    LN("ln"),
    LOG10("log10"),
    PLUS_EXACT("plusExact"),
    MINUS_EXACT("minusExact"),
    TIMES_EXACT("timesExact"),
    IS_NULL("isNull"),
    COALESCE("coalesce"),
    NULL_IF("nullIf"),
    BETWEEN("between"),
    LEAST("least"),
    GREATEST("greatest"),
    LENGTH("length"),
    OCTET_LENGTH("octetLength"),
    LOWER("lower"),
    UPPER("upper"),
    TRIM("trim"),
    TRIM_START("trimStart"),
    TRIM_END("trimEnd"),
    SUBSTRING("substring"),
    CONCAT("concat"),
    STARTS_WITH("startsWith"),
    ENDS_WITH("endsWith"),
    CONTAINS("contains"),
    LIKE("like"),
    REPLACE("replace"),
    SPLIT_PART("splitPart"),
    REGEXP_LIKE("regexpLike"),
    REGEXP_EXTRACT("regexpExtract"),
    FORMAT_NUMBER("formatNumber"),
    PARSE_TIME("parseTime"),
    FORMAT_TIME("formatTime"),
    DATE_TRUNC("dateTrunc"),
    EXTRACT("extract"),
    HASH("hash");

    private final String text;

    Function(String text) {
        this.text = text;
    }

    /// The name as one writes it.
    public String text() {
        return text;
    }
}
