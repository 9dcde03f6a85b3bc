package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// What the accumulators of a grouping mean, in words that another grouping over the same columns has for the same: so
/// that rows which one of them has kept can be gone on with by another, lane by lane.
///
/// @param lanes by lane of [AccumulatorLayout]: what it holds, the same for lanes that hold the same; empty for padding
/// @param states what each of the states of any size holds, in the order of those
/// @param results for each result the lane, or the state, without which it has nothing of the rows before
public record LaneMeanings(List<String> lanes, List<String> states, List<Needed> results) {
    /// A count that is kept only to tell whether there is a value: any count of the same will do for it.
    private static final String SOME = "some ";

    private static final String COUNT = "count ";
    /// Of an expression: meanings are names of columns.
    private static final int MOST_TEXT = 200;

    /// @param result name of the column
    /// @param lane what its lane, or its state, means
    public record Needed(String result, String lane) {}

    public LaneMeanings {
        lanes = List.copyOf(lanes);
        states = List.copyOf(states);
        results = List.copyOf(results);
    }

    /// @param users whose states lie behind the lanes of loops
    /// @param variable whose states take any room
    /// @param computed expressions that were projected before, by the names of their columns
    static LaneMeanings of(
            AggregatePlan plan,
            List<UserAccumulator> users,
            List<VariableAggregate> variable,
            Map<String, Expr> computed) {
        String[] lanes = lanes(plan, computed);
        List<Needed> needed = new ArrayList<>();
        plan.resultLanes().forEach(it -> needed.add(new Needed(it.field().name(), lanes[it.lane()])));
        int lane = plan.firstUserLane();
        for (UserAccumulator user : users) {
            List<String> inputs = user.inputs().stream()
                    .map(input -> text(Expressions.col(input), computed))
                    .toList();
            String text = user.aggregate().name() + " of " + inputs + " ";
            needed.add(new Needed(user.result().name(), text + 0));
            for (int word = 0; word < user.aggregate().stateWords(); word++) {
                lanes[lane++] = text + word;
            }
        }
        List<String> states = new ArrayList<>();
        for (VariableAggregate it : variable) {
            String text = it.meaning(input -> text(Expressions.col(input), computed));
            states.add(text);
            needed.add(new Needed(it.result().name(), text));
        }
        return new LaneMeanings(Arrays.asList(lanes), states, needed);
    }

    private static String[] lanes(AggregatePlan plan, Map<String, Expr> computed) {
        String[] meanings = new String[plan.layout().laneCount()];
        Arrays.fill(meanings, "");
        for (AccumulatorPlan loop : plan.loops()) {
            Set<Integer> presence = loop.presenceLanes();
            String together = "";
            int first = 0;
            List<AccumulatorPlan.Lane> lanes = loop.lanes();
            for (int i = 0; i < lanes.size(); i++) {
                int number = loop.first() + i;
                Expr.Aggregate asked = plan.askedBy(number);
                if (asked != null) {
                    first = number;
                    together = values(plan, asked, computed);
                }
                String counting = presence.contains(i) ? SOME : COUNT;
                meanings[number] = switch (lanes.get(i).part()) {
                    case ROW -> counting + "rows";
                    case VALUE_COUNT -> counting + together;
                    default -> together + " " + lanes.get(first - loop.first()).op() + " " + (number - first);
                };
            }
        }
        return meanings;
    }

    /// What an aggregate takes of a row, with the types: a value of another type means something else.
    private static String values(AggregatePlan plan, Expr.Aggregate aggregate, Map<String, Expr> computed) {
        String by = aggregate.by() == null ? "" : " by " + value(plan, aggregate, aggregate.by(), computed);
        return value(plan, aggregate, aggregate.input(), computed) + by;
    }

    private static String value(AggregatePlan plan, Expr.Aggregate aggregate, Expr value, Map<String, Expr> computed) {
        Expr guarded = aggregate.where() == null ? value : AggregateRewrite.where(aggregate.where(), value);
        return text(guarded, computed) + " " + plan.type(guarded);
    }

    private static String text(Expr value, Map<String, Expr> computed) {
        Expr whole = value instanceof Expr.Column(String name) ? computed.getOrDefault(name, value) : value;
        String text = whole.toString();
        return text.length() <= MOST_TEXT
                ? text
                : text.substring(0, MOST_TEXT) + "... " + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// What to take for a lane, of what was kept: the same, or what tells at least that there is a value; null if there
    /// is nothing.
    public static String source(String lane, Set<String> kept) {
        if (kept.contains(lane)) {
            return lane;
        }
        String other = lane.startsWith(SOME)
                ? COUNT + lane.substring(SOME.length())
                : lane.startsWith(COUNT) ? SOME + lane.substring(COUNT.length()) : lane;
        return kept.contains(other) ? other : null;
    }
}
