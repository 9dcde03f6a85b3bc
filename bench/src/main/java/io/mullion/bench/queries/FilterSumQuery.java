package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Window;
import java.time.Duration;

/// Q3: `sum(price * quantity) where price > 100 and quantity < 50`, 1 s tumbling, 10,000,000 rows a second. The sums
/// are exact, so that order plays no part.
final class FilterSumQuery extends Query {
    private static final int ROWS_PER_MILLI = 10_000;

    final double[] prices = new double[ROWS];
    final int[] quantities = new int[ROWS];

    FilterSumQuery() {
        super(ROWS_PER_MILLI);
        SplitMix64 random = new SplitMix64(3);
        for (int row = 0; row < ROWS; row++) {
            prices[row] = 0.25 * random.below(800);
            quantities[row] = (int) random.below(100);
        }
    }

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Input<Void> input = input(
                pipeline, Schema.of(Field.of("price", DataType.FLOAT64), Field.of("quantity", DataType.INT32), TIME));
        input.stream()
                .filter(col("price").gt(100.0).and(col("quantity").lt(50)))
                .window(Window.tumbling(Duration.ofSeconds(1)))
                .aggregate(sum(col("price").times(col("quantity"))).as("sum"))
                .to(results);
        return input;
    }

    @Override
    Sink sink(Answer answer) {
        return Sinks.forEachRow(row -> answer.add(row.int64(1), (long) row.float64(2)));
    }

    @Override
    void write(Producer<Void> producer, long shift) {
        for (int row = 0; row < ROWS; row++) {
            producer.row()
                    .setDouble(0, prices[row])
                    .setLong(1, quantities[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
    }

    @Override
    ByHand byHand(Answer answer) {
        return new FilterSumByHand(this, answer);
    }
}
