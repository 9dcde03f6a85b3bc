package io.mullion.codegen;

import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/// Which rows a loop runs over: all of [from, to), or those that a selection names. Each gets a method of its own.
enum Rows {
    ALL("All"),
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

    /// The row at position `i`.
    Code.Value row(Code.Var i) {
        return this == ALL ? i : getInt(at(ACTIVE, 4, i));
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
