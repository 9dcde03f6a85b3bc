package io.mullion.oracle;

import java.math.BigInteger;

/// W before each row.
final class NaiveClock {
    private final Strategy strategy;
    private BigInteger watermark;
    private Long greatest;
    private long now;

    NaiveClock(Strategy strategy) {
        this.strategy = strategy;
        watermark = strategy instanceof Strategy.PerBatch ? BigInteger.ZERO : BigInteger.valueOf(Long.MIN_VALUE);
    }

    BigInteger before(Arrival arrival) {
        boolean batchEnds = now / Strategy.BATCH_MILLIS != (now + arrival.ticks()) / Strategy.BATCH_MILLIS;
        now += arrival.ticks();
        switch (strategy) {
            case Strategy.Bounded(long disorder) -> follow(disorder);
            case Strategy.Explicit() -> advance(BigInteger.valueOf(arrival.stated()));
            case Strategy.PerBatch(long disorder) -> {
                if (batchEnds) {
                    follow(disorder);
                }
            }
            case Strategy.None() -> {}
        }
        return watermark;
    }

    void after(Event row) {
        greatest = greatest == null ? row.time() : Math.max(greatest, row.time());
    }

    private void follow(long disorder) {
        if (greatest != null) {
            advance(NaiveWindows.saturated(BigInteger.valueOf(greatest).subtract(BigInteger.valueOf(disorder))));
        }
    }

    private void advance(BigInteger to) {
        watermark = watermark.max(to);
    }
}
