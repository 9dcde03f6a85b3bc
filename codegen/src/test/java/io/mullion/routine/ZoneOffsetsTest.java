package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.ExpressionException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Against the rules of `java.time`, for all zones it knows.
class ZoneOffsetsTest {
    private static final long YEAR = 31_556_952L;
    private static final long CYCLE = 400 * YEAR;

    @Test
    void everyZoneHasTheOffsetsOfItsRules() {
        SplittableRandom random = new SplittableRandom(121);
        for (String name : ZoneId.getAvailableZoneIds()) {
            ZoneRules rules = ZoneId.of(name).getRules();
            ZoneOffsets zone = ZoneOffsets.of(name);
            for (long instant : instants(rules, random)) {
                assertEquals(
                        rules.getOffset(Instant.ofEpochSecond(instant)).getTotalSeconds(),
                        zone.atInstant(instant),
                        () -> name + " " + Instant.ofEpochSecond(instant));
            }
        }
    }

    @Test
    void everyZoneResolvesLocalTimesAsJavaDoes() {
        SplittableRandom random = new SplittableRandom(122);
        for (String name : ZoneId.getAvailableZoneIds()) {
            ZoneId id = ZoneId.of(name);
            ZoneRules rules = id.getRules();
            ZoneOffsets zone = ZoneOffsets.of(name);
            for (long instant : instants(rules, random)) {
                int offset = rules.getOffset(Instant.ofEpochSecond(instant)).getTotalSeconds();
                long local = instant + offset + (random.nextBoolean() ? 0 : random.nextLong(-7200, 7200));
                LocalDateTime time = LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
                assertEquals(
                        ZonedDateTime.ofLocal(time, id, null).toEpochSecond(),
                        local - zone.atLocal(local),
                        () -> name + " " + time);
                assertEquals(
                        ZonedDateTime.ofLocal(time, id, ZoneOffset.ofTotalSeconds(offset))
                                .toEpochSecond(),
                        local - zone.atLocal(local, offset),
                        () -> name + " " + time + " " + offset);
            }
        }
    }

    @Test
    void timesBeyondJavaRepeatTheCycle() {
        ZoneOffsets zone = ZoneOffsets.of("America/New_York");
        SplittableRandom random = new SplittableRandom(123);
        for (int round = 0; round < 100_000; round++) {
            long near = random.nextLong(CYCLE, 2 * CYCLE);
            long far = near + CYCLE * random.nextLong((Long.MAX_VALUE - near) / CYCLE);
            assertEquals(zone.atInstant(near), zone.atInstant(far));
            assertEquals(zone.atLocal(near), zone.atLocal(far));
        }
        assertEquals(-17_762, zone.atInstant(Long.MIN_VALUE));
        assertEquals(-17_762, zone.atLocal(Long.MIN_VALUE));
    }

    @Test
    void offsetsAreZones() {
        assertEquals(19_800, ZoneOffsets.of("+05:30").atInstant(0));
        assertEquals(0, ZoneOffsets.of("UTC").atLocal(Long.MAX_VALUE));
        assertEquals(0, ZoneOffsets.of("Z").atInstant(Long.MIN_VALUE));
    }

    @Test
    void aZoneThatIsNotKnownIsRefused() {
        ExpressionException refusal = assertThrows(ExpressionException.class, () -> ZoneOffsets.of("Europe/Nowhere"));
        assertEquals(true, refusal.getMessage().contains("zone=Europe/Nowhere"), refusal.getMessage());
    }

    /// Around all transitions, and at random ones, far away too.
    private static List<Long> instants(ZoneRules rules, SplittableRandom random) {
        List<Long> instants = new ArrayList<>();
        List<ZoneOffsetTransition> transitions = new ArrayList<>(rules.getTransitions());
        for (int i = 0; i < 50; i++) {
            long start = random.nextLong(-300 * YEAR, 1500 * YEAR);
            ZoneOffsetTransition next = rules.nextTransition(Instant.ofEpochSecond(start));
            if (next != null) {
                transitions.add(next);
            }
            instants.add(start);
            instants.add(random.nextLong(-1_000_000 * YEAR, 1_000_000 * YEAR));
            instants.add(random.nextLong(-50 * YEAR, 100 * YEAR));
        }
        for (ZoneOffsetTransition transition : transitions) {
            long at = transition.toEpochSecond();
            instants.addAll(List.of(at - 1, at, at + 1, at + 3599, at - 3600, at + 1799));
        }
        return instants;
    }
}
