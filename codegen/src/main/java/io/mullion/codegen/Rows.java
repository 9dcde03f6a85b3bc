package io.mullion.codegen;

import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/// Which rows a loop runs over: all of [from, to), or those that a selection names. Each gets a kernel of its own,
/// which is made when it is needed ([Forms]).
public enum Rows {
    /// All rows: `active` is 0.
    ALL("All"),
    /// Those whose numbers stand at `active`.
    SELECTED("Selected");

    static final Code.Var IN = new Code.Var("in", Types.COLUMNS);
    static final Code.Var ACTIVE = new Code.Var("active", CD_long);
    static final Code.Var FROM = new Code.Var("from", CD_int);
    static final Code.Var TO = new Code.Var("to", CD_int);
    static final Code.Var PROGRESS = new Code.Var("progress", Types.PROGRESS);

    final String suffix;

    Rows(String suffix) {
        this.suffix = suffix;
    }

    /// The rows of a form of kernels, whose forms these are.
    static Rows of(int form) {
        return form == ALL.ordinal() ? ALL : SELECTED;
    }

    /// `in, [active,] from, to, more...`
    List<Code.Var> parameters(Code.Var... more) {
        List<Code.Var> parameters = new ArrayList<>(List.of(IN));
        if (this == SELECTED) {
            parameters.add(ACTIVE);
        }
        parameters.addAll(List.of(FROM, TO));
        parameters.addAll(Arrays.asList(more));
        return parameters;
    }

    // if (active != 0L) { return ((ProjectKernel) this.forms.kernel(1)).project(in, active, from, to, out, progress); }
    /// Hands calls for other rows on, in a kernel whose forms are these two.
    void others(Body body, KernelClass kernel, String method, List<Code.Var> parameters) {
        Code.Value all = isZero64(ACTIVE);
        body.when(
                this == ALL ? not(all) : all,
                other -> other.give(kernel.callForm(1 - ordinal(), method, CD_int, parameters)));
    }

    /// The row at position `i`.
    Code.Value row(Code.Var i) {
        return this == ALL ? i : getInt(at(ACTIVE, 4, i));
    }

    // from = from & 268435455;
    // to = to & 268435455;
    /// Tells the JIT what is so in any case, that rows are within [ColumnAddresses#MOST_ROWS]. Where it knows that 8
    /// bytes for each of them are an int32, the check of an address goes out of the loop, which is a third faster
    /// (FilledBatchesBenchmark).
    static void bound(Body body) {
        body.assign(FROM, Values.and(FROM, int32(ColumnAddresses.MOST_ROWS - 1)));
        body.assign(TO, Values.and(TO, int32(ColumnAddresses.MOST_ROWS - 1)));
    }

    // while (i < to) {
    //     int row = getInt(active + 4L * i);      // or i itself
    //     ...
    //     i = i + 1;
    // }
    void loop(Body body, Code.Var i, BiConsumer<Body, Code.Value> content) {
        body.loop(test(i, Code.Relation.LT, TO), inside -> {
            Code.Value row = this == ALL ? i : inside.let("row", row(i));
            content.accept(inside, row);
            inside.increment(i, 1);
        });
    }
}
