package io.mullion.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.WrittenState;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The time of several streams that become one, and what checkpoints have of it.
class MergedTimeTest {
    private static MergedTime at(long first, long second) {
        MergedTime time = new MergedTime(2, false);
        time.advance(0, first);
        time.advance(1, second);
        return time;
    }

    private static StateReader saved(MergedTime time) {
        try (StateWriter out = new StateWriter(1, 0, null)) {
            time.writeTo(out);
            return new WrittenState(out, _ -> true);
        }
    }

    @Test
    void whatItWouldBeChangesNothing() {
        MergedTime time = at(10, 20);
        assertEquals(15, time.timeIf(0, 15));
        assertEquals(20, time.timeIf(0, 30));
        assertEquals(10, time.timeIf(1, 5), "it does not go back");
        assertEquals(10, time.time());
        assertEquals(10, time.time(0));
    }

    @Test
    void timesGoOnFromWhatWasSaved() {
        MergedTime time = new MergedTime(2, false);
        time.readFrom(saved(at(10, 20)));
        assertEquals(10, time.time());
        assertFalse(time.advance(1, 25));
        assertTrue(time.advance(0, 30));
        assertEquals(25, time.time());
    }

    @Test
    void ofSeveralWorkersTheLeastCounts() {
        for (List<MergedTime> parts : List.of(
                List.of(at(10, 20), at(12, 11)), List.of(at(12, 11), at(10, 20)), List.of(at(10, 11), at(40, 50)))) {
            MergedTime time = new MergedTime(2, false);
            parts.forEach(part -> time.readFrom(saved(part)));
            assertEquals(10, time.time());
            assertEquals(10, time.time(0));
            assertEquals(11, time.time(1));
        }
        MergedTime time = new MergedTime(2, false);
        time.readFrom(saved(new MergedTime(2, false)));
        time.readFrom(saved(at(10, 20)));
        assertEquals(Long.MIN_VALUE, time.time(), "one of them had not begun");
    }
}
