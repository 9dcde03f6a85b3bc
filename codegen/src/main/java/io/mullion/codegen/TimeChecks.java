package io.mullion.codegen;

import io.mullion.codegen.Routine.Trait;
import io.mullion.expr.DataType;
import io.mullion.expr.DateField;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.CalendarFunctions;
import io.mullion.routine.NumberCasts;
import io.mullion.routine.TimePattern;
import io.mullion.routine.TimeText;
import io.mullion.routine.Timeline;
import java.time.Duration;
import java.util.List;

/// What operators and functions mean for dates and timestamps: calls of [CalendarFunctions] and [TimeText].
final class TimeChecks {
    private static final Routine EXTRACT_TIMESTAMP = Routine.of(CalendarFunctions.class, "extractTimestamp");
    private static final Routine EXTRACT_DATE = Routine.of(CalendarFunctions.class, "extractDate");
    private static final Routine TRUNC_TIMESTAMP = Routine.of(CalendarFunctions.class, "truncTimestamp", Trait.FAILS);
    private static final Routine TRUNC_DATE = Routine.of(CalendarFunctions.class, "truncDate", Trait.FAILS);
    private static final Routine DATE_TO_TIMESTAMP =
            Routine.of(CalendarFunctions.class, "dateToTimestamp", Trait.FAILS);
    private static final Routine TIMESTAMP_TO_DATE =
            Routine.of(CalendarFunctions.class, "timestampToDate", Trait.FAILS);
    private static final Routine TO_FINER = Routine.of(NumberCasts.class, "timestampToFiner", Trait.FAILS);
    private static final Routine TO_COARSER = Routine.of(NumberCasts.class, "timestampToCoarser");
    private static final Routine PLUS_EXACT = Routine.of(NumberCasts.class, "plusExactInt64", Trait.FAILS);

    private static final Routine PLUS_EXACT_DAYS = Routine.of(NumberCasts.class, "plusExactInt32", Trait.FAILS);

    private static final Routine PARSE_DATE = Routine.of(TimeText.class, "parseDate", Trait.FAILS);
    private static final Routine PARSE_TIMESTAMP = Routine.of(TimeText.class, "parseTimestamp", Trait.FAILS);
    private static final Routine FORMAT_DATE = Routine.of(TimeText.class, "formatDate", Trait.TEXT);
    private static final Routine FORMAT_TIMESTAMP = Routine.of(TimeText.class, "formatTimestamp", Trait.TEXT);
    private static final Routine PARSE_DATE_BY_PATTERN = Routine.of(TimeText.class, "parseDateByPattern", Trait.FAILS);
    private static final Routine PARSE_TIME_BY_PATTERN = Routine.of(TimeText.class, "parseTimeByPattern", Trait.FAILS);
    private static final Routine FORMAT_DATE_BY_PATTERN =
            Routine.of(TimeText.class, "formatDateByPattern", Trait.FAILS, Trait.TEXT);
    private static final Routine FORMAT_TIME_BY_PATTERN =
            Routine.of(TimeText.class, "formatTimeByPattern", Trait.FAILS, Trait.TEXT);

    private TimeChecks() {}

    static Typed check(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        return switch (it.function()) {
            case DATE_TRUNC -> dateTrunc(check, it, field(check, it, arguments.getFirst()), arguments.getLast());
            case EXTRACT -> extract(check, it, field(check, it, arguments.getFirst()), arguments.getLast());
            case PARSE_TIME -> parse(check, it, arguments);
            case FORMAT_TIME -> format(check, it, arguments);
            default -> throw new IllegalStateException("no function over times: " + it);
        };
    }

    /// A timestamp and a duration, or a date and whole days.
    static Typed shift(TypeCheck check, Expr.Shift it, Typed input) {
        if (input.type() instanceof DataType.Date32) {
            return Typed.Call.of(
                    PLUS_EXACT_DAYS,
                    DataType.DATE32,
                    List.of(input, new Typed.Constant(days(check, it), DataType.INT32)));
        }
        if (!(input.type() instanceof DataType.Timestamp type)) {
            throw check.wrong("a duration is added to a timestamp or date32, not to " + input.type(), it);
        }
        long units;
        try {
            units = type.unit().of(it.by());
        } catch (IllegalArgumentException impossible) {
            throw check.wrong(impossible.getMessage(), it);
        }
        return Typed.Call.of(PLUS_EXACT, type, List.of(input, new Typed.Constant(units, DataType.INT64)));
    }

    private static long days(TypeCheck check, Expr.Shift it) {
        long days = it.by().toDays();
        if (!it.by().equals(Duration.ofDays(days))) {
            throw check.wrong("a date32 moves by whole days: duration=" + it.by(), it);
        }
        if (days != (int) days) {
            throw check.wrong("the days leave int32: duration=" + it.by(), it);
        }
        return days;
    }

    /// What lies between two timestamps of one unit, in that unit; between two dates, in days.
    static Typed difference(TypeCheck check, Expr.Arithmetic it, Typed left, Typed right) {
        Typed l = Conversions.adapted(left, right);
        Typed r = Conversions.adapted(right, left);
        if (l.type() instanceof DataType.Date32 && r.type() instanceof DataType.Date32) {
            return new Typed.Arithmetic(
                    Expr.Arithmetic.Op.SUBTRACT,
                    new Typed.Convert(l, DataType.INT64),
                    new Typed.Convert(r, DataType.INT64));
        }
        boolean oneUnit = l.type() instanceof DataType.Timestamp a
                && r.type() instanceof DataType.Timestamp b
                && a.unit() == b.unit();
        if (!oneUnit) {
            throw check.wrong(
                    "cannot compute " + left.type() + " - " + right.type()
                            + " (two dates, timestamps of one unit, or one of these and a Duration are expected)"
                            + Conversions.expected(l, r.type())
                            + Conversions.expected(r, l.type()),
                    it);
        }
        return new Typed.Arithmetic(
                Expr.Arithmetic.Op.SUBTRACT,
                new Typed.Convert(l, DataType.INT64),
                new Typed.Convert(r, DataType.INT64));
    }

    /// The cast of a date, another timestamp, an int64 or a text; null if there is none.
    static Typed toTimestamp(Typed input, DataType.Timestamp to) {
        return switch (input.type()) {
            case DataType.Int64 _ -> new Typed.Convert(input, to);
            case DataType.Date32 _ -> Typed.Call.of(DATE_TO_TIMESTAMP, to, List.of(input), Timeline.of(to));
            case DataType.Timestamp from -> toUnit(input, from.unit(), to);
            case DataType.Utf8 _ -> Typed.Call.of(PARSE_TIMESTAMP, to, List.of(input), Timeline.of(to));
            default -> null;
        };
    }

    private static Typed toUnit(Typed input, TimeUnit from, DataType.Timestamp to) {
        long finer = to.unit().perSecond() / from.perSecond();
        if (finer == 1) {
            return new Typed.Convert(input, to);
        }
        return finer > 1
                ? Typed.Call.of(TO_FINER, to, List.of(input), finer)
                : Typed.Call.of(
                        TO_COARSER,
                        to,
                        List.of(input),
                        from.perSecond() / to.unit().perSecond());
    }

    /// The cast of a timestamp or a text; null if there is none.
    static Typed toDate(Typed input) {
        return switch (input.type()) {
            case DataType.Timestamp from ->
                Typed.Call.of(TIMESTAMP_TO_DATE, DataType.DATE32, List.of(input), Timeline.of(from));
            case DataType.Utf8 _ -> Typed.Call.of(PARSE_DATE, DataType.DATE32, List.of(input));
            default -> null;
        };
    }

    /// The canonical text of a date or timestamp.
    static Typed toText(Typed input) {
        return input.type() instanceof DataType.Timestamp type
                ? Typed.Call.of(FORMAT_TIMESTAMP, DataType.UTF8, List.of(input), Timeline.of(type))
                : Typed.Call.of(FORMAT_DATE, DataType.UTF8, List.of(input));
    }

    private static Typed parse(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        Typed text = arguments.getFirst();
        if (!(text.type() instanceof DataType.Utf8)) {
            throw check.wrong("parseTime needs utf8, not " + text.type(), it);
        }
        DataType type = arguments.getLast().type();
        TimePattern pattern = TextChecks.compiled(
                check, it, () -> TimePattern.forParsing(TextChecks.text(check, it, arguments.get(1))));
        return switch (type) {
            case DataType.Timestamp timestamp ->
                Typed.Call.of(PARSE_TIME_BY_PATTERN, type, List.of(text), pattern, Timeline.of(timestamp));
            case DataType.Date32 _
            when pattern.dateOnly() -> Typed.Call.of(PARSE_DATE_BY_PATTERN, type, List.of(text), pattern);
            case DataType.Date32 _ -> throw check.wrong("the pattern of a date32 has no time of day", it);
            default -> throw check.wrong("parseTime makes a timestamp or date32, not " + type, it);
        };
    }

    private static Typed format(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        Typed time = arguments.getFirst();
        TimePattern pattern = TextChecks.compiled(
                check, it, () -> TimePattern.forFormatting(TextChecks.text(check, it, arguments.get(1))));
        return switch (time.type()) {
            case DataType.Timestamp type ->
                Typed.Call.of(FORMAT_TIME_BY_PATTERN, DataType.UTF8, List.of(time), pattern, Timeline.of(type));
            case DataType.Date32 _ -> Typed.Call.of(FORMAT_DATE_BY_PATTERN, DataType.UTF8, List.of(time), pattern);
            default -> throw check.wrong("formatTime needs a timestamp or date32, not " + time.type(), it);
        };
    }

    private static DateField field(TypeCheck check, Expr.Call it, Typed argument) {
        String name = TextChecks.text(check, it, argument);
        for (DateField field : DateField.values()) {
            if (field.name().equalsIgnoreCase(name)) {
                return field;
            }
        }
        throw check.wrong("no field of a date is named " + name, it);
    }

    private static Typed dateTrunc(TypeCheck check, Expr.Call it, DateField unit, Typed time) {
        if (!unit.unit()) {
            throw check.wrong("dateTrunc cuts to a unit, which " + unit + " is not", it);
        }
        return switch (time.type()) {
            case DataType.Timestamp type ->
                Typed.Call.of(TRUNC_TIMESTAMP, type, List.of(time), unit, Timeline.of(type));
            case DataType.Date32 type -> Typed.Call.of(TRUNC_DATE, type, List.of(time), unit);
            default -> throw check.wrong("dateTrunc needs a timestamp or date32, not " + time.type(), it);
        };
    }

    private static Typed extract(TypeCheck check, Expr.Call it, DateField field, Typed time) {
        return switch (time.type()) {
            case DataType.Timestamp type ->
                Typed.Call.of(EXTRACT_TIMESTAMP, DataType.INT64, List.of(time), field, Timeline.of(type));
            case DataType.Date32 _ -> Typed.Call.of(EXTRACT_DATE, DataType.INT64, List.of(time), field);
            default -> throw check.wrong("extract needs a timestamp or date32, not " + time.type(), it);
        };
    }
}
