package io.mullion.codegen;

import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.List;

/// Rows of all types off the heap, made once for a whole suite: every size, with no, some and nothing but nulls, all
/// rows and selections of them.
final class WideInputs implements AutoCloseable {
    private static final int SMALL = 65;
    private static final int LARGE_EVERY = 23;

    record Input(TestColumns columns, Answer.Question question, Samples.Nulls nulls) {
        @Override
        public String toString() {
            return question + ", nulls=" + nulls;
        }
    }

    private final TestMemory memory = new TestMemory();
    private final List<Input> small = new ArrayList<>();
    private final List<Input> large = new ArrayList<>();

    WideInputs(long seed) {
        Samples samples = new Samples(seed);
        for (Samples.Nulls nulls : Samples.Nulls.values()) {
            for (int size : Samples.SIZES) {
                List<Object[]> rows = samples.rows(Samples.WIDE, size, nulls);
                TestColumns columns = TestColumns.of(memory, Samples.WIDE, rows);
                List<Input> inputs = size <= SMALL ? small : large;
                int from = Math.min(size, samples.below(4));
                inputs.add(new Input(columns, new Answer.Question(rows, null, 0), nulls));
                inputs.add(new Input(columns, new Answer.Question(rows, null, from), nulls));
                inputs.add(new Input(columns, new Answer.Question(rows, samples.selection(size), 0), nulls));
            }
        }
    }

    /// Everything there is.
    List<Input> all() {
        List<Input> all = new ArrayList<>(small);
        all.addAll(large);
        return all;
    }

    /// All rows of each small size with some nulls, every third of the other small inputs, and now and then a large
    /// one: consecutive cases see all inputs.
    List<Input> sample(int index) {
        List<Input> sample = new ArrayList<>();
        for (int i = 0; i < small.size(); i++) {
            boolean always = i % 3 == 0 && small.get(i).nulls() == Samples.Nulls.SOME;
            if (always || (i + index) % 6 == 0) {
                sample.add(small.get(i));
            }
        }
        if (index % LARGE_EVERY == 0) {
            sample.add(large.get(index / LARGE_EVERY % large.size()));
        }
        return sample;
    }

    /// A few of the small inputs, another few for each seed.
    List<Input> trees(int seed) {
        int size = small.size() / Samples.Nulls.values().length;
        int some = size * Samples.Nulls.SOME.ordinal();
        return List.of(small.get(some + size - 1 - seed % 9), small.get(seed % small.size()));
    }

    @Override
    public void close() {
        memory.close();
    }
}
