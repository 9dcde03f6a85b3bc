package io.mullion.examples;

import static java.time.Duration.ofSeconds;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.TimeUnit;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.Timers;
import io.mullion.spec.EventTime;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;

/// Says of each sensor when it reads something strange, and when it has fallen silent.
///
/// Example: alerts - alerts from keyed state and timers
public final class Alerts {
    record Reading(@EventTime(TimeUnit.SECONDS) long time, String sensor, double value) {}

    record Usual(double mean, long readings) {} // kept for each sensor, off the heap

    record Alert(String what, double value, double usual) {}

    static final List<Reading> READINGS = List.of(
            new Reading(0, "boiler", 80),
            new Reading(5, "pump", 20),
            new Reading(30, "boiler", 140), // strange
            new Reading(40, "boiler", 82),
            new Reading(90, "boiler", 81)); // the pump has been silent for more than a minute

    static final class Watch implements KeyedFunction<Reading, Usual, Alert> {
        @Override
        public void onRow(Reading reading, KeyedState<Usual> state, Timers timers, Consumer<? super Alert> out) {
            timers.at(reading.time() + 60);
            Usual usual = state.exists() ? state.get() : new Usual(reading.value(), 0);
            if (Math.abs(reading.value() - usual.mean()) > 0.25 * usual.mean()) {
                out.accept(new Alert("strange", reading.value(), usual.mean()));
                return;
            }
            long readings = usual.readings() + 1;
            state.update(new Usual(usual.mean() + (reading.value() - usual.mean()) / readings, readings));
        }

        @Override
        public void onTimer(KeyedState<Usual> state, Timers timers, Consumer<? super Alert> out) {
            out.accept(new Alert("silent", 0, state.get().mean()));
            state.remove(); // starts afresh when it comes again
        }
    }

    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Reading> readings = pipeline.input("readings", Reading.class, Watermark.bounded(ofSeconds(0)));
        readings.stream()
                .keyBy("sensor")
                .process(Reading.class, StateSpec.of(Usual.class), Alert.class, new Watch())
                .to(Sinks.print(out));
        try (Engine engine = Engine.start()) {
            Job job = engine.run(pipeline);
            try (Producer<Reading> feed = job.producer(readings)) {
                READINGS.forEach(feed::offer);
            }
            job.drain(); // no more readings: whoever is waited for is silent
            job.await();
        }
    }
}
