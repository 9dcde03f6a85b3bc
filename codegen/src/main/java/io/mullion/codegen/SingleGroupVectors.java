package io.mullion.codegen;

import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.SingleGroupLoop.GROUP;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The vector loop for rows that all belong to group 0: several vectors a step, each with partial results of its own,
/// so that additions do not wait for each other.
final class SingleGroupVectors {
    /// With more accumulators there is no latency to hide, and now and then the JIT does not keep twice as many vectors
    /// out of the heap.
    private static final int MAX_UNROLLED_LANES = 4;

    /// CPUs of x86 with narrower vectors may lack the instruction, and without it the API takes BigDecimal.
    private static final int LEAST_BITS_WITH_FMA = 256;

    private final Schema schema;
    private final AccumulatorPlan plan;
    private final List<Typed> conditions;
    private final Set<Integer> part;
    private final Set<Integer> known;
    private final Target target;
    private final KernelClass kernel;
    private final VectorCalls calls;
    private final int lanes;
    private final int vectorsPerStep;
    private final boolean strict;

    /// @param part the lanes that this loop is for
    /// @param known lanes that are left as they are: of those it is enough to know that they are not 0
    SingleGroupVectors(
            Schema schema,
            AccumulatorPlan plan,
            List<Typed> conditions,
            Set<Integer> part,
            Set<Integer> known,
            Target target,
            KernelClass kernel) {
        this.schema = schema;
        this.plan = plan;
        this.conditions = conditions;
        this.part = part;
        this.known = known;
        this.target = target;
        this.kernel = kernel;
        this.calls = new VectorCalls(target.vectorBits());
        this.lanes = target.vectorBits() / Long.SIZE;
        List<Typed> expressions = new ArrayList<>(conditions);
        expressions.addAll(plan.inputs());
        this.strict = NullColumns.of(expressions).strict();
        // Of all lanes: loops over the same rows have to end at the same one.
        int folded = plan.lanes().size() - known.size();
        this.vectorsPerStep = folded <= MAX_UNROLLED_LANES ? Unrolling.vectorsPerStep(expressions, folded) : 1;
    }

    private boolean folds(int lane) {
        return part.contains(lane) && !known.contains(lane);
    }

    /// Whether validity is taken a byte at a time, so that the first row has to be the first one of a byte.
    boolean wholeBytes() {
        return strict;
    }

    /// Whether there is a faster loop for rows without NaN.
    boolean assumesNumbers() {
        return MaskChain.assumes(conditions);
    }

    /// What a loop has in variables.
    ///
    /// @param partials of each lane, one for each vector of a step; none of the count of all rows
    /// @param numbers NaN if something is that was assumed not to be; null if nothing is assumed
    private record State(Map<Integer, List<Code.Var>> partials, Code.Var numbers) {}

    // private int vectors(ColumnAddresses in, int from, int to, long group) {
    //     DoubleVector partial1 = DoubleVector.broadcast(SPECIES_512, 0.0);
    //     DoubleVector partial1b = ..;
    //     LongVector partial0 = LongVector.broadcast(SPECIES_512, 0L);
    //     int i = from;
    //     while (i + 16 <= to) {
    //         (for each of two vectors)
    //         VectorMask pass = price.compare(LE, literals).not();
    //         pass = quantity.compare(LT, literals, pass);
    //         partial0 = partial0.add(ones, pass);
    //         partial1 = partial1.add(price.mul(quantity), pass);
    //         (end)
    //         i = i + 16;
    //     }
    //     putLong(group, getLong(group) + partial0.add(partial0b).reduceLanes(ADD));
    //     putDouble(group + 8L, getDouble(group + 8L) + partial1.add(partial1b).reduceLanes(ADD));
    //     return i;
    // }
    /// @param assumeNumbers whether a NaN ends the method with -1 and nothing done: comparisons that put NaN above all
    /// numbers cost an operation on masks each (FilterSumKernelBenchmark: 7.2 instead of 6.4 G rows/s)
    void generate(String method, boolean nulls, boolean assumeNumbers) {
        kernel.inner(method, CD_int, List.of(IN, FROM, TO, GROUP), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked(), nulls && !strict);
            Map<Integer, List<Code.Var>> partials = new LinkedHashMap<>();
            for (int lane = 0; lane < plan.lanes().size(); lane++) {
                if (folds(lane) && (lane > 0 || !conditions.isEmpty())) {
                    for (int vector = 0; vector < vectorsPerStep; vector++) {
                        partials.computeIfAbsent(lane, _ -> new ArrayList<>())
                                .add(body.let(
                                        "partial" + lane, identity(plan.lanes().get(lane))));
                    }
                }
            }
            Code.Var numbers = assumeNumbers ? body.let("numbers", calls.broadcast(Values.float64(0))) : null;
            State state = new State(partials, numbers);
            Code.Var i = body.let("i", FROM);
            int step = lanes * vectorsPerStep;
            body.loop(test(add(i, int32(step)), Code.Relation.LE, TO), inside -> {
                new Step(prologue, inside, columns, nulls && strict, i).fold(state);
                inside.increment(i, step);
            });
            if (assumeNumbers) {
                Code.Value all = reduced(AccumulatorLayout.Op.ADD_FLOAT, List.of(numbers));
                Code.Value nan = Values.call(Types.of(Double.class), "isNaN", CD_boolean, all);
                body.when(nan, failed -> failed.give(int32(-1)));
            }
            finish(body, state, i);
            body.give(i);
            prologue.append(body);
        });
    }

    /// The code of one step: some vectors.
    private final class Step {
        private final Body prologue;
        private final Body body;
        private final ColumnCode columns;
        private final boolean bits;
        private final Code.Var i;
        private final ValidityWords words;
        private Code.Var ones;

        /// @param bits whether validity is taken a byte at a time
        Step(Body prologue, Body body, ColumnCode columns, boolean bits, Code.Var i) {
            this.prologue = prologue;
            this.body = body;
            this.columns = columns;
            this.bits = bits;
            this.i = i;
            this.words = new ValidityWords(body, columns, i, vectorsPerStep * lanes);
        }

        void fold(State state) {
            List<Code.Value> assumed = state.numbers() == null ? null : new ArrayList<>();
            MaskChain chain = new MaskChain(prologue, columns, kernel, target.vectorBits(), assumed);
            Set<Typed.Column> asked = bits ? NullColumns.of(conditions).columns() : Set.of();
            VectorCode code = new VectorCode(prologue, columns, kernel, target.vectorBits());
            for (int vector = 0; vector < vectorsPerStep; vector++) {
                code.nextVector();
                Code.Var row = vector == 0 ? i : body.let("i" + vector, add(i, int32(vector * lanes)));
                Code.Value valid = words.of(asked, vector * lanes);
                Code.Value pass = chain.of(body, code, conditions, row, valid == null ? null : calls.maskOf(valid));
                Map<Typed, Code.Value> taken = new HashMap<>();
                for (int lane = 0; lane < plan.lanes().size(); lane++) {
                    AccumulatorPlan.Lane it = plan.lanes().get(lane);
                    Typed input = it.input();
                    if (state.partials().get(lane) instanceof List<Code.Var> partials) {
                        Code.Value mask;
                        if (input == null) {
                            mask = pass;
                        } else if (taken.containsKey(input)) {
                            mask = taken.get(input);
                        } else {
                            mask = taken(code, input, row, vector, asked, pass);
                            taken.put(input, mask);
                        }
                        Code.Value value =
                                it.ofValue() ? code.lanes(body, input, row).value() : ones();
                        Code.Value contribution = contribution(prologue, body, it, value);
                        Code.Var partial = partials.get(vector);
                        body.assign(partial, folded(it, calls.exact(partial), contribution, mask));
                    }
                }
            }
            if (assumed != null) {
                look(state.numbers(), assumed);
            }
        }

        // numbers = price.fma(price2, numbers);
        /// Products of two vectors are NaN if one of those is, which is half the operations that adding them takes
        /// (FilterSumKernelBenchmark: 8.0 instead of 7.7 G rows/s). Other NaNs, as of infinities times 0, cost a second
        /// look but nothing else.
        private void look(Code.Var numbers, List<Code.Value> assumed) {
            boolean pairs = target.vectorBits() >= LEAST_BITS_WITH_FMA;
            for (int index = 0; index < assumed.size(); index++) {
                Code.Value one = assumed.get(index);
                if (pairs && index + 1 < assumed.size()) {
                    body.assign(numbers, calls.multiplyAdd(one, assumed.get(++index), numbers));
                } else {
                    body.assign(numbers, calls.lanewise(one, "add", numbers));
                }
            }
        }

        /// Rows are counted in vectors, too: a mask becomes an int too slowly (FilterSumKernelBenchmark: 6.7 instead of
        /// 6.1 G rows/s).
        private Code.Value ones() {
            ones = ones == null ? prologue.let("ones", calls.broadcast(int64(1))) : ones;
            return ones;
        }

        /// Where a row counts for an aggregate: it passes, and the input is not null. Null for all lanes.
        private Code.Value taken(
                VectorCode code, Typed input, Code.Var row, int vector, Set<Typed.Column> asked, Code.Value pass) {
            Code.Value valid;
            if (bits) {
                Set<Typed.Column> more = NullColumns.of(List.of(input)).columns().stream()
                        .filter(column -> !asked.contains(column))
                        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
                Code.Value word = words.of(more, vector * lanes);
                valid = word == null ? null : calls.maskOf(word);
            } else {
                valid = code.valid(body, input, row);
            }
            if (pass == null || valid == null) {
                return pass != null ? pass : valid == null ? null : body.hold("valid", valid);
            }
            return body.let("taken", calls.and(pass, valid));
        }
    }

    /// What a lane takes of an int64 sum is its wrapped value and its high half: the low half is known from both in the
    /// end.
    private Code.Value contribution(Body prologue, Body body, AccumulatorPlan.Lane lane, Code.Value values) {
        return switch (lane.part()) {
            case HIGH_HALF -> calls.shift(values, "ASHR", 32);
            case ORDERED -> ordered(prologue, body, values);
            case LOW_HALF, WHOLE, FLOAT, ROW, VALUE_COUNT -> values;
            case LIMB_0, LIMB_1, LIMB_2, LIMB_3, COMPOUND ->
                throw new IllegalStateException("has no vector form: " + lane);
        };
    }

    // DoubleVector x = values.add(0.0);                                   // -0.0 becomes 0.0
    // LongVector bits = x.reinterpretAsLongs().blend(nan, x.compare(NE, x));
    // bits ^ (bits >> 63 & Long.MAX_VALUE)
    /// As [KernelOps#toOrdered].
    private Code.Value ordered(Body prologue, Body body, Code.Value values) {
        Code.Var x = body.let(
                "x", calls.lanewise(values, "add", prologue.let("zero", calls.broadcast(Values.float64(0.0)))));
        Code.Var nan = prologue.let("nan", calls.broadcast(int64(Double.doubleToLongBits(Double.NaN))));
        Code.Var bits = body.let("bits", calls.blend(calls.asLongs(x), nan, calls.compare(x, "NE", x)));
        Code.Var magnitude = prologue.let("magnitude", calls.broadcast(int64(Long.MAX_VALUE)));
        return calls.xor(bits, calls.lanewise(calls.shift(bits, "ASHR", 63), "and", magnitude));
    }

    // partial5.blend(partial5.min(values), mask)
    /// Not `partial5.lanewise(MIN, values, mask)`, nor `neutral.blend(values, mask)`: as soon as the JIT has met
    /// kernels with other accumulators, vectors of the first are objects for good (KernelGarbage: 24 bytes a row
    /// for each), and now and then a widened int32 of the second.
    private Code.Value folded(AccumulatorPlan.Lane lane, Code.Value mine, Code.Value other, Code.Value mask) {
        if (mask == null) {
            return folded(lane.op(), mine, other);
        }
        boolean doubles = mine.type().equals(Types.DOUBLE_VECTOR);
        Code.Value own = doubles ? calls.cast(mask, calls.species(Types.DOUBLE_VECTOR)) : mask;
        if (lane.op() == AccumulatorLayout.Op.ADD || lane.isFloat()) {
            return new Code.Call(
                    mine,
                    mine.type(),
                    false,
                    "add",
                    mine.type(),
                    List.of(Types.VECTOR, Types.MASK),
                    List.of(other, own));
        }
        return calls.blend(mine, folded(lane.op(), mine, other), mask);
    }

    private Code.Value folded(AccumulatorLayout.Op op, Code.Value mine, Code.Value other) {
        return op == AccumulatorLayout.Op.BIT_XOR
                ? calls.xor(mine, other)
                : calls.lanewise(mine, operator(op).toLowerCase(Locale.ROOT), other);
    }

    /// As the Vector API calls it.
    private static String operator(AccumulatorLayout.Op op) {
        return switch (op) {
            case ADD, ADD_FLOAT -> "ADD";
            case MIN -> "MIN";
            case MAX -> "MAX";
            case BIT_AND -> "AND";
            case BIT_OR -> "OR";
            case BIT_XOR -> "XOR";
            case VARIANCE, LEAST_BY, GREATEST_BY, LATEST_BY, LEAST_DECIMAL, GREATEST_DECIMAL, REST, USER ->
                throw new IllegalStateException("is folded with other lanes: " + op);
        };
    }

    // long sum1 = partial1.add(partial1b).reduceLanes(ADD);
    // lane1 = lane1 + (sum1 - (sum2 << 32));              // the low half of a sum in two halves
    // lane2 = lane2 + sum2;
    private void finish(Body body, State state, Code.Var i) {
        Map<Integer, Code.Var> variables = SingleGroupLoop.lanes(body, plan, part);
        Map<Integer, Code.Var> results = new HashMap<>();
        state.partials().forEach((lane, partials) -> {
            AccumulatorLayout.Op op = plan.lanes().get(lane).op();
            results.put(lane, body.let("result" + lane, reduced(op, partials)));
        });
        for (int lane : part) {
            AccumulatorPlan.Lane it = plan.lanes().get(lane);
            Code.Value result;
            if (known.contains(lane)) {
                continue;
            } else if (!results.containsKey(lane)) {
                result = widen(subtract(i, FROM));
            } else if (it.part() == AccumulatorPlan.Part.LOW_HALF) {
                Code.Value carried = binary(Code.Operator.SHIFT_LEFT, results.get(lane + 1), int32(32));
                result = subtract(results.get(lane), carried);
            } else {
                result = results.get(lane);
            }
            body.assign(variables.get(lane), LaneCode.fold(it.op(), variables.get(lane), result));
        }
        SingleGroupLoop.store(body, plan, variables);
    }

    private Code.Value reduced(AccumulatorLayout.Op op, List<Code.Var> partials) {
        Code.Value all = calls.exact(partials.getFirst());
        for (Code.Var partial : partials.subList(1, partials.size())) {
            all = folded(op, all, partial);
        }
        return calls.reduce(all, operator(op));
    }

    private Code.Value identity(AccumulatorPlan.Lane lane) {
        return calls.broadcast(lane.isFloat() ? Values.float64(0) : int64(lane.op().identity));
    }
}
