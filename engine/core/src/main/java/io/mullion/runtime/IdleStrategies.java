package io.mullion.runtime;

import io.mullion.spec.Idle;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/// Agrona's idle strategies by what the user chose. Each thread that waits has its own: they have state.
final class IdleStrategies {
    private static final int SPINS = 20;
    private static final int YIELDS = 20;
    private static final long FIRST_PARK_NANOS = 1_000;

    private static final long PARK_OF_MANY_NANOS = 50_000;

    private IdleStrategies() {}

    /// Without state, for any number of threads.
    static IdleStrategy ofMany() {
        return new SleepingIdleStrategy(PARK_OF_MANY_NANOS);
    }

    static IdleStrategy of(Idle idle) {
        return switch (idle) {
            case Idle.BusySpin _ -> BusySpinIdleStrategy.INSTANCE;
            case Idle.Yield _ -> YieldingIdleStrategy.INSTANCE;
            case Idle.BackOff(var most) -> new BackoffIdleStrategy(SPINS, YIELDS, FIRST_PARK_NANOS, most.toNanos());
            case Idle.Park(var time) -> new SleepingIdleStrategy(time.toNanos());
        };
    }
}
