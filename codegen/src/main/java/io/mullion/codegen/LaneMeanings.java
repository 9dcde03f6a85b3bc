package io.mullion.codegen;

import java.util.List;
import java.util.Set;

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

    /// @param result name of the column
    /// @param lane what its lane, or its state, means
    public record Needed(String result, String lane) {}

    public LaneMeanings {
        lanes = List.copyOf(lanes);
        states = List.copyOf(states);
        results = List.copyOf(results);
    }

    /// @param exact whether it is the number that counts, and not only that it is more than none
    static String counting(String what, boolean exact) {
        return (exact ? COUNT : SOME) + what;
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
