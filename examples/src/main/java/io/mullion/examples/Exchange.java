package io.mullion.examples;

import io.mullion.io.Offer;
import io.mullion.io.Producer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// An exchange that makes up its trades: each price walks at random, each trade is reported up to 40 ms late.
///
/// The trades are the same in each run, but for the time at which they begin. It trades until the job takes no more.
/// *Thread*: its own.
final class Exchange implements Runnable {
    private static final long SEED = 20_25;
    private static final long MAX_DELAY_MICROS = 40_000;
    private static final double CANCELLED = 0.02;
    /// Sleeping for less is not worth it.
    private static final long MIN_PAUSE_NANOS = 200_000;

    private static final String[] NAMES = {
        "ASH", "BIRCH", "CEDAR", "ELM", "FIR", "HAZEL", "LARCH", "MAPLE", "OAK", "PINE"
    };

    private final Producer<Trade> feed;
    private final long rate;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final String[] symbols;
    private final double[] prices;

    Exchange(Producer<Trade> feed, int symbolCount, int rate) {
        this.feed = feed;
        this.rate = rate;
        symbols = new String[symbolCount];
        prices = new double[symbolCount];
        for (int i = 0; i < symbolCount; i++) {
            symbols[i] = NAMES[i % NAMES.length] + (i < NAMES.length ? "" : i / NAMES.length + 1);
            prices[i] = cents(random.nextDouble(20, 200));
        }
    }

    @Override
    public void run() {
        long startMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        long startNanos = System.nanoTime();
        try (feed) {
            long sinceStart = 0;
            for (long i = 0; feed.offer(next(startMicros + sinceStart)) != Offer.CLOSED; i++) {
                sinceStart = i * 1_000_000 / rate;
                pauseUntil(startNanos + sinceStart * 1_000);
            }
        }
    }

    private Trade next(long nowMicros) {
        int i = random.nextInt(symbols.length);
        prices[i] = Math.max(1, cents(prices[i] * (1 + 0.0005 * random.nextGaussian())));
        long quantity = random.nextDouble() < CANCELLED ? 0 : 100 * random.nextLong(1, 20);
        return new Trade(nowMicros - random.nextLong(MAX_DELAY_MICROS), symbols[i], prices[i], quantity);
    }

    private static double cents(double price) {
        return Math.round(price * 100) / 100.0;
    }

    private static void pauseUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > MIN_PAUSE_NANOS) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }
}
