package io.mullion.codegen;

import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.float32;
import static io.mullion.codegen.Values.float64;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.Failure;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Code that computes an expression for one row. Equal parts are computed once, where the code of the first one is
/// sure to have run.
final class RowCode {
    /// A value of one row in the words of its type (see [Words]). `valid` is null when it cannot be null; the words of
    /// a value that is not valid may be anything, but those of a text are an address and a length in live memory.
    record Cell(List<Code.Value> words, Code.Value valid) {
        Cell(Code.Value word, Code.Value valid) {
            this(List.of(word), valid);
        }

        Code.Value value() {
            return words.getFirst();
        }

        /// The length of a text, the low half of a decimal.
        Code.Value second() {
            return words.get(1);
        }
    }

    /// Ends the method for a row that cannot be computed.
    interface Failing {
        /// @param failure the reason, a [Failure]
        void fail(Body body, Code.Value failure);
    }

    private final ColumnCode columns;
    private final KernelClass kernel;
    private final boolean vector;
    private final Code.Value scratch;
    private final Failing failing;
    private final RowParts parts;
    private final RowInputs inputs;
    private final Map<Body, Map<Typed, Cell>> computed = new HashMap<>();

    /// @param progress whose scratch routines use; null where no routine needs any
    RowCode(ColumnCode columns, KernelClass kernel, Target target, Code.Var progress, Failing failing) {
        this(columns, kernel, target, progress, failing, RowParts.none());
    }

    /// @param parts what is computed in methods of its own
    RowCode(ColumnCode columns, KernelClass kernel, Target target, Code.Var progress, Failing failing, RowParts parts) {
        this.columns = columns;
        this.kernel = kernel;
        this.vector = target.vector();
        this.scratch = progress == null ? null : columns.scratch(progress);
        this.failing = failing;
        this.parts = parts;
        this.inputs = new RowInputs(columns, kernel);
    }

    /// Begins a row in which the expressions are computed: what routines made of the row before is forgotten.
    ///
    /// @param reservedBytes at the front of the scratch, for temporary columns
    void startRow(Body body, List<Typed> expressions, long reservedBytes) {
        if (Typed.anyMakesText(expressions)) {
            body.run(Values.invoke(scratch(), "nextRow", CD_void, int64(reservedBytes)));
        }
    }

    /// The address that no load of a text of this expression may cross; null if only its own bytes may be read.
    Code.Value readableEnd(Typed text) {
        return text instanceof Typed.Column column ? columns.textEnd(column.index()) : null;
    }

    Cell cell(Body body, Typed typed, Code.Value row) {
        for (Body scope = body; scope != null; scope = scope.outer()) {
            Cell known = computed.getOrDefault(scope, Map.of()).get(typed);
            if (known != null) {
                return known;
            }
        }
        Cell cell = parts.has(typed) ? part(body, typed, row) : compute(body, typed, row);
        computed.computeIfAbsent(body, _ -> new HashMap<>()).put(typed, cell);
        return cell;
    }

    /// Whether the predicate is true: neither false nor null.
    Code.Value holds(Body body, Typed predicate, Code.Value row) {
        Cell cell = cell(body, predicate, row);
        return cell.valid() == null ? cell.value() : and(cell.value(), cell.valid());
    }

    /// Whether there is a value, for any type; null when there always is.
    Code.Value valid(Body body, Typed typed, Code.Value row) {
        return typed instanceof Typed.Column it
                ? inputs.validity(body, it, row)
                : cell(body, typed, row).valid();
    }

    private Cell compute(Body body, Typed typed, Code.Value row) {
        return switch (typed) {
            case Typed.Column it -> inputs.column(body, it, row);
            case Typed.Constant it -> inputs.constant(it);
            case Typed.Convert it -> {
                Cell input = cell(body, it.input(), row);
                yield Words.of(it.type()).equals(Words.of(it.input().type()))
                        ? input
                        : new Cell(
                                hold(
                                        body,
                                        "converted",
                                        new Code.Cast(Words.of(it.type()).getFirst(), input.value())),
                                input.valid());
            }
            case Typed.Arithmetic it -> arithmetic(body, it, row);
            case Typed.Unary it -> {
                Cell input = cell(body, it.input(), row);
                yield new Cell(hold(body, "number", unary(it.op(), input.value())), input.valid());
            }
            case Typed.Comparison it -> comparison(body, it, row);
            case Typed.Logic it -> logic(body, it, row);
            case Typed.Not it -> {
                Cell input = cell(body, it.input(), row);
                yield new Cell(not(input.value()), input.valid());
            }
            case Typed.IsNull it -> {
                Code.Value valid = valid(body, it.input(), row);
                yield new Cell(valid == null ? bool(false) : not(valid), null);
            }
            case Typed.Choose it -> choose(body, it, row);
            case Typed.Known it -> new Cell(cell(body, it.input(), row).words(), null);
            case Typed.Call it -> routine(body, it, row);
            case Typed.Apply it -> apply(body, it, row);
        };
    }

    private Cell arithmetic(Body body, Typed.Arithmetic it, Code.Value row) {
        Cell left = cell(body, it.left(), row);
        Cell right = cell(body, it.right(), row);
        Code.Value valid = both(left.valid(), right.valid());
        Code.Operator op = operator(it.op());
        if (it.dividesByAnything()) {
            return division(body, op, left, right, valid);
        }
        return new Cell(hold(body, "number", binary(op, left.value(), right.value())), valid);
    }

    // long quotient = 0L;
    // if (leftValid & rightValid) {
    //     if (divisor == 0L) { return fail(progress, DIVISION_BY_ZERO, i, selected); }
    //     quotient = dividend / divisor;
    // }
    private Cell division(Body body, Code.Operator op, Cell left, Cell right, Code.Value valid) {
        Code.Value dividend = body.hold("dividend", left.value());
        Code.Value divisor = body.hold("divisor", right.value());
        Code.Value zero = test(divisor, Code.Relation.EQ, Words.nothing(divisor.type()));
        Code.Value failure = Values.failure(Failure.DIVISION_BY_ZERO);
        if (valid == null) {
            body.when(zero, failed -> failing.fail(failed, failure));
            return new Cell(body.let("quotient", binary(op, dividend, divisor)), null);
        }
        Code.Value known = body.hold("valid", valid);
        Code.Var quotient = body.let("quotient", Words.nothing(divisor.type()));
        body.when(known, inside -> {
            inside.when(zero, failed -> failing.fail(failed, failure));
            inside.assign(quotient, binary(op, dividend, divisor));
        });
        return new Cell(quotient, known);
    }

    private static Code.Value unary(Typed.Unary.Op op, Code.Value value) {
        ClassDesc type = value.type();
        boolean isFloat = type.equals(CD_float);
        return switch (op) {
            case NEGATE ->
                switch (type.descriptorString()) {
                    case "D" -> binary(Code.Operator.MULTIPLY, value, float64(-1));
                    case "F" -> binary(Code.Operator.MULTIPLY, value, float32(-1));
                    case "J" -> subtract(int64(0), value);
                    default -> subtract(int32(0), value);
                };
            case ABS -> call(Types.of(Math.class), "abs", type, value);
            case SQRT -> call(Types.of(Math.class), "sqrt", CD_double, value);
            case FLOOR -> isFloat ? rounded("floor", value) : call(Types.of(Math.class), "floor", CD_double, value);
            case CEIL -> isFloat ? rounded("ceil", value) : call(Types.of(Math.class), "ceil", CD_double, value);
            case ROUND ->
                isFloat
                        ? new Code.Cast(CD_float, call(Types.OPS, "round", CD_double, new Code.Cast(CD_double, value)))
                        : call(Types.OPS, "round", CD_double, value);
        };
    }

    private static Code.Value rounded(String method, Code.Value float32) {
        return new Code.Cast(
                CD_float, call(Types.of(Math.class), method, CD_double, new Code.Cast(CD_double, float32)));
    }

    private Cell comparison(Body body, Typed.Comparison it, Code.Value row) {
        Cell left = cell(body, it.left(), row);
        Cell right = cell(body, it.right(), row);
        return new Cell(
                hold(body, "compared", RowComparison.of(body, it, left, right)), both(left.valid(), right.valid()));
    }

    private Cell logic(Body body, Typed.Logic it, Code.Value row) {
        Cell left = cell(body, it.left(), row);
        Code.Value l = body.hold(it.conjunction() ? "left" : "either", left.value());
        Code.Value lValid = left.valid() == null ? null : body.hold("leftValid", left.valid());
        if (!costly(it.right())) {
            return RowComparison.join(body, it.conjunction(), l, lValid, cell(body, it.right(), row));
        }
        // boolean both = false;          // what holds if the left side decides
        // if (left || !leftValid) { .. both = left & right; }
        Code.Var result = body.let(it.conjunction() ? "both" : "any", bool(!it.conjunction()));
        Code.Var valid = it.nullable() ? body.let(result.name() + "Valid", bool(true)) : null;
        Code.Value open = it.conjunction() ? l : not(l);
        body.when(lValid == null ? open : new Code.Logic(false, open, not(lValid)), inside -> {
            Cell joined = RowComparison.join(inside, it.conjunction(), l, lValid, cell(inside, it.right(), row));
            inside.assign(result, joined.value());
            if (valid != null) {
                inside.assign(valid, joined.valid() == null ? bool(true) : joined.valid());
            }
        });
        return new Cell(result, valid);
    }

    // double chosen = 0.0;
    // boolean chosenValid = false;
    // if (condition & conditionValid) { chosen = ...; } else { chosen = ...; }
    private Cell choose(Body body, Typed.Choose it, Code.Value row) {
        Code.Value condition = holds(body, it.condition(), row);
        SharedParts.of(it.then(), it.otherwise()).forEach(shared -> cell(body, shared, row));
        List<Code.Var> words = Words.of(it.type()).stream()
                .map(word -> body.let("chosen", Words.nothing(word)))
                .toList();
        Code.Var valid = it.nullable() ? body.let("chosenValid", bool(true)) : null;
        body.when(
                condition,
                then -> choose(then, cell(then, it.then(), row), words, valid),
                otherwise -> choose(otherwise, cell(otherwise, it.otherwise(), row), words, valid));
        return new Cell(List.copyOf(words), valid);
    }

    private static void choose(Body body, Cell cell, List<Code.Var> words, Code.Var valid) {
        for (int word = 0; word < words.size(); word++) {
            body.assign(words.get(word), cell.words().get(word));
        }
        if (valid != null && cell.valid() != null) {
            body.assign(valid, cell.valid());
        }
    }

    /// Calls the routine, if it can fail only for rows that have all arguments.
    private Cell routine(Body body, Typed.Call it, Code.Value row) {
        Routine routine = it.routine();
        List<Code.Value> arguments = new ArrayList<>();
        Code.Value valid = null;
        for (Typed input : it.inputs()) {
            Cell cell = cell(body, input, row);
            arguments.addAll(cell.words());
            valid = both(valid, cell.valid());
        }
        for (Object constant : it.constants()) {
            arguments.add(
                    switch (constant) {
                        case Integer number -> int32(number);
                        case Long number -> int64(number);
                        default ->
                            columns.literal(kernel, routine.descriptor().parameterType(arguments.size()), constant);
                    });
        }
        if (routine.takesScratch()) {
            arguments.add(scratch());
        }
        Code.Value called = new Code.Call(
                null,
                routine.owner(vector),
                false,
                routine.method(),
                routine.descriptor().returnType(),
                routine.descriptor().parameterList(),
                arguments);
        boolean guarded = valid != null && routine.fails();
        Code.Value known = valid == null ? null : body.hold("valid", valid);
        if (!guarded) {
            return answer(body, it, called, known);
        }
        List<Code.Var> words = Words.of(it.type()).stream()
                .map(word -> body.let(routine.method(), Words.nothing(word)))
                .toList();
        Code.Var answered = body.let(routine.method() + "Valid", bool(false));
        body.when(known, inside -> {
            Cell cell = answer(inside, it, called, null);
            choose(inside, cell, words, null);
            inside.assign(answered, cell.valid() == null ? bool(true) : cell.valid());
        });
        return new Cell(List.copyOf(words), answered);
    }

    private Cell answer(Body body, Typed.Call it, Code.Value called, Code.Value known) {
        String name = it.routine().method();
        List<Code.Value> words = words(body, name, it.type(), called);
        Code.Value valid = known;
        if (it.lenient() && it.routine().refuses()) {
            valid = both(valid, body.let(name + "Valid", Values.invoke(scratch(), "succeeded", CD_boolean)));
        }
        if (it.lenient() ? it.routine().makesText() : it.routine().fails()) {
            failIf(body);
        }
        if (it.routine().yieldsNull()) {
            valid = both(valid, body.let(name + "Valid", new Code.Get(scratch(), Types.SCRATCH, "valid", CD_boolean)));
        }
        return new Cell(valid == known || it.type().fixedWidth() ? words : emptyIfNull(body, words, valid), valid);
    }

    /// The length that was left for a null is that of another text.
    private static List<Code.Value> emptyIfNull(Body body, List<Code.Value> text, Code.Value valid) {
        return List.of(text.getFirst(), body.let("length", new Code.Choose(valid, text.getLast(), int32(0))));
    }

    /// The word that a call returns, and the one that it leaves.
    private List<Code.Value> words(Body body, String name, DataType type, Code.Value called) {
        List<ClassDesc> types = Words.of(type);
        Code.Var first = body.let(name, called);
        if (types.size() == 1) {
            return List.of(first);
        }
        Code.Value second = new Code.Get(scratch(), Types.SCRATCH, "second", CD_long);
        boolean narrow = types.getLast().equals(CD_int);
        return List.of(first, body.let(name + "Second", narrow ? new Code.Cast(CD_int, second) : second));
    }

    // if (scratch.failed()) { return fail(progress, scratch.takeFailure(), i, selected); }
    private void failIf(Body body) {
        body.when(
                Values.invoke(scratch(), "failed", CD_boolean),
                failed -> failing.fail(failed, Values.invoke(scratch(), "takeFailure", Types.FAILURE)));
    }

    private Cell apply(Body body, Typed.Apply it, Code.Value row) {
        List<Code.Value> arguments = new ArrayList<>();
        Code.Value valid = null;
        for (Typed input : it.inputs()) {
            Cell cell = cell(body, input, row);
            arguments.add(cell.value());
            valid = both(valid, cell.valid());
        }
        Code.Value call = UserCall.of(kernel.function(it.function()), it.function(), arguments);
        ClassDesc word = Words.of(it.type()).getFirst();
        if (valid == null) {
            columns.nameRow(body, row);
            return new Cell(body.let("applied", call), null);
        }
        Code.Value known = body.hold("valid", valid);
        Code.Var applied = body.let("applied", Words.nothing(word));
        body.when(known, inside -> {
            columns.nameRow(inside, row);
            inside.assign(applied, call);
        });
        return new Cell(applied, known);
    }

    /// What a method of its own computes: it answers as a routine does.
    private Cell part(Body body, Typed typed, Code.Value row) {
        parts.begin(body, scratch());
        List<Code.Value> words = words(body, "part", typed.type(), parts.call(typed, row));
        if (typed.fallible()) {
            failIf(body);
        }
        Code.Value valid = typed.nullable()
                ? body.let("partValid", new Code.Get(scratch(), Types.SCRATCH, "valid", CD_boolean))
                : null;
        return new Cell(words, valid);
    }

    private Code.Value scratch() {
        if (scratch == null) {
            throw new IllegalStateException("no working memory where a routine needs it");
        }
        return scratch;
    }

    /// Whether a branch around the expression is worth it, or demanded because a row might fail in it.
    private static boolean costly(Typed typed) {
        return typed.fallible() || typed.calls();
    }

    /// A variable, so that equal parts find it.
    private static Code.Value hold(Body body, String name, Code.Value value) {
        return body.hold(name, value);
    }

    /// Both valid; null stands for valid.
    static Code.Value both(Code.Value leftValid, Code.Value rightValid) {
        if (leftValid == null) {
            return rightValid;
        }
        return rightValid == null || rightValid.equals(leftValid) ? leftValid : and(leftValid, rightValid);
    }

    private static Code.Operator operator(Expr.Arithmetic.Op op) {
        return switch (op) {
            case ADD -> Code.Operator.ADD;
            case SUBTRACT -> Code.Operator.SUBTRACT;
            case MULTIPLY -> Code.Operator.MULTIPLY;
            case DIVIDE -> Code.Operator.DIVIDE;
            case REMAINDER -> Code.Operator.REMAINDER;
        };
    }
}
