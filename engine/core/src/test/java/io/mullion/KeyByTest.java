package io.mullion;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Field;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Grouping by one column and by several.
class KeyByTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, Long article, long amount) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Sale> sales = pipeline.input("sales", Sale.class, Watermark.explicit());

    @Test
    void severalColumnsAreOneKey() throws InterruptedException {
        Collected collected = new Collected();
        perMinute("shop", "article").to(collected);
        run(new Sale(1, "A", 1L, 10), new Sale(2, "A", 2L, 20), new Sale(3, "B", 1L, 30), new Sale(4, "A", 1L, 40));
        assertEquals(
                List.of("window_start", "window_end", "shop", "article", "n", "total"),
                collected.schema.fields().stream().map(Field::name).toList());
        assertEquals(
                Set.of(
                        Arrays.<Object>asList(0L, 60L, "A", 1L, 2L, 50L),
                        Arrays.<Object>asList(0L, 60L, "A", 2L, 1L, 20L),
                        Arrays.<Object>asList(0L, 60L, "B", 1L, 1L, 30L)),
                Set.copyOf(collected.rows));
    }

    @Test
    void theOrderOfTheColumnsIsThatOfTheKey() throws InterruptedException {
        Collected collected = new Collected();
        perMinute("article", "shop").to(collected);
        run(new Sale(1, "A", 7L, 10));
        assertEquals(List.of(Arrays.<Object>asList(0L, 60L, 7L, "A", 1L, 10L)), collected.rows);
    }

    @Test
    void aNullInOneColumnIsAValueLikeAnyOther() throws InterruptedException {
        Collected collected = new Collected();
        perMinute("shop", "article").to(collected);
        run(
                new Sale(1, null, 1L, 10),
                new Sale(2, "A", null, 20),
                new Sale(3, null, null, 30),
                new Sale(4, null, 1L, 40),
                new Sale(5, "A", 0L, 50),
                new Sale(6, "", 1L, 60));
        assertEquals(
                Set.of(
                        Arrays.<Object>asList(0L, 60L, null, 1L, 2L, 50L),
                        Arrays.<Object>asList(0L, 60L, "A", null, 1L, 20L),
                        Arrays.<Object>asList(0L, 60L, null, null, 1L, 30L),
                        Arrays.<Object>asList(0L, 60L, "A", 0L, 1L, 50L),
                        Arrays.<Object>asList(0L, 60L, "", 1L, 1L, 60L)),
                Set.copyOf(collected.rows));
    }

    @Test
    void theDeadLetterOfAResultNamesItsWholeKey() throws InterruptedException {
        StringBuilder letters = new StringBuilder();
        pipeline.deadLetters(letters::append);
        perMinute("shop", "article").to(new Collected());
        run(new Sale(1, "A", 1L, Long.MAX_VALUE), new Sale(2, "A", 1L, Long.MAX_VALUE));
        assertTrue(letters.toString().contains("shop=A, article=1"), letters.toString());
    }

    @Test
    void whatIsNoKeyIsRefusedWhenThePipelineIsBuilt() {
        assertRefused("keyBy: a key has 1 to 32 columns");
        assertRefused("keyBy: a key names a column twice: [shop, article, shop]", "shop", "article", "shop");
        assertRefused("price", "shop", "price");
    }

    private void assertRefused(String reason, String... columns) {
        MullionException refused =
                assertThrows(MullionException.class, () -> sales.stream().keyBy(columns));
        assertEquals(MullionException.Reason.INVALID_PIPELINE, refused.reason());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    private DataStream perMinute(String... columns) {
        return sales.stream()
                .keyBy(columns)
                .window(Window.tumbling(Duration.ofMinutes(1)))
                .aggregate(count().as("n"), sum("amount").as("total"));
    }

    private void run(Sale... rows) throws InterruptedException {
        Job job = engines.test().run(pipeline);
        try (Producer<Sale> feed = job.producer(sales)) {
            List.of(rows).forEach(feed::offer);
        }
        job.drain();
        job.await();
    }
}
