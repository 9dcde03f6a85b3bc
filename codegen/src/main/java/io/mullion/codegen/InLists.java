package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.DecimalSet;
import io.mullion.routine.DoubleSet;
import io.mullion.routine.Literals;
import io.mullion.routine.LongSet;
import io.mullion.routine.TextSet;
import java.util.ArrayList;
import java.util.List;

/// What `in` means: comparisons with a few values, a look into a set of many.
final class InLists {
    /// Up to here comparisons, which have a vector form, are quicker than a look into a set.
    private static final int FEW = 8;

    private static final Routine LONGS = Routine.of(LongSet.class, "contains");
    private static final Routine DOUBLES = Routine.of(DoubleSet.class, "contains");
    private static final Routine TEXTS = Routine.of(TextSet.class, "contains");
    private static final Routine DECIMALS = Routine.of(DecimalSet.class, "contains");

    private InLists() {}

    static Typed check(TypeCheck check, Expr.In it, Typed input) {
        List<Typed> literals = new ArrayList<>();
        boolean nulls = false;
        for (Object value : it.values()) {
            if (value == null) {
                nulls = true;
            } else {
                Expr.Literal literal = Expr.Literal.of(value);
                literals.add(new Typed.Constant(literal.value(), literal.type()));
            }
        }
        boolean exact = exact(input.type()) && literals.stream().allMatch(literal -> exact(literal.type()));
        List<Typed> values = new ArrayList<>(List.of(input));
        values.addAll(exact ? thatFit(input.type(), literals) : literals);
        List<Typed> common = check.common(values, "compare", it);
        List<Typed.Constant> constants = common.subList(1, common.size()).stream()
                .map(Typed.Constant.class::cast)
                .distinct()
                .toList();
        Typed found = constants.isEmpty() && !literals.isEmpty()
                ? Typed.constantOf(input, Typed.Constant.FALSE)
                : found(common.getFirst(), constants);
        return nulls ? new Typed.Logic(false, found, new Typed.Constant(null, DataType.BOOL)) : found;
    }

    private static boolean exact(DataType type) {
        return type.integer() || type instanceof DataType.Decimal;
    }

    /// Integers and decimals that are values of the type: it has none that equals one of the others.
    private static List<Typed> thatFit(DataType type, List<Typed> literals) {
        Typed any = new Typed.Constant(null, type);
        return literals.stream()
                .map(literal -> Conversions.adapted(Conversions.wholeIfSo(literal), any))
                .filter(literal -> literal.type().equals(type))
                .toList();
    }

    private static Typed found(Typed input, List<Typed.Constant> constants) {
        if (constants.isEmpty()) {
            return Typed.Constant.FALSE;
        }
        return constants.size() <= FEW || input.type() instanceof DataType.Bool
                ? oneOf(input, constants)
                : inSet(input, constants);
    }

    private static Typed inSet(Typed input, List<Typed.Constant> constants) {
        return switch (input.type()) {
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ ->
                call(LONGS, new Typed.Convert(input, DataType.INT64), longs(constants));
            case DataType.Int64 _, DataType.Timestamp _ -> call(LONGS, input, longs(constants));
            case DataType.Float32 _ -> call(DOUBLES, new Typed.Convert(input, DataType.FLOAT64), doubles(constants));
            case DataType.Float64 _ -> call(DOUBLES, input, doubles(constants));
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                call(
                        TEXTS,
                        input,
                        new TextSet(constants.stream()
                                .map(it -> Literals.bytes(it.value()))
                                .toList()));
            case DataType.Decimal _ ->
                call(
                        DECIMALS,
                        input,
                        new DecimalSet(
                                constants.stream().map(Typed.Constant::unscaled).toList()));
            case DataType.Bool _ -> throw new IllegalStateException("there are no many bools: " + input);
        };
    }

    private static Typed call(Routine routine, Typed input, Object set) {
        return Typed.Call.of(routine, DataType.BOOL, List.of(input), set);
    }

    private static LongSet longs(List<Typed.Constant> constants) {
        return new LongSet(constants.stream().mapToLong(it -> (Long) it.value()).toArray());
    }

    private static DoubleSet doubles(List<Typed.Constant> constants) {
        return new DoubleSet(
                constants.stream().mapToDouble(it -> (Double) it.value()).toArray());
    }

    /// A balanced tree of comparisons.
    private static Typed oneOf(Typed input, List<Typed.Constant> constants) {
        if (constants.size() == 1) {
            return new Typed.Comparison(Expr.Comparison.Op.EQ, input, constants.getFirst());
        }
        int half = constants.size() / 2;
        return new Typed.Logic(
                false,
                oneOf(input, constants.subList(0, half)),
                oneOf(input, constants.subList(half, constants.size())));
    }
}
