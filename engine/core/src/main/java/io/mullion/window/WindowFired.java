package io.mullion.window;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timestamp;

/// A window of time was put together and emitted, and took long. With other work of the worker between its turns.
@Name("mullion.WindowFired")
@Label("Window Fired")
@Description("A window was put together and emitted, and took longer than the threshold")
@Category("Mullion")
@Threshold("10 ms")
@StackTrace(false)
final class WindowFired extends Event {
    /// Asked whether anybody records: an event is made only then.
    private static final WindowFired PROBE = new WindowFired();

    @Label("Aggregation")
    String aggregation;

    @Label("End of the Window")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long windowEnd;

    @Label("Groups Looked At")
    long groups;

    /// An event that begins now, or null if nobody records.
    static WindowFired begun() {
        if (!PROBE.isEnabled()) {
            return null;
        }
        WindowFired event = new WindowFired();
        event.begin();
        return event;
    }

    /// @param end of the window, in nanoseconds since 1970
    void ended(String aggregation, long end, long groups) {
        end();
        if (shouldCommit()) {
            this.aggregation = aggregation;
            this.windowEnd = Math.floorDiv(end, 1_000_000);
            this.groups = groups;
            commit();
        }
    }
}
