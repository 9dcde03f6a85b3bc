package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.test;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.DataType;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Code that computes an expression for as many neighbouring rows as a vector has lanes of 64 bits.
///
/// All integers, dates and timestamps are `LongVector`s (narrow ones with their sign extended), float32 and float64
/// `DoubleVector`s, bool and validity masks (always of a `LongVector`). Equal parts are computed once. No operation is
/// a call of a method of ours: the JIT is free to leave such a call in the loop, and then its vectors are objects.
final class VectorCode {
    /// `valid` is null when no lane can be null; a lane that is not valid may be anything.
    record Lanes(Code.Value value, Code.Value valid) {}

    private final Body prologue;
    private final ColumnCode columns;
    private final KernelClass kernel;
    private final Temporaries temporaries;
    private final VectorCalls calls;
    private final VectorMemory memory;
    private final VectorNumbers numbers;
    private final VectorLogic logic;
    private final int lanes;
    /// What was computed already: a vector loop has one body.
    private final Map<Typed, Lanes> computed = new IdentityHashMap<>();
    /// Of int32 arithmetic: the low halves of the lanes alone are right.
    private final Map<Typed, Lanes> unwrapped = new IdentityHashMap<>();
    private final Map<Code.Value, Code.Var> broadcasts = new HashMap<>();

    VectorCode(Body prologue, ColumnCode columns, KernelClass kernel, int bits) {
        this(prologue, columns, kernel, bits, Temporaries.none());
    }

    /// @param temporaries what is computed before: the method has the parameters `in`, `from` (the first row of the
    /// temporary columns) and `progress`
    VectorCode(Body prologue, ColumnCode columns, KernelClass kernel, int bits, Temporaries temporaries) {
        this.prologue = prologue;
        this.columns = columns;
        this.kernel = kernel;
        this.temporaries = temporaries;
        this.calls = new VectorCalls(bits);
        this.lanes = bits / Long.SIZE;
        this.memory = new VectorMemory(prologue, columns, calls, lanes);
        this.numbers = new VectorNumbers(calls, this::constant, bits);
        this.logic = new VectorLogic(calls);
    }

    /// Why no vector loop computes the expression, or null.
    static String refusal(Typed typed) {
        return Temporaries.refusal(List.of(typed));
    }

    /// Why some part of the expression has no vector form, or null: a loop over it needs no temporary column that a row
    /// loop computes.
    static String form(Typed typed) {
        return VectorPlan.form(typed);
    }

    static String first(String refusal, String other) {
        return refusal != null ? refusal : other;
    }

    VectorCalls calls() {
        return calls;
    }

    /// Begins another vector of the same step of a loop: its rows are others, what stays the same during the loop is
    /// not made again.
    void nextVector() {
        computed.clear();
        unwrapped.clear();
        memory.nextVector();
    }

    int lanes() {
        return lanes;
    }

    // while (i + 8 <= to) { ... i = i + 8; }
    void loop(Body body, Code.Var i, Code.Value to, Consumer<Body> content) {
        body.loop(test(add(i, int32(lanes)), Code.Relation.LE, to), inside -> {
            content.accept(inside);
            inside.increment(i, lanes);
        });
    }

    /// Whether the predicate is true: neither false nor null.
    Code.Value holds(Body body, Typed predicate, Code.Var i) {
        Lanes result = lanes(body, predicate, i);
        return result.valid() == null ? result.value() : calls.and(result.value(), result.valid());
    }

    /// `IntVector.zero(species).addIndex(1)`: 0, 1, 2, ...
    Code.Value laneNumbers() {
        return calls.laneNumbers();
    }

    Code.Value trueCount(Code.Value mask) {
        return calls.invoke(mask, "trueCount", CD_int);
    }

    /// Stores the values of all lanes as a column of the type has them; bits of a bool are the caller's.
    ///
    /// @param address of the first row
    void store(Body body, Code.Value lanes, DataType type, Code.Value address) {
        memory.store(body, lanes, type, address);
    }

    /// Validity alone, of a column of any type or of an expression; null if all rows are valid.
    Code.Value valid(Body body, Typed typed, Code.Var i) {
        return temporaries.nodes().of(typed) instanceof Typed.Column it
                ? memory.validity(body, it, i)
                : lanes(body, typed, i).valid();
    }

    Lanes lanes(Body body, Typed typed, Code.Var i) {
        Typed node = temporaries.nodes().of(typed);
        Lanes known = computed.get(node);
        if (known == null) {
            Temporaries.Column temporary = temporaries.find(node);
            known = temporary != null ? memory.temporary(body, temporary, i) : compute(body, node, i);
            computed.put(node, known);
        }
        return known;
    }

    private Lanes compute(Body body, Typed node, Code.Var i) {
        return switch (node) {
            case Typed.Column it -> memory.column(body, it, i);
            case Typed.Constant it -> new Lanes(constant(it), it.value() == null ? calls.maskAll(bool(false)) : null);
            case Typed.Convert it
            when it.type() instanceof DataType.Float64
                    && it.input() instanceof Typed.Column column
                    && column.type() instanceof DataType.Int32 -> memory.columnAsDoubles(body, column, i);
            case Typed.Convert it -> {
                Lanes input = lanes(body, it.input(), i);
                yield new Lanes(numbers.converted(body, it, input.value()), input.valid());
            }
            case Typed.Arithmetic it -> numbers.wraps(it) ? wrapped(body, it, i) : arithmetic(body, it, i);
            case Typed.Unary it -> numbers.wraps(it) ? wrapped(body, it, i) : unary(body, it, i);
            case Typed.Comparison it -> {
                Lanes left = lanes(body, it.left(), i);
                Lanes right = lanes(body, it.right(), i);
                Code.Value result = logic.comparison(body, it, left.value(), right.value());
                yield new Lanes(result, both(body, left, right));
            }
            case Typed.Logic it -> logic.joined(body, it, lanes(body, it.left(), i), lanes(body, it.right(), i));
            case Typed.Not it -> {
                Lanes input = lanes(body, it.input(), i);
                yield new Lanes(calls.not(input.value()), input.valid());
            }
            case Typed.IsNull it -> {
                Code.Value valid = valid(body, it.input(), i);
                yield new Lanes(valid == null ? calls.maskAll(bool(false)) : calls.not(valid), null);
            }
            case Typed.Choose it ->
                logic.chosen(body, it, holds(body, it.condition(), i), part -> lanes(body, part, i));
            case Typed.Known it -> new Lanes(lanes(body, it.input(), i).value(), null);
            case Typed.Call _, Typed.Apply _ -> throw new IllegalStateException("no vector form: " + node);
        };
    }

    private Lanes wrapped(Body body, Typed node, Code.Var i) {
        Lanes result = unwrapped(body, node, i);
        return new Lanes(body.let("number", numbers.wrap(result.value(), Integer.SIZE)), result.valid());
    }

    /// The lanes of an int32, of which the low halves are right: enough for additions and multiplications, which carry
    /// nothing down.
    private Lanes unwrapped(Body body, Typed typed, Code.Var i) {
        Typed node = temporaries.nodes().of(typed);
        if (computed.containsKey(node) || temporaries.find(node) != null || !numbers.wraps(node)) {
            return lanes(body, node, i);
        }
        Lanes known = unwrapped.get(node);
        if (known == null) {
            known = node instanceof Typed.Arithmetic it ? arithmetic(body, it, i) : unary(body, (Typed.Unary) node, i);
            unwrapped.put(node, known);
        }
        return known;
    }

    private Lanes arithmetic(Body body, Typed.Arithmetic it, Code.Var i) {
        Lanes left = unwrapped(body, it.left(), i);
        Lanes right = unwrapped(body, it.right(), i);
        return new Lanes(
                body.let("number", numbers.arithmetic(it, left.value(), right.value())), both(body, left, right));
    }

    private Lanes unary(Body body, Typed.Unary it, Code.Var i) {
        Lanes input = it.op() == Typed.Unary.Op.NEGATE ? unwrapped(body, it.input(), i) : lanes(body, it.input(), i);
        return new Lanes(numbers.unary(body, it.op(), input.value()), input.valid());
    }

    private Code.Value both(Body body, Lanes left, Lanes right) {
        Code.Value valid = calls.both(left.valid(), right.valid());
        return valid == null ? null : body.hold("valid", valid);
    }

    /// A constant in all lanes, made before the loop.
    private Code.Value constant(Typed.Constant it) {
        if (it.value() == null) {
            return switch (it.type()) {
                case DataType.Bool _ -> calls.maskAll(bool(false));
                case DataType.Float32 _, DataType.Float64 _ -> constant(0.0);
                default -> constant(0L);
            };
        }
        return switch (it.type()) {
            case DataType.Bool _ -> calls.maskAll(bool((Boolean) it.value()));
            case DataType.Float64 _ -> broadcast(columns.literal(kernel, CD_double, it.value()));
            case DataType.Float32 _ -> {
                float value = ((Double) it.value()).floatValue();
                yield broadcast(new Code.Cast(CD_double, columns.literal(kernel, CD_float, value)));
            }
            case DataType.Int64 _, DataType.Timestamp _ -> broadcast(columns.literal(kernel, CD_long, it.value()));
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ ->
                broadcast(widen(columns.literal(kernel, CD_int, ((Long) it.value()).intValue())));
            case DataType.Decimal _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalStateException("no vector form: " + it);
        };
    }

    /// A constant of the code.
    private Code.Value constant(Number value) {
        return broadcast(value instanceof Double number ? Values.float64(number) : Values.int64(value.longValue()));
    }

    private Code.Value broadcast(Code.Value scalar) {
        Code.Var known = broadcasts.get(scalar);
        if (known == null) {
            known = prologue.let("literals", calls.broadcast(scalar));
            broadcasts.put(scalar, known);
        }
        return known;
    }
}
