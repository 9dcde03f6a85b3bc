package io.mullion.routine;

import io.mullion.expr.ExpressionException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/// The offsets of a time zone from UTC, compiled from the rules of `java.time` into sorted arrays: a lookup is a binary
/// search, and allocates nothing.
///
/// After the last transition that the zone lists, its yearly rules repeat with the calendar, every 400 years, and those
/// are in the arrays, too; later times are moved back by whole cycles. *Units*: seconds; offsets are local time minus
/// UTC. *Thread*: any; immutable.
public final class ZoneOffsets {
    private static final long CYCLE_SECONDS = (long) CivilDays.CYCLE_DAYS * CivilDays.SECONDS_PER_DAY;

    private final String zone;
    private final int first;

    /// Instants at which the offset changes, and the offset from then on.
    private final long[] instants;

    private final int[] offsets;

    /// The local times between which a transition happens: a clock that is set forward skips them, one that is set back
    /// shows them twice.
    private final long[] localFrom;

    private final long[] localTo;

    /// Where the cycle begins, in the arrays; their length if there is none.
    private final int cycle;

    private ZoneOffsets(String zone, ZoneRules rules) {
        List<Change> changes = new ArrayList<>();
        for (ZoneOffsetTransition transition : rules.getTransitions()) {
            changes.add(new Change(
                    transition.toEpochSecond(),
                    transition.getOffsetBefore().getTotalSeconds(),
                    transition.getOffsetAfter().getTotalSeconds()));
        }
        this.zone = zone;
        cycle = changes.size();
        first = rules.getOffset(Instant.MIN).getTotalSeconds();
        addCycle(rules.getTransitionRules(), changes);
        int count = changes.size();
        instants = new long[count];
        offsets = new int[count];
        localFrom = new long[count];
        localTo = new long[count];
        for (int i = 0; i < count; i++) {
            Change change = changes.get(i);
            instants[i] = change.instant;
            offsets[i] = change.after;
            localFrom[i] = change.instant + Math.min(change.before, change.after);
            localTo[i] = change.instant + Math.max(change.before, change.after);
        }
    }

    /// An instant at which the offset changes, and its two offsets.
    private record Change(long instant, int before, int after) {}

    /// A zone by its name (`Europe/Berlin`) or offset (`UTC`, `+05:30`). *Failure*: refuses what `java.time` does not
    /// know.
    public static ZoneOffsets of(String zone) {
        try {
            // The commonest zone does without the table of all zones.
            ZoneId id = zone.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(zone);
            return new ZoneOffsets(zone, id.getRules());
        } catch (DateTimeException unknown) {
            throw new ExpressionException("time zone is not known: zone=" + zone + " (" + unknown.getMessage() + ")");
        }
    }

    /// Adds what the yearly rules make of 400 years after the last change.
    private static void addCycle(List<ZoneOffsetTransitionRule> rules, List<Change> changes) {
        if (rules.isEmpty()) {
            return;
        }
        long last = changes.isEmpty() ? 0 : changes.getLast().instant;
        long start = CivilDays.year(CivilDays.ofDays(Math.floorDiv(last, CivilDays.SECONDS_PER_DAY)));
        long end = Long.MAX_VALUE;
        for (long year = start; year <= start + 401; year++) {
            for (ZoneOffsetTransitionRule rule : rules) {
                Change change = change(rule, year);
                if (change.instant > last && change.instant < end) {
                    end = Math.min(end, change.instant + CYCLE_SECONDS);
                    changes.add(change);
                }
            }
        }
    }

    /// What a rule means in a year, as its `createTransition` says it, which is slow for 800 of them.
    private static Change change(ZoneOffsetTransitionRule rule, long year) {
        int month = rule.getMonth().getValue();
        int indicator = rule.getDayOfMonthIndicator();
        // A negative indicator counts from the end of the month, and the weekday is looked for backwards.
        int dayOfMonth = indicator > 0 ? indicator : CivilDays.lengthOfMonth(year, month) + 1 + indicator;
        long day = CivilDays.toDays(year, month, dayOfMonth);
        if (rule.getDayOfWeek() != null) {
            int ahead = Math.floorMod(rule.getDayOfWeek().getValue() - CivilDays.dayOfWeek(day), 7);
            day += indicator > 0 || ahead == 0 ? ahead : ahead - 7;
        }
        int before = rule.getOffsetBefore().getTotalSeconds();
        int fromUtc = switch (rule.getTimeDefinition()) {
            case UTC -> 0;
            case STANDARD -> rule.getStandardOffset().getTotalSeconds();
            case WALL -> before;
        };
        long second = rule.isMidnightEndOfDay()
                ? CivilDays.SECONDS_PER_DAY
                : rule.getLocalTime().toSecondOfDay();
        return new Change(
                day * CivilDays.SECONDS_PER_DAY + second - fromUtc,
                before,
                rule.getOffsetAfter().getTotalSeconds());
    }

    /// The offset at an instant.
    public int atInstant(long epochSecond) {
        int i = lastNotAfter(instants, backInTime(epochSecond, instants));
        return i < 0 ? first : offsets[i];
    }

    /// The offset that `ZonedDateTime.ofLocal` takes for a local time: in the hour that is skipped, the one before it;
    /// in the hour that comes twice `preferred` if it is one of the two, and else the earlier.
    public int atLocal(long localSecond, int preferred) {
        long local = backInTime(localSecond, localFrom);
        int i = lastNotAfter(localFrom, local);
        if (i < 0) {
            return first;
        }
        int before = i == 0 ? first : offsets[i - 1];
        if (local >= localTo[i]) {
            return offsets[i];
        }
        boolean twice = before > offsets[i];
        return twice && preferred == offsets[i] ? preferred : before;
    }

    /// As [#atLocal(long, int)], without a preference.
    public int atLocal(long localSecond) {
        return atLocal(localSecond, Integer.MIN_VALUE);
    }

    /// The same time in the cycle of the arrays, if it is later than they go.
    private long backInTime(long second, long[] starts) {
        if (cycle == starts.length || second < starts[cycle] + CYCLE_SECONDS) {
            return second;
        }
        return starts[cycle] + (second - starts[cycle]) % CYCLE_SECONDS;
    }

    /// The index of the greatest of the sorted starts that is not greater, or -1.
    private int lastNotAfter(long[] starts, long second) {
        if (cycle < starts.length && second >= starts[cycle]) {
            // The yearly transitions are so regular that a guess misses by one at most.
            int i = cycle + (int) ((second - starts[cycle]) * (starts.length - cycle) / CYCLE_SECONDS);
            while (starts[i] > second) {
                i--;
            }
            while (i + 1 < starts.length && starts[i + 1] <= second) {
                i++;
            }
            return i;
        }
        int low = 0;
        int high = cycle - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= second) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /// Zones are what they are named.
    @Override
    public boolean equals(Object other) {
        return other instanceof ZoneOffsets that && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
        return zone.hashCode();
    }

    @Override
    public String toString() {
        return zone;
    }
}
