package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.VectorSupport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Listings are golden files. After a change that is meant: `-Dmullion.golden.update=true`, and read the difference.
class ListingTest {
    private static final Schema SCHEMA = Schema.of(
            Field.of("price", DataType.FLOAT64),
            Field.nullable("quantity", DataType.INT64),
            Field.of("symbol", DataType.UTF8));

    @Test
    void plainListingsAreAsTheyWere() throws IOException {
        compare(new Target(0, false), "plain");
    }

    @Test
    void checkedListingsAreAsTheyWere() throws IOException {
        compare(new Target(0, true), "checked");
    }

    @Test
    void vectorListingsAreAsTheyWere() throws IOException {
        Assumptions.assumeTrue(VectorSupport.available());
        compare(new Target(256, false), "vector");
    }

    private static void compare(Target target, String variant) throws IOException {
        for (Map.Entry<String, String> listing : listings(target).entrySet()) {
            String name = listing.getKey() + "." + variant + ".txt";
            if (Boolean.getBoolean("mullion.golden.update")) {
                Path directory = Files.createDirectories(Path.of("src/test/resources/golden"));
                Files.writeString(directory.resolve(name), listing.getValue());
                continue;
            }
            try (InputStream golden = ListingTest.class.getResourceAsStream("/golden/" + name)) {
                assertNotNull(golden, name);
                assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), listing.getValue(), name);
            }
        }
    }

    private static Map<String, String> listings(Target target) {
        KernelCompiler compiler = new KernelCompiler(target);
        Expr total = col("price").times(col("quantity"));
        Accumulation accumulation = compiler.accumulation(
                SCHEMA, List.of(count(), sum("quantity"), min("price"), max("quantity"), sum(total)));
        Map<String, String> listings = new TreeMap<>();
        listings.put(
                "filter",
                compiler.filter(SCHEMA, col("price").gt(100).and(col("quantity").lt(50)))
                        .complete()
                        .listing());
        listings.put(
                "filter-fallible",
                compiler.filter(
                                SCHEMA,
                                col("symbol")
                                        .eq("MLN")
                                        .and(col("quantity")
                                                .remainder(col("quantity"))
                                                .eq(0)))
                        .complete()
                        .listing());
        listings.put(
                "project",
                compiler.project(SCHEMA, List.of(total.as("total"), col("symbol")))
                        .complete()
                        .listing());
        listings.put(
                "flatmap",
                compiler.flatMap(SCHEMA, List.of(split(col("symbol"), " ").as("word"), col("quantity")))
                        .listing());
        listings.put("accumulate", accumulation.accumulate().complete().listing());
        listings.put(
                "accumulate-filtered",
                compiler.accumulation(
                                SCHEMA, col("price").gt(100).and(col("quantity").lt(50)), List.of(sum(total)))
                        .accumulate()
                        .complete()
                        .listing());
        listings.put("combine", accumulation.combine().listing());
        listings.put("result", accumulation.result().listing());
        listings.put(
                "key-one", compiler.keys(SCHEMA, List.of("quantity")).find().listing());
        listings.put(
                "key-several",
                compiler.keys(SCHEMA, List.of("symbol", "quantity")).find().listing());
        listings.put("hash", compiler.hash(SCHEMA, List.of("quantity", "price")).listing());
        listings.put("partition", compiler.partition().listing());
        listings.put("order", compiler.order().listing());
        return listings;
    }
}
