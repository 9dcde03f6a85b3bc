package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lookup;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.SplitMix64;
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
    private static final int ROWS_PER_MILLI = 1_000;
    private static final int TYPES = 3;
    private static final int ADS_PER_CAMPAIGN = 10;
    static final int ADS = 1_000;
    static final int CAMPAIGNS = ADS / ADS_PER_CAMPAIGN;
    /// The type that is kept.
    static final int VIEW = 1;

    final boolean dense;
    final long[] ads = new long[ROWS];
    final int[] types = new int[ROWS];

    AdQuery(boolean dense) {
        super(ROWS_PER_MILLI);
        this.dense = dense;
        SplitMix64 random = new SplitMix64(1);
        for (int row = 0; row < ROWS; row++) {
            ads[row] = key(random.below(ADS), dense);
            types[row] = (int) random.below(TYPES);
        }
    }

    /// The campaign of an ad by its number.
    static int campaign(int ad) {
        return ad / ADS_PER_CAMPAIGN;
    }

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Input<Void> input =
                input(pipeline, Schema.of(Field.of("ad", DataType.INT64), Field.of("type", DataType.INT32), TIME));
        input.stream()
                .filter(col("type").eq(VIEW))
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
        if (dense) {
            long[] campaigns = new long[ADS];
            for (int ad = 0; ad < ADS; ad++) {
                campaigns[ad] = campaign(ad);
            }
            return LookupTable.dense(0, campaigns);
        }
        Map<Long, Long> campaigns = new HashMap<>();
        for (int ad = 0; ad < ADS; ad++) {
            campaigns.put(key(ad, false), (long) campaign(ad));
        }
        return LookupTable.of(campaigns);
    }

    @Override
    void write(Producer<Void> producer, long shift) {
        for (int row = 0; row < ROWS; row++) {
            producer.row()
                    .setLong(0, ads[row])
                    .setLong(1, types[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
    }

    @Override
    ByHand byHand(Answer answer) {
        return new AdsByHand(this, answer);
    }
}
