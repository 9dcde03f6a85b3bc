package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
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
    private final PriceRows rows;

    FilterSumQuery(PriceRows rows) {
        super(rows);
        this.rows = rows;
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
    void write(Producer<Void> producer, int from, int to, long shift) {
        double[] prices = rows.prices;
        int[] quantities = rows.quantities;
        long[] times = rows.times;
        for (int row = from; row < to; row++) {
            producer.row()
                    .setDouble(0, prices[row])
                    .setLong(1, quantities[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
    }
}
