package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Expressions over [Samples#WIDE] as SQL of DuckDB, with every conversion written out, so that what is compared is
/// what operators and functions mean and not what each language converts by itself.
final class DuckDbText {
    /// DuckDB has nothing that could be meant.
    private static final class Untranslatable extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final OracleTypes types = new OracleTypes(Samples.WIDE);

    /// The SQL of an expression, its value brought to a form that JDBC returns without a conversion of its own: times
    /// as counts of their unit, binary as text of hexadecimal digits. Empty if there is no such SQL.
    Optional<String> of(Expr expression) {
        try {
            String sql = text(expression);
            String cell = switch (types.type(expression)) {
                case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
                case DataType.Binary _ -> "hex(" + sql + ")";
                case DataType.Date32 _ -> "(" + sql + " - DATE '1970-01-01')";
                case DataType.Timestamp it -> count(sql, it);
                default -> sql;
            };
            return Optional.of(cell);
        } catch (Untranslatable | OracleTypes.Refused nothing) {
            // Refused: decimals that are compared as they are, since no type holds both.
            return Optional.empty();
        }
    }

    private static String count(String sql, DataType.Timestamp type) {
        return switch (type.unit()) {
            case SECONDS -> "epoch_us(" + sql + ") // 1000000";
            case MILLIS -> "epoch_ms(" + sql + ")";
            case MICROS -> "epoch_us(" + sql + ")";
            case NANOS -> "epoch_ns(" + sql + ")";
        };
    }

    static String type(DataType type) {
        return switch (type) {
            case DataType.Bool _ -> "BOOLEAN";
            case DataType.Int8 _ -> "TINYINT";
            case DataType.Int16 _ -> "SMALLINT";
            case DataType.Int32 _ -> "INTEGER";
            case DataType.Int64 _ -> "BIGINT";
            case DataType.Float32 _ -> "FLOAT";
            case DataType.Float64 _ -> "DOUBLE";
            case DataType.Decimal it -> "DECIMAL(" + it.precision() + ", " + it.scale() + ")";
            case DataType.Utf8 _ -> "VARCHAR";
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> "BLOB";
            case DataType.Date32 _ -> "DATE";
            case DataType.Timestamp it when !it.zone().equals("UTC") -> "TIMESTAMPTZ";
            case DataType.Timestamp it ->
                switch (it.unit()) {
                    case SECONDS -> "TIMESTAMP_S";
                    case MILLIS -> "TIMESTAMP_MS";
                    case MICROS -> "TIMESTAMP";
                    case NANOS -> "TIMESTAMP_NS";
                };
        };
    }

    static String cast(String sql, DataType to) {
        return "CAST(" + sql + " AS " + type(to) + ")";
    }

    /// A value of a column.
    static String value(Object value, DataType type) {
        return switch (type) {
            case DataType _ when value == null -> cast("NULL", type);
            case DataType.Utf8 _ -> "'" + ((String) value).replace("'", "''") + "'";
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> "unhex('" + HexFormat.of().formatHex(Oracle.bytes((ByteBuffer) value)) + "')";
            case DataType.Date32 _ -> "(DATE '1970-01-01' + CAST(" + value + " AS INTEGER))";
            case DataType.Timestamp it when !it.zone().equals("UTC") -> "make_timestamptz(" + value + ")";
            case DataType.Timestamp it when it.unit() == TimeUnit.NANOS -> "make_timestamp_ns(" + value + ")";
            case DataType.Timestamp it ->
                cast(
                        "make_timestamp(CAST(" + value + " AS BIGINT) * "
                                + 1_000_000 / it.unit().perSecond() + ")",
                        it);
            case DataType.Decimal _ -> cast("'" + ((BigDecimal) value).toPlainString() + "'", type);
            // As text: numbers with points are decimals.
            default -> cast("'" + value + "'", type);
        };
    }

    private String text(Expr expression) {
        return switch (expression) {
            case Expr.Column it -> it.name();
            case Expr.Literal it -> value(it.value(), it.type());
            case Expr.Alias it -> text(it.input());
            case Expr.Not it -> "(NOT " + text(it.input()) + ")";
            case Expr.And it -> "(" + text(it.left()) + " AND " + text(it.right()) + ")";
            case Expr.Or it -> "(" + text(it.left()) + " OR " + text(it.right()) + ")";
            case Expr.Arithmetic it -> arithmetic(it);
            case Expr.Comparison it -> {
                List<String> sides = common(List.of(it.left(), it.right()));
                yield "(" + sides.getFirst() + " " + it.op().symbol() + " " + sides.getLast() + ")";
            }
            case Expr.Call it -> call(it);
            case Expr.Cast it -> cast(it);
            case Expr.Case it -> cases(it);
            case Expr.In it -> in(it);
            case Expr.Shift it -> shift(it);
            case Expr.Lookup it -> lookup(it);
            case Expr.Apply _ -> throw new Untranslatable();
            case Expr.Generate _ -> throw new Untranslatable();
            case Expr.Aggregate _ -> throw new Untranslatable();
        };
    }

    /// The expression as a type that holds its values; a literal takes that of what stands beside it.
    private String as(Expr expression, DataType to) {
        if (expression instanceof Expr.Literal it) {
            return value(OracleNumbers.convert(it.value(), it.type(), to), to);
        }
        DataType from = types.type(expression);
        if (from instanceof DataType.Timestamp a && to instanceof DataType.Timestamp b) {
            return timestamp(text(expression), a, b);
        }
        return from.equals(to) ? text(expression) : cast(text(expression), to);
    }

    private List<String> common(List<Expr> operands) {
        DataType common = types.common(operands);
        List<String> result = new ArrayList<>();
        for (Expr operand : operands) {
            result.add(as(operand, common));
        }
        return result;
    }

    private String arithmetic(Expr.Arithmetic it) {
        DataType type = types.type(it);
        if (types.type(it.left()) instanceof DataType.Timestamp time) {
            return "(" + count(text(it.left()), time) + " - " + count(text(it.right()), time) + ")";
        }
        if (types.operands(List.of(it.left(), it.right())).getFirst() instanceof DataType.Date32) {
            return "(" + String.join(" - ", common(List.of(it.left(), it.right()))) + ")";
        }
        if (type instanceof DataType.Decimal && it.op() == Expr.Arithmetic.Op.DIVIDE) {
            throw new Untranslatable();
        }
        List<DataType> operandTypes = types.operands(List.of(it.left(), it.right()));
        boolean sum = it.op() == Expr.Arithmetic.Op.ADD || it.op() == Expr.Arithmetic.Op.SUBTRACT;
        boolean own = type instanceof DataType.Decimal && !sum;
        String left = as(it.left(), own ? OracleTypes.decimal(operandTypes.getFirst()) : type);
        String right = as(it.right(), own ? OracleTypes.decimal(operandTypes.getLast()) : type);
        String op = it.op() == Expr.Arithmetic.Op.DIVIDE && type.integer()
                ? "//"
                : it.op().symbol();
        return cast("(" + left + " " + op + " " + right + ")", type);
    }

    private String cast(Expr.Cast it) {
        DataType from = types.type(it.input());
        DataType to = it.type();
        String input = text(it.input());
        boolean times = from instanceof DataType.Timestamp || to instanceof DataType.Timestamp;
        if (times && (from.integer() || to.integer() || from instanceof DataType.Utf8 || to instanceof DataType.Utf8)
                || from instanceof DataType.Date32 && to.integer()
                || from.integer() && to instanceof DataType.Date32
                || from instanceof DataType.Binary
                || to instanceof DataType.Binary) {
            throw new Untranslatable();
        }
        if (from instanceof DataType.Timestamp a && to instanceof DataType.Timestamp b) {
            return timestamp(input, a, b);
        }
        if (from.floating() && to.integer()) {
            input = "trunc(" + input + ")";
        }
        return (it.lenient() ? "TRY_CAST(" : "CAST(") + input + " AS " + type(to) + ")";
    }

    /// A point in time in another unit or zone. To DuckDB a timestamp without a zone is a local time, and what the
    /// clock in its session's zone shows is no conversion that is meant here.
    private static String timestamp(String input, DataType.Timestamp from, DataType.Timestamp to) {
        if (from.equals(to)) {
            return input;
        }
        boolean nanos = from.unit() == TimeUnit.NANOS || to.unit() == TimeUnit.NANOS;
        if (nanos) {
            throw new Untranslatable();
        }
        if (from.zone().equals(to.zone())) {
            return cast(input, to);
        }
        return to.zone().equals("UTC")
                ? cast("make_timestamp(epoch_us(" + input + "))", to)
                : "make_timestamptz(epoch_us(" + input + "))";
    }

    private String cases(Expr.Case it) {
        DataType type = types.type(it);
        StringBuilder sql = new StringBuilder("CASE");
        for (Expr.Case.Branch branch : it.branches()) {
            sql.append(" WHEN ").append(text(branch.when())).append(" THEN ").append(as(branch.then(), type));
        }
        if (it.otherwise() != null) {
            sql.append(" ELSE ").append(as(it.otherwise(), type));
        }
        return sql.append(" END").toString();
    }

    private String in(Expr.In it) {
        List<Expr> all = new ArrayList<>(List.of(it.input()));
        all.addAll(OracleTypes.values(it));
        if (all.size() == 1) {
            throw new Untranslatable();
        }
        List<String> texts = common(all);
        String nulls = it.values().contains(null) ? ", NULL" : "";
        return "(" + texts.getFirst() + " IN (" + String.join(", ", texts.subList(1, texts.size())) + nulls + "))";
    }

    private String shift(Expr.Shift it) {
        Duration by = it.by();
        if (!(types.type(it) instanceof DataType.Timestamp type)) {
            return "(" + text(it.input()) + " + CAST(" + by.toDays() + " AS INTEGER))";
        }
        if (type.unit() == TimeUnit.NANOS) {
            return "make_timestamp_ns(epoch_ns(" + text(it.input()) + ") + "
                    + type.unit().of(by) + ")";
        }
        return cast("(" + text(it.input()) + " + to_microseconds(" + TimeUnit.MICROS.of(by) + "))", type);
    }

    private String lookup(Expr.Lookup it) {
        TestTable table = TestTable.of(it.table());
        if (table.key() instanceof DataType.Timestamp) {
            throw new Untranslatable();
        }
        String key = as(it.key(), table.key());
        return table.rows().entrySet().stream()
                .map(row -> " WHEN " + key + " = " + value(row.getKey(), table.key()) + " THEN "
                        + value(row.getValue(), table.value()))
                .collect(Collectors.joining("", "CASE", " END"));
    }

    private String call(Expr.Call it) {
        List<Expr> arguments = it.arguments();
        DataType type = types.type(it);
        return switch (it.function()) {
            case NEGATE -> cast("(-" + as(arguments.getFirst(), type) + ")", type);
            case ABS -> cast("abs(" + as(arguments.getFirst(), type) + ")", type);
            case SIGN, FLOOR, CEIL, ROUND, SQRT, EXP, LN, LOG10, POW -> number(it, type);
            case PLUS_EXACT -> cast("(" + both(arguments, " + ", type) + ")", type);
            case MINUS_EXACT -> cast("(" + both(arguments, " - ", type) + ")", type);
            case TIMES_EXACT -> cast("(" + both(arguments, " * ", type) + ")", type);
            case IS_NAN -> "isnan(" + text(arguments.getFirst()) + ")";
            case IS_NULL -> "(" + text(arguments.getFirst()) + " IS NULL)";
            case COALESCE -> "coalesce(" + String.join(", ", common(arguments)) + ")";
            case LEAST -> "least(" + String.join(", ", common(arguments)) + ")";
            case GREATEST -> "greatest(" + String.join(", ", common(arguments)) + ")";
            case NULL_IF -> {
                List<String> sides = common(arguments);
                yield "CASE WHEN " + sides.getFirst() + " = " + sides.getLast() + " THEN NULL ELSE "
                        + text(arguments.getFirst()) + " END";
            }
            case BETWEEN -> {
                List<String> atLeast = common(List.of(arguments.get(0), arguments.get(1)));
                List<String> atMost = common(List.of(arguments.get(0), arguments.get(2)));
                yield "(" + String.join(" >= ", atLeast) + " AND " + String.join(" <= ", atMost) + ")";
            }
            case DATE_TRUNC, EXTRACT, FORMAT_TIME, PARSE_TIME -> time(it, type);
            case FORMAT_NUMBER, HASH -> throw new Untranslatable();
            default -> string(it, type);
        };
    }

    private String both(List<Expr> operands, String op, DataType type) {
        return operands.stream().map(operand -> as(operand, type)).collect(Collectors.joining(op));
    }

    private String number(Expr.Call it, DataType type) {
        if (types.type(it.arguments().getFirst()).integer()
                && it.arguments().size() == 1
                && it.function().name().matches("FLOOR|CEIL|ROUND")) {
            // By way of float64 there.
            throw new Untranslatable();
        }
        boolean mathematical = switch (it.function()) {
            case SQRT, EXP, LN, LOG10, POW -> true;
            default -> false;
        };
        String arguments = it.arguments().stream()
                .map(argument -> mathematical ? as(argument, DataType.FLOAT64) : text(argument))
                .collect(Collectors.joining(", "));
        return cast(it.function().text() + "(" + arguments + ")", type);
    }

    private String string(Expr.Call it, DataType type) {
        List<String> arguments = it.arguments().stream().map(this::text).toList();
        String all = String.join(", ", arguments);
        String first = arguments.getFirst();
        return switch (it.function()) {
            case LENGTH -> cast("length(" + all + ")", type);
            case OCTET_LENGTH -> {
                boolean text = types.type(it.arguments().getFirst()) instanceof DataType.Utf8;
                yield cast((text ? "strlen(" : "octet_length(") + all + ")", type);
            }
            case LOWER, UPPER, TRIM, REPLACE, CONTAINS -> it.function().text() + "(" + all + ")";
            case TRIM_START -> "ltrim(" + all + ")";
            case TRIM_END -> "rtrim(" + all + ")";
            case CONCAT -> "(" + String.join(" || ", arguments) + ")";
            case STARTS_WITH -> "starts_with(" + all + ")";
            case ENDS_WITH -> "ends_with(" + all + ")";
            case LIKE -> "(" + first + " LIKE " + arguments.getLast() + " ESCAPE '\\')";
            case SUBSTRING -> "substring(" + all + ")";
            case SPLIT_PART -> "split_part(" + all + ")";
            case REGEXP_LIKE -> "regexp_matches(" + all + ")";
            case REGEXP_EXTRACT -> "regexp_extract(" + first + ", " + arguments.get(1) + ", " + group(it) + ")";
            default -> throw new Untranslatable();
        };
    }

    private static Object group(Expr.Call it) {
        return ((Expr.Literal) it.arguments().getLast()).value();
    }

    private String time(Expr.Call it, DataType type) {
        List<Expr> arguments = it.arguments();
        return switch (it.function()) {
            case DATE_TRUNC -> {
                String cut = "date_trunc(" + text(arguments.getFirst()) + ", " + micros(arguments.getLast()) + ")";
                boolean nanos = type instanceof DataType.Timestamp time && time.unit() == TimeUnit.NANOS;
                yield nanos ? "make_timestamp_ns(epoch_us(" + cut + ") * 1000)" : cast(cut, type);
            }
            case EXTRACT -> {
                String field = (String) ((Expr.Literal) arguments.getFirst()).value();
                String input = micros(arguments.getLast());
                yield switch (field) {
                    case "EPOCH" -> cast("floor(epoch(" + input + "))", type);
                    case "DAY_OF_WEEK" -> "extract('isodow' FROM " + input + ")";
                    case "DAY_OF_YEAR" -> "extract('doy' FROM " + input + ")";
                    default -> "extract('" + field + "' FROM " + input + ")";
                };
            }
            case FORMAT_TIME -> "strftime(" + micros(arguments.getFirst()) + ", " + pattern(arguments.get(1)) + ")";
            default -> {
                if (!((DataType.Timestamp) type).zone().equals("UTC")) {
                    throw new Untranslatable();
                }
                yield timestamp(
                        "strptime(" + text(arguments.getFirst()) + ", " + pattern(arguments.get(1)) + ")",
                        (DataType.Timestamp) DataType.timestamp(TimeUnit.MICROS),
                        (DataType.Timestamp) type);
            }
        };
    }

    /// A time, nanoseconds cut down to microseconds: the functions of DuckDB would round them.
    private String micros(Expr time) {
        String text = text(time);
        boolean nanos = types.type(time) instanceof DataType.Timestamp type && type.unit() == TimeUnit.NANOS;
        return nanos
                ? "make_timestamp((epoch_ns(" + text + ") - (epoch_ns(" + text + ") % 1000 + 1000) % 1000) // 1000)"
                : text;
    }

    private static String pattern(Expr literal) {
        String pattern = (String) ((Expr.Literal) literal).value();
        if (pattern.contains("'") || pattern.contains("XXX")) {
            throw new Untranslatable();
        }
        return "'"
                + pattern.replace("yyyy", "%Y")
                        .replace("MM", "%m")
                        .replace("dd", "%d")
                        .replace("HH", "%H")
                        .replace("mm", "%M")
                        .replace("SSS", "%g")
                        .replace("ss", "%S")
                + "'";
    }
}
