package io.mullion.examples;

import static io.mullion.expr.Expressions.col;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import java.io.PrintStream;

/// Orders meet their payments; an order that nobody pays within half an hour comes out alone.
///
/// Example: payments - a join of orders and payments, and what was never paid
///
/// A pair comes out when the second of its rows comes. That there is no payment is known when time has passed the last
/// one that would still count.
public final class Payments {
    record Order(@EventTime(TimeUnit.SECONDS) long time, long order, String customer, double amount) {}

    record Payment(@EventTime(TimeUnit.SECONDS) long time, long order, double paid) {}

    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Order> orders = pipeline.input("orders", Order.class, Watermark.bounded(ofSeconds(0)));
        Input<Payment> payments = pipeline.input("payments", Payment.class, Watermark.bounded(ofSeconds(0)));
        orders.stream()
                .leftJoin(payments.stream())
                .on("order")
                .between(ofMinutes(30), ofMinutes(0)) // an order is at most so long before its payment, never after it
                .where(col("paid").ge(col("amount")))
                .select(col("order"), col("customer"), col("amount"), col("paid"))
                .to(Sinks.forEachRow(row -> out.println("   " + row)));

        try (Engine engine = Engine.start()) {
            // On this thread: so it is seen after which row each result comes.
            Job job = engine.runOnCallerThread(pipeline);
            try (Producer<Order> order = job.producer(orders);
                    Producer<Payment> payment = job.producer(payments)) {
                feed(out, job, order, new Order(0, 1, "ada", 20.0));
                feed(out, job, order, new Order(60, 2, "bob", 35.5));
                feed(out, job, payment, new Payment(90, 1, 20.0));
                feed(out, job, payment, new Payment(300, 2, 30.0)); // too little
                feed(out, job, order, new Order(2_400, 3, "cid", 5.0));
                feed(out, job, payment, new Payment(2_410, 3, 5.0)); // by now bob's order is too old to be paid
            }
            job.drain();
            job.await();
        }
    }

    private static <T> void feed(PrintStream out, Job job, Producer<T> producer, T row) {
        out.println("-> " + row);
        producer.offer(row);
        while (job.poll() > 0) {}
    }
}
