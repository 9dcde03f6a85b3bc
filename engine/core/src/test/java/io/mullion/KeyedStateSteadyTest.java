package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.RowView;
import io.mullion.io.RowWriter;
import io.mullion.io.Timers;
import io.mullion.spec.EventTime;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Keyed state for long: what is allocated for a row, and what is held for keys that come and go.
class KeyedStateSteadyTest {
    private static final int ROUND = 200_000;
    private static final int KEYS = 1_000;

    record Price(@EventTime(TimeUnit.MILLIS) long time, long account, double price) {}

    record Spread(double low, double high, long rows) {}

    record Alert(double price, double of, boolean high) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Price> prices = pipeline.input("prices", Price.class, Watermark.bounded(Duration.ofMillis(5)));
    private double seen;

    private static final class Extremes implements KeyedFunction<Price, Spread, Alert> {
        @Override
        public void onRow(Price row, KeyedState<Spread> state, Timers timers, Consumer<? super Alert> out) {
            Spread spread = state.get();
            if (spread == null) {
                state.update(new Spread(row.price(), row.price(), 1));
                timers.at(row.time() + 5_000);
                return;
            }
            if (row.price() < spread.low() || row.price() > spread.high()) {
                out.accept(new Alert(row.price(), spread.high(), row.price() > spread.high()));
            }
            state.update(new Spread(
                    Math.min(row.price(), spread.low()), Math.max(row.price(), spread.high()), spread.rows() + 1));
        }

        @Override
        public void onTimer(KeyedState<Spread> state, Timers timers, Consumer<? super Alert> out) {
            state.remove();
        }
    }

    /// A record for the row, one for the state that is asked for, one for the new state and at times one that is handed
    /// on: 40 bytes each at most. How many of them the JIT does away with differs from run to run.
    private static final long RECORD_BYTES = 4 * 40;

    @Test
    void nothingIsAllocatedForARowButItsRecords() throws InterruptedException {
        prices.stream()
                .keyBy("account")
                .process(
                        Price.class,
                        StateSpec.of(Spread.class).withTimeOut(Duration.ofSeconds(2)),
                        Alert.class,
                        new Extremes())
                .to(Sinks.forEachRow(row -> seen += row.float64(2)));
        TestEngine engine = engines.test(Engines.SMALL.withBatchRows(1024).withBatchDataBytes(1 << 14));
        Job job = engine.run(pipeline);
        try (Producer<Price> producer = job.producer(prices)) {
            List<Long> held = new ArrayList<>();
            FreeOfAllocation.requireAtLast(round -> {
                long before = FreeOfAllocation.THREADS.getCurrentThreadAllocatedBytes();
                feed(producer, round);
                long allocated = FreeOfAllocation.THREADS.getCurrentThreadAllocatedBytes() - before;
                held.add(engine.memoryBytesInUse());
                return allocated <= ROUND * RECORD_BYTES ? 0 : allocated;
            });
            int half = held.size() / 2;
            assertTrue(
                    Collections.max(held.subList(half, held.size())) <= Collections.max(held.subList(0, half)) * 1.1,
                    () -> "bytes off the heap by round: " + held);
        }
        job.drain();
        job.await();
        assertTrue(seen > 0);
    }

    private static void feed(Producer<Price> producer, long round) {
        for (int i = 0; i < ROUND; i++) {
            RowWriter row = producer.row();
            long n = round * ROUND + i;
            row.setLong(0, n / 20);
            row.setLong(1, n * 31 % KEYS);
            row.setDouble(2, 100 + (n * 0x9E3779B97F4A7C15L >>> 52) / 16.0);
            row.commit();
        }
    }

    /// Each key lives for a while and goes, so that there are never many.
    @Test
    void memoryFollowsTheKeysThatAreThere() throws InterruptedException {
        prices.stream()
                .keyBy("account")
                .process(
                        RowView.class,
                        StateSpec.of(Text.class).withTimeOut(Duration.ofMillis(100)),
                        Text.class,
                        (row, state, timers, out) -> state.update(new Text("key " + row.int64("account"))))
                .to(Sinks.forEachRow(_ -> {}));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        long early = 0;
        try (Producer<Price> producer = job.producer(prices)) {
            for (long n = 0; n < 400_000; n++) {
                producer.offer(new Price(n / 10, n / 2, 1));
                if (n == 100_000) {
                    early = engine.memoryBytesInUse();
                }
            }
            engine.runUntilIdle();
            assertTrue(engine.memoryBytesInUse() <= early, early + " " + engine.memoryBytesInUse());
        }
        job.drain();
        job.await();
    }

    record Text(String text) {}

    record Total(long total) {}

    @Test
    void aMillionKeys() throws InterruptedException {
        int keys = 1_000_000;
        StatefulStream totals = prices.stream()
                .keyBy("account")
                .process(Price.class, StateSpec.of(Total.class), Total.class, (row, state, timers, out) -> {
                    Total total = state.get();
                    state.update(new Total((total == null ? 0 : total.total()) + row.account()));
                });
        long[] sum = new long[2];
        totals.stateSnapshots(Duration.ofDays(1)).to(Sinks.forEachRow(row -> {
            sum[0]++;
            sum[1] += row.int64(1);
        }));
        TestEngine engine = engines.test(EngineConfig.defaults().withMemoryLimitBytes(512L << 20));
        Job job = engine.run(pipeline);
        long expected = 0;
        try (Producer<Price> producer = job.producer(prices)) {
            for (long n = 0; n < 2L * keys; n++) {
                RowWriter row = producer.row();
                long account = n * 7_919 % keys;
                expected += account;
                row.setLong(0, 1_000 + n);
                row.setLong(1, account * 0x9E3779B97F4A7C15L);
                row.setDouble(2, 1);
                row.commit();
            }
            engine.runUntilIdle();
            assertTrue(engine.memoryBytesInUse() < 128L << 20, () -> "bytes: " + engine.memoryBytesInUse());
        }
        job.drain();
        job.await();
        assertEquals(keys, sum[0]);
        assertEquals(expected * 0x9E3779B97F4A7C15L, sum[1]);
    }
}
