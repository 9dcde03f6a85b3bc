package io.mullion.examples;

import static io.mullion.expr.Expressions.coalesce;
import static io.mullion.expr.Expressions.col;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.Table;
import io.mullion.io.Producer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Sales get the name and the price of their product from a table, which is loaded anew while they come.
///
/// Example: enrichment - sales enriched from a table that is loaded anew
///
/// A load replaces the whole table at one moment: what is not in it any more is gone. A job may also load its tables by
/// itself every so often: `table.reloadedEvery(ofMinutes(5))`.
public final class Enrichment {
    record Sale(long product, long quantity) {}

    record Product(long product, String name, double price) {}

    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        // Stands for a database: it is asked for all products when the job starts, and whenever the table is loaded.
        List<Product> database = new ArrayList<>();
        database.add(new Product(1, "pen", 2.5));
        database.add(new Product(2, "ink", 8.0));

        Pipeline pipeline = Pipeline.create();
        Input<Sale> sales = pipeline.input("sales", Sale.class);
        Table products = pipeline.table("products", Product.class, () -> database);
        sales.stream()
                .leftJoin(products)
                .on("product")
                .select(
                        coalesce(col("name"), "no such product").as("name"),
                        col("quantity").times(col("price")).as("total"))
                .to(Sinks.forEachRow(row -> out.println("   " + row)));

        try (Engine engine = Engine.start()) {
            // On this thread: so it is seen after which sale each result comes.
            Job job = engine.runOnCallerThread(pipeline);
            try (Producer<Sale> feed = job.producer(sales)) {
                sell(out, job, feed, new Sale(1, 4));
                sell(out, job, feed, new Sale(3, 1));
                database.set(0, new Product(1, "pen", 3.0));
                database.set(1, new Product(3, "paper", 4.5));
                job.load(products);
                out.println("-- loaded anew: " + database);
                sell(out, job, feed, new Sale(1, 4));
                sell(out, job, feed, new Sale(3, 1));
                sell(out, job, feed, new Sale(2, 1));
            }
            job.drain();
            job.await();
        }
    }

    private static void sell(PrintStream out, Job job, Producer<Sale> feed, Sale sale) {
        out.println("-> " + sale);
        feed.offer(sale);
        while (job.poll() > 0) {}
    }
}
