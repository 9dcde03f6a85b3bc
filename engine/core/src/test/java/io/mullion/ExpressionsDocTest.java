package io.mullion;

import static io.mullion.expr.Expressions.*;
import static io.mullion.expr.Expressions.collectList;
import static io.mullion.expr.Expressions.collectSet;
import static io.mullion.expr.Expressions.countDistinct;
import static io.mullion.expr.Expressions.reduceDouble;
import static io.mullion.expr.Expressions.reduceLong;
import static io.mullion.expr.Expressions.sumDistinct;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.AggregateFunction;
import io.mullion.expr.DataType;
import io.mullion.expr.DateField;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Field;
import io.mullion.expr.LookupTable;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The examples of `engine/docs/expressions.md`: the page shows the code that is compiled here, and what it gave.
class ExpressionsDocTest {
    private static final Path PAGE = Path.of("../docs/expressions.md");
    private static final Path SOURCE = Path.of("src/test/java/io/mullion/ExpressionsDocTest.java");
    private static final Pattern SHOWN = Pattern.compile("^(\\S.*?) +// (.*)$");
    private static final Pattern COMPILED = Pattern.compile("(?s)example\\(\\s*(.*?)\\);\\R");

    private static final Schema SCHEMA = Schema.of(
            Field.of("name", DataType.UTF8),
            Field.of("line", DataType.UTF8),
            Field.of("city", DataType.UTF8),
            Field.of("id", DataType.INT64),
            Field.of("quantity", DataType.INT32),
            Field.of("small", DataType.INT8),
            Field.of("price", DataType.FLOAT64),
            Field.of("rate", DataType.FLOAT32),
            Field.of("amount", DataType.decimal(10, 2)),
            Field.of("paid", DataType.BOOL),
            Field.of("day", DataType.DATE32),
            Field.of("time", DataType.timestamp(TimeUnit.MILLIS, "Europe/Berlin")),
            Field.of("raw", DataType.BINARY),
            Field.nullable("note", DataType.UTF8),
            Field.nullable("score", DataType.INT64));

    private static final Schema AGGREGATED = Schema.of(
            Field.of("time", DataType.timestamp(TimeUnit.MILLIS)),
            Field.of("quantity", DataType.INT64),
            Field.nullable("price", DataType.FLOAT64),
            Field.of("amount", DataType.decimal(10, 2)),
            Field.of("paid", DataType.BOOL),
            Field.of("name", DataType.UTF8));

    @RegisterExtension
    final Engines engines = new Engines();

    private final List<Expr> examples = new ArrayList<>();

    private void example(Expr expression) {
        examples.add(expression);
    }

    private void collect() {
        example(col("quantity").plus(1));
        example(col("price").minus(col("quantity")));
        example(col("price").times(2));
        example(col("id").dividedBy(5));
        example(col("id").remainder(5));
        example(col("amount").times(col("quantity")));
        example(col("amount").dividedBy(3));
        example(col("rate").times(0.5));
        example(col("rate").plus(lit(0.1f)));
        example(col("score").plus(1));
        example(col("price").negate());
        example(col("id").minus(50).abs());
        example(sign(col("price").negate()));
        example(sqrt(col("price").times(2)));
        example(pow(2, col("quantity")));
        example(exp(lit(0)));
        example(ln(lit(1)));
        example(log10(lit(1000)));
        example(floor(col("price")));
        example(ceil(col("amount")));
        example(round(col("price")));
        example(round(col("price").dividedBy(7), 2));
        example(round(col("amount"), 1));
        example(round(col("id"), -1));
        example(plusExact(col("id"), 1));
        example(minusExact(col("id"), 1));
        example(timesExact(col("id"), 2));
        example(col("price").gt(10));
        example(col("day").ge("2024-01-01"));
        example(col("amount").eq(19.99));
        example(col("score").lt(5));
        example(col("paid").and(col("score").gt(1)));
        example(col("paid").or(col("score").gt(1)));
        example(not(col("paid")));
        example(col("price").between(10, 20));
        example(col("name").in("Ada", "Grace"));
        example(col("id").in(1, 2, null));
        example(col("id").notIn(1, 2));
        example(col("price").notBetween(10, 20));
        example(col("price").isNaN());
        example(col("note").isNull());
        example(col("note").isNotNull());
        example(coalesce(col("score"), 0));
        example(col("note").orElse("none"));
        example(col("name").nullIf("Ada"));
        example(least(col("price"), col("quantity"), col("score")));
        example(greatest(col("price"), col("quantity")));
        example(when(col("price").lt(10), "low")
                .when(col("price").lt(20), "middle")
                .otherwise("high"));
        example(when(col("price").lt(10), "low"));
        example(col("price").cast(DataType.INT32));
        example(col("amount").cast(DataType.INT64));
        example(lit("17").cast(DataType.INT8));
        example(lit("x").tryCast(DataType.FLOAT64));
        example(lit("1.255").cast(DataType.decimal(6, 2)));
        example(col("paid").cast(DataType.INT32));
        example(col("price").cast(DataType.UTF8));
        example(lit("2024-01-31").cast(DataType.DATE32));
        example(col("time").cast(DataType.DATE32));
        example(col("time").cast(DataType.timestamp(TimeUnit.SECONDS)));
        example(col("time").cast(DataType.INT64));
        example(length(col("city")));
        example(octetLength(col("city")));
        example(octetLength(col("raw")));
        example(lower(col("name")));
        example(upper(trim(col("city"))));
        example(trim(col("city")));
        example(concat("[", trimStart(col("city")), "]"));
        example(concat("[", trimEnd(col("city")), "]"));
        example(substring(col("line"), 4));
        example(substring(col("line"), 4, 2));
        example(concat(col("name"), "-", col("id").cast(DataType.UTF8)));
        example(concat(col("name"), col("note")));
        example(col("name").startsWith("A"));
        example(col("name").endsWith("b"));
        example(col("line").contains("or"));
        example(col("line").like("to%n_t"));
        example(replace(col("line"), "o", "0"));
        example(splitPart(col("line"), " ", 2));
        example(splitPart(col("line"), " ", -1));
        example(regexpLike(col("line"), "b.,"));
        example(regexpExtract(col("line"), "(\\w+), (\\w+)", 2));
        example(formatNumber(col("price").dividedBy(3), 2));
        example(extract(DateField.HOUR, col("time")));
        example(extract(DateField.DAY_OF_WEEK, col("day")));
        example(extract(DateField.WEEK, col("day")));
        example(extract(DateField.QUARTER, col("day")));
        example(dateTrunc(DateField.HOUR, col("time")));
        example(dateTrunc(DateField.MONTH, col("day")));
        example(col("time").plus(Duration.ofSeconds(90)));
        example(col("time").minus("2024-02-29T12:45:30Z"));
        example(col("day").plus(Duration.ofDays(1)));
        example(col("day").minus("2024-01-01"));
        example(formatTime(col("time"), "dd.MM.yyyy HH:mm"));
        example(parseTime(lit("31/01/2024"), "dd/MM/yyyy", DataType.DATE32));
        example(lookup(LookupTable.dense(40, new long[] {7, 8, 9}), col("id")));
        example(lookup(LookupTable.of(Map.of("Ada", "Lovelace")), col("name")));
        example(lookup(LookupTable.of(Map.of("Ada", "Lovelace")), col("line")));
        example(hash(col("id")).eq(hash(col("small").times(6))));
        example(mapLong("id", id -> id / 2));
        example(mapLong(col("id"), col("quantity"), (a, b) -> a % b));
        example(mapDouble("price", p -> p * p));
        example(mapDouble(col("price"), col("rate"), (p, r) -> p * r));
        example(mapLongToDouble(col("id"), id -> id / 4.0));
        example(mapDoubleToLong(col("price"), p -> (long) p));
        example(testLong(col("id"), id -> id > 40));
        example(testDouble(col("price"), p -> p > 40));
        example(mapLong("score", s -> s + 1));
        example(count());
        example(count("price"));
        example(countIf(col("paid")));
        example(sum("quantity"));
        example(sum("quantity").filter(col("paid")));
        example(sum("price").dividedBy(count()));
        example(sum("amount"));
        example(avg("quantity"));
        example(avg("amount"));
        example(min("price"));
        example(max(col("amount").times(2)));
        example(max("price").filter(col("quantity").gt(20)));
        example(boolAnd(col("paid")));
        example(boolOr(col("paid")));
        example(bitAnd(col("quantity")));
        example(bitOr(col("quantity")));
        example(bitXor(col("quantity")));
        example(varianceSample(col("price")));
        example(variancePopulation(col("price")));
        example(stddevSample(col("quantity")));
        example(stddevPopulation(col("price")));
        example(minBy(col("amount").cast(DataType.FLOAT64), col("price")));
        example(maxBy(col("quantity"), col("price")));
        example(first(col("price")));
        example(last(col("quantity")));
        example(last(col("price")).filter(not(col("paid"))));
        example(min("name"));
        example(last(col("name")));
        example(maxBy(col("name"), col("price")));
        example(countDistinct("name"));
        example(sumDistinct(col("quantity").remainder(4)));
        example(collectList("name"));
        example(collectList(col("price"), 1));
        example(collectSet("name"));
        example(reduceLong(col("quantity"), (a, b) -> a * b));
        example(reduceLong(col("quantity"), (a, b) -> a + b, (a, b) -> a - b));
        example(reduceDouble(col("price"), (a, b) -> a * b));
    }

    @Test
    void thePageShowsWhatTheExamplesGive() throws Exception {
        collect();
        List<String> codes = compiledExamples();
        List<String[]> shown = shownExamples();
        assertEquals(shown.stream().map(it -> it[0].replaceAll("\\s+", "")).toList(), codes);
        assertEquals(codes.size(), examples.size());
        List<Object> results = new ArrayList<>(
                results(examples.stream().filter(it -> !aggregates(it)).toList()));
        results.addAll(aggregates(
                examples.stream().filter(ExpressionsDocTest::aggregates).toList()));
        for (int i = 0; i < results.size(); i++) {
            assertEquals(shown.get(i)[1], String.valueOf(results.get(i)), examples.get(i) + " in " + PAGE);
        }
    }

    @Test
    void thePageNamesEveryFunction() throws IOException {
        String page = Files.readString(PAGE);
        for (io.mullion.expr.Function function : io.mullion.expr.Function.values()) {
            assertTrue(page.contains(function.text()), function + " is missing in " + PAGE);
        }
    }

    @Test
    void thePageNamesEveryAggregate() throws IOException {
        String page = Files.readString(PAGE);
        for (AggregateFunction function : AggregateFunction.values()) {
            assertTrue(page.contains("`" + function.text()), function + " is missing in " + PAGE);
        }
    }

    private static boolean aggregates(Expr expression) {
        return expression instanceof Expr.Aggregate
                || ExpressionTree.inputs(expression).stream().anyMatch(ExpressionsDocTest::aggregates);
    }

    private static Expr[] texts(List<Expr> expressions) {
        Expr[] texts = new Expr[expressions.size()];
        for (int i = 0; i < texts.length; i++) {
            Expr expression = expressions.get(i);
            boolean list =
                    expression instanceof Expr.Aggregate it && it.function().collects();
            texts[i] = (list ? expression : expression.cast(DataType.UTF8)).as("e" + i);
        }
        return texts;
    }

    /// Each as text, of one window.
    private List<Object> aggregates(List<Expr> expressions) throws InterruptedException {
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Void> rows = pipeline.input("rows", AGGREGATED, "time", Watermark.none(), Overload.BLOCK);
        rows.stream()
                .window(Window.tumbling(Duration.ofMinutes(1)))
                .aggregate(texts(expressions))
                .to(collected);
        Job job = engines.test().run(pipeline);
        Instant noon = Instant.parse("2024-02-29T12:00:00Z");
        try (Producer<Void> producer = job.producer(rows)) {
            producer.row()
                    .setInstant(0, noon)
                    .setLong(1, 4)
                    .setDouble(2, 2.5)
                    .setDecimal(3, new BigDecimal("1.10"))
                    .setBool(4, true)
                    .setUtf8(5, "Bob")
                    .commit();
            producer.row()
                    .setInstant(0, noon.plusSeconds(1))
                    .setLong(1, 6)
                    .setNull(2)
                    .setDecimal(3, new BigDecimal("2.20"))
                    .setBool(4, false)
                    .setUtf8(5, "Ada")
                    .commit();
            producer.row()
                    .setInstant(0, noon.plusSeconds(2))
                    .setLong(1, 12)
                    .setDouble(2, 7.5)
                    .setDecimal(3, new BigDecimal("3.30"))
                    .setBool(4, true)
                    .setUtf8(5, "Bob")
                    .commit();
        }
        job.drain();
        job.await();
        List<Object> row = collected.rows.getFirst();
        return row.subList(row.size() - expressions.size(), row.size());
    }

    /// Each as text, by a cast.
    private List<Object> results(List<Expr> expressions) throws InterruptedException {
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Void> rows = pipeline.input("rows", SCHEMA, Overload.BLOCK);
        rows.stream().select(texts(expressions)).to(collected);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Void> producer = job.producer(rows)) {
            producer.row()
                    .setUtf8(0, "Ada")
                    .setUtf8(1, "to be, or not")
                    .setUtf8(2, " Zürich ")
                    .setLong(3, 42)
                    .setLong(4, 3)
                    .setLong(5, 7)
                    .setDouble(6, 12.5)
                    .setDouble(7, 0.25)
                    .setDecimal(8, new BigDecimal("19.99"))
                    .setBool(9, true)
                    .setDate(10, LocalDate.of(2024, 2, 29))
                    .setInstant(11, Instant.parse("2024-02-29T12:45:30.250Z"))
                    .setBinary(12, new byte[] {(byte) 0xca, (byte) 0xfe})
                    .setNull(13)
                    .setNull(14)
                    .commit();
        }
        job.drain();
        job.await();
        return collected.rows.getFirst();
    }

    /// The code of the examples above, without white space.
    private static List<String> compiledExamples() throws IOException {
        String source = Files.readString(SOURCE);
        String method = source.substring(source.indexOf("private void collect()"), source.indexOf("@Test"));
        List<String> codes = new ArrayList<>();
        Matcher matcher = COMPILED.matcher(method);
        while (matcher.find()) {
            codes.add(matcher.group(1).replaceAll("\\s+", ""));
        }
        return codes;
    }

    /// Code and result of each line in the blocks of Java.
    private static List<String[]> shownExamples() throws IOException {
        List<String[]> shown = new ArrayList<>();
        boolean inBlock = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("```")) {
                inBlock = line.equals("```java");
                continue;
            }
            if (inBlock) {
                Matcher matcher = SHOWN.matcher(line);
                assertTrue(matcher.matches(), "no example: " + line);
                shown.add(new String[] {matcher.group(1), matcher.group(2)});
            }
        }
        return shown;
    }
}
