package io.mullion.io;

/// The timers of the key at hand: one in the time of the stream, and one by the engine's clock. Setting one again
/// replaces it, which costs no more than a write; a key that waits for several times keeps the others in its state.
///
/// Times of the stream are in its unit, from seconds to nanoseconds; those of a stream in processing time are
/// microseconds.
/// *Order*: timers fire in order of their times, then in the order in which their keys came to be known. One that is
/// set when its time has passed already fires with the next advance of time.
public interface Timers {
    /// The time of the row, or that at which the timer was due.
    long now();

    /// The time that the stream has come to: no row is expected from before. The least int64 while it is not known.
    long streamTime();

    /// Has [KeyedFunction#onTimer] called when the stream comes to `time`: in event time when the watermark does. At
    /// the end of input all timers fire, but not those that they set.
    void at(long time);

    /// The key has no timer in the time of the stream.
    void cancel();

    /// The engine's clock, in nanoseconds since 1970-01-01T00:00Z, as the worker read it last.
    long clockNanos();

    /// Has [KeyedFunction#onClock] called when the engine's clock has come to a time in nanoseconds since
    /// 1970-01-01T00:00Z, within some milliseconds. At the end of input such timers are dropped.
    void atClock(long nanos);

    /// The key has no timer by the engine's clock.
    void cancelClock();
}
