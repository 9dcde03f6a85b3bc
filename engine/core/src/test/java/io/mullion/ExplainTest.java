package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.collectList;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.countDistinct;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.reduceLong;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.codegen.KernelOptions;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `explain` shows the plan as it runs. Kernel listings have goldens of their own.
class ExplainTest {
    record Line(@EventTime(TimeUnit.MILLIS) long time, String text, long size) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void everyStepHasItsLine() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Line> input = pipeline.input("lines", Line.class, Watermark.bounded(Duration.ofMillis(50)));
        DataStream big = input.stream().filter(col("size").gt(10));
        big.to(new Collected());
        big.flatMap(split(col("text"), " ").as("word"), col("size"))
                .keyBy("word")
                .window(Window.sliding(Duration.ofSeconds(60), Duration.ofSeconds(10)))
                .aggregate(count().as("n"), sum("size").dividedBy(count()).as("mean"))
                .to(new Collected());
        assertEquals("""
                input lines: (time timestamp(ms, UTC), text utf8 null, size int64), Event[column=time, unit=MILLIS], bounded(PT0.05S), overload BLOCK
                  filter size > 10
                    . filter kernel
                    compact time, text, size
                      . project kernel
                    to Collected
                    flatMap split(text, ' ') as word, size, time
                      . flatMap kernel
                      keyBy word, window sliding(PT1M, PT10S), aggregate count() as n, sum(size) / count() as mean
                        . 6 panes a window; running total: panes that enter are added, panes that leave are retracted, 2 panes combined a slide at most
                        . key kernel
                        . accumulate kernel
                        . combine kernel
                        . retract kernel
                        . result kernel
                      compute window_start, window_end, word, n, agg$1 / n as mean
                        . project kernel
                        to Collected
                """, plan(explained(pipeline, Engines.SMALL)));
    }

    @Test
    void whatIsCollectedIsNamed() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Line> input = pipeline.input("lines", Line.class, Watermark.bounded(Duration.ofMillis(50)));
        input.stream()
                .window(Window.sliding(Duration.ofSeconds(60), Duration.ofSeconds(10)))
                .aggregate(
                        count().as("n"),
                        countDistinct("text").as("texts"),
                        reduceLong(col("size"), Math::max).as("greatest"),
                        collectList("size").as("sizes"))
                .to(new Collected());
        String explained = explained(pipeline, Engines.SMALL);
        assertTrue(explained.contains("6 panes a window; two stacks in blocks of half a window"), explained);
        assertTrue(
                explained.contains(
                        "put together for each result from all that its panes or rows have kept: texts, sizes"),
                explained);
        assertTrue(explained.contains("// then, for each row: reduceLong.accumulate(..)"), explained);
    }

    @Test
    void theAssemblyIsNamed() throws InterruptedException {
        assertAssembly("a window is one pane", 10, 10, max("size").as("m"));
        assertAssembly("running total", 20, 10, count().as("n"));
        assertAssembly(
                "two stacks in blocks of half a window, 4 panes combined a slide",
                20,
                10,
                max("size").as("m"));
        assertAssembly("5 panes a window", 10, 4, count().as("n"));
    }

    @Test
    void theVariantOfEachKernelIsNamedWithItsReason() throws InterruptedException {
        EngineConfig plain = Engines.SMALL.withKernels(KernelOptions.best().withVector(false));
        String text = explained(windowed(10, 10, count().as("n")), plain);
        assertTrue(
                text.lines().filter(line -> line.contains(" kernel, ")).allMatch(line -> line.contains("plain")), text);
    }

    @Test
    void theSamePipelineIsExplainedInTheSameWords() throws InterruptedException {
        assertEquals(
                explained(windowed(20, 10, count().as("n")), Engines.SMALL),
                explained(windowed(20, 10, count().as("n")), Engines.SMALL));
    }

    private void assertAssembly(String expected, long size, long slide, Expr aggregate) throws InterruptedException {
        String text = explained(windowed(size, slide, aggregate), Engines.SMALL);
        assertTrue(plan(text).contains(expected), text);
    }

    private static Pipeline windowed(long size, long slide, Expr aggregate) {
        Pipeline pipeline = Pipeline.create();
        pipeline.input("lines", Line.class, Watermark.explicit()).stream()
                .window(Window.sliding(Duration.ofSeconds(size), Duration.ofSeconds(slide)))
                .aggregate(aggregate)
                .to(new Collected());
        return pipeline;
    }

    private String explained(Pipeline pipeline, EngineConfig config) throws InterruptedException {
        TestEngine engine = engines.test(config);
        Job job = engine.run(pipeline);
        job.drain();
        job.await();
        return job.explain();
    }

    /// Without the listings, and without what depends on the machine.
    private static String plan(String text) {
        return text.lines()
                .filter(line -> line.strip().startsWith(". ")
                        || line.strip().matches("(input|filter|select|flatMap|keyBy|window|compute|compact|to) [^=].*"))
                .map(line -> line.replaceAll(" kernel, .*", " kernel"))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
