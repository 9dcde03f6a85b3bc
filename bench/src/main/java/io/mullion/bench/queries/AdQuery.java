package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lookup;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.LookupTable;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Q1: one type of event, the campaign of its ad looked up, counted by campaign, 10 s tumbling, 1,000,000 rows a
/// second. The question of the Yahoo streaming benchmark.
final class AdQuery extends Query {
    private final AdRows rows;

    AdQuery(AdRows rows) {
        super(rows);
        this.rows = rows;
    }

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Input<Void> input =
                input(pipeline, Schema.of(Field.of("ad", DataType.INT64), Field.of("type", DataType.INT32), TIME));
        input.stream()
                .filter(col("type").eq(AdRows.VIEW))
                .select(lookup(table(), col("ad")).as("campaign"), col("time"))
                .keyBy("campaign")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("count"))
                .to(results);
        return input;
    }

    @Override
    Sink sink(Answer answer) {
        return Sinks.forEachRow(row -> answer.add(row.int64(1), row.int64(2), row.int64(3)));
    }

    private LookupTable table() {
        if (rows.dense) {
            long[] campaigns = new long[AdRows.ADS];
            for (int ad = 0; ad < AdRows.ADS; ad++) {
                campaigns[ad] = AdRows.campaign(ad);
            }
            return LookupTable.dense(0, campaigns);
        }
        Map<Long, Long> campaigns = new HashMap<>();
        for (int ad = 0; ad < AdRows.ADS; ad++) {
            campaigns.put(QueryRows.key(ad, false), (long) AdRows.campaign(ad));
        }
        return LookupTable.of(campaigns);
    }

    @Override
    void write(Producer<Void> producer, int from, int to, long shift) {
        long[] ads = rows.ads;
        int[] types = rows.types;
        long[] times = rows.times;
        for (int row = from; row < to; row++) {
            producer.row()
                    .setLong(0, ads[row])
                    .setLong(1, types[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
    }
}
