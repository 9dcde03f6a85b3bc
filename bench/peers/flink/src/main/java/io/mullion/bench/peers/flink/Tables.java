package io.mullion.bench.peers.flink;

import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;

/// The connector of the bench: as a source the rows of the feed, in Flink's own form of rows, as a sink the answer. The
/// columns of both are those of the running query.
public final class Tables implements DynamicTableSourceFactory, DynamicTableSinkFactory {
    static final String CONNECTOR = "mullion-bench";

    private static final int MILLIS = 3;

    @Override
    public String factoryIdentifier() {
        return CONNECTOR;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        return new RowsTable();
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        return new AnswerTable();
    }

    private record RowsTable() implements ScanTableSource {
        @Override
        public ChangelogMode getChangelogMode() {
            return ChangelogMode.insertOnly();
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
            return SourceProvider.of(new RowSource<>(Tables::maker), 1);
        }

        @Override
        public DynamicTableSource copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "rows";
        }
    }

    private record AnswerTable() implements DynamicTableSink {
        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return ChangelogMode.insertOnly();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            return SinkV2Provider.of(new AnswerSink<>(Tables::add), 1);
        }

        @Override
        public DynamicTableSink copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "answer";
        }
    }

    /// One row of Flink's, filled anew for each row of the query. Its last column is the time.
    private static Maker<RowData> maker(QueryRows query) {
        return switch (query) {
            case AdRows rows -> {
                GenericRowData record = new GenericRowData(3);
                yield (row, time) -> {
                    record.setField(0, rows.ads[row]);
                    record.setField(1, rows.types[row]);
                    record.setField(2, TimestampData.fromEpochMillis(time));
                    return record;
                };
            }
            case PriceRows rows -> {
                GenericRowData record = new GenericRowData(3);
                yield (row, time) -> {
                    record.setField(0, rows.prices[row]);
                    record.setField(1, rows.quantities[row]);
                    record.setField(2, TimestampData.fromEpochMillis(time));
                    return record;
                };
            }
            case WordRows rows -> words(rows.strings());
            case SlidingRows rows -> pairs(rows.keys, rows.values);
            case SessionRows rows -> pairs(rows.keys, rows.values);
        };
    }

    private static Maker<RowData> pairs(long[] keys, long[] values) {
        GenericRowData record = new GenericRowData(3);
        return (row, time) -> {
            record.setField(0, keys[row]);
            record.setField(1, values[row]);
            record.setField(2, TimestampData.fromEpochMillis(time));
            return record;
        };
    }

    private static Maker<RowData> words(String[] strings) {
        StringData[] words = new StringData[strings.length];
        Map<String, StringData> made = new HashMap<>();
        for (int row = 0; row < words.length; row++) {
            words[row] = made.computeIfAbsent(strings[row], StringData::fromString);
        }
        GenericRowData record = new GenericRowData(2);
        return (row, time) -> {
            record.setField(0, words[row]);
            record.setField(1, TimestampData.fromEpochMillis(time));
            return record;
        };
    }

    /// Results have their times first, then the key and the totals.
    private static void add(Answer answer, RowData row) {
        switch (Run.running().rows()) {
            case AdRows rows -> answer.add(millis(row, 0), row.getLong(1), row.getLong(2));
            case PriceRows rows -> answer.add(millis(row, 0), (long) row.getDouble(1));
            case WordRows rows ->
                answer.add(millis(row, 0), row.getString(1).toString().hashCode(), row.getLong(2));
            case SlidingRows rows ->
                answer.add(
                        millis(row, 0), row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
            case SessionRows rows ->
                answer.add(millis(row, 0), millis(row, 1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }

    private static long millis(RowData row, int column) {
        return row.getTimestamp(column, MILLIS).getMillisecond();
    }
}
