package io.mullion.join;

import io.mullion.batch.Operator;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.Keys;
import io.mullion.expr.Schema;
import java.util.List;

/// What one side of a join is made of.
///
/// @param keys null if there is no equality
/// @param strictKeys numbers of the key columns whose null meets nothing
/// @param alwaysKeys numbers of the key columns without nulls, where those of the other side may have some
/// @param timeColumn -1 if time means nothing
/// @param inBatches whether the time of a row is that to which its side has come
/// @param ends whether the column says when the time of a row is over, and so one unit more
/// @param inTime whether no row is late
/// @param alone the predicate that asks this side only, or null
/// @param late takes the rows that are late, or null
public record JoinInput(
        String name,
        Schema rows,
        Keys keys,
        List<Integer> strictKeys,
        List<Integer> alwaysKeys,
        int timeColumn,
        boolean inBatches,
        boolean ends,
        boolean inTime,
        Compiled<FilterKernel> alone,
        Operator late) {}
