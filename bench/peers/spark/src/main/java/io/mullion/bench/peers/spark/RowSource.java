package io.mullion.bench.peers.spark;

import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/// The rows of the feed as a data source of Spark, version 2, that reads columns in micro-batches. The columns are
/// those of the running query, the time last.
public final class RowSource implements TableProvider {
    @Override
    public StructType inferSchema(CaseInsensitiveStringMap options) {
        StructType columns = switch (Run.running().rows()) {
            case AdRows rows ->
                new StructType().add("ad", DataTypes.LongType, false).add("type", DataTypes.IntegerType, false);
            case PriceRows rows ->
                new StructType()
                        .add("price", DataTypes.DoubleType, false)
                        .add("quantity", DataTypes.IntegerType, false);
            case WordRows rows -> new StructType().add("word", DataTypes.StringType, false);
            case SlidingRows rows ->
                new StructType().add("key", DataTypes.LongType, false).add("value", DataTypes.LongType, false);
            case SessionRows rows ->
                new StructType().add("key", DataTypes.LongType, false).add("value", DataTypes.LongType, false);
        };
        return columns.add("time", DataTypes.TimestampType, false);
    }

    @Override
    public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
        return new RowTable(schema);
    }

    /// Rows of the block, all from one turn of it.
    static ColumnarBatch batch(QueryRows query, int from, int count, long shift) {
        ColumnVector time = RowColumn.times(query.times, from, shift);
        ColumnVector[] columns = switch (query) {
            case AdRows rows -> new ColumnVector[] {RowColumn.of(rows.ads, from), RowColumn.of(rows.types, from), time};
            case PriceRows rows ->
                new ColumnVector[] {RowColumn.of(rows.prices, from), RowColumn.of(rows.quantities, from), time};
            case WordRows rows -> new ColumnVector[] {RowColumn.of(rows.bytes, rows.offsets, from), time};
            case SlidingRows rows ->
                new ColumnVector[] {RowColumn.of(rows.keys, from), RowColumn.of(rows.values, from), time};
            case SessionRows rows ->
                new ColumnVector[] {RowColumn.of(rows.keys, from), RowColumn.of(rows.values, from), time};
        };
        return new ColumnarBatch(columns, count);
    }

    /// The last row, which moves time on so far that all windows before it fire. It passes the filters, so that Spark
    /// sees its time, and its own windows never fire.
    static ColumnarBatch last(QueryRows query) {
        ColumnVector time = RowColumn.times(new long[] {2 * QueryRows.START_MILLIS}, 0, 0);
        ColumnVector[] columns = switch (query) {
            case AdRows rows ->
                new ColumnVector[] {RowColumn.of(new long[1], 0), RowColumn.of(new int[] {AdRows.VIEW}, 0), time};
            case PriceRows rows ->
                new ColumnVector[] {RowColumn.of(new double[] {Double.MAX_VALUE}, 0), RowColumn.of(new int[1], 0), time
                };
            case WordRows rows -> new ColumnVector[] {RowColumn.of(new byte[1], new int[] {0, 1}, 0), time};
            case SlidingRows rows ->
                new ColumnVector[] {RowColumn.of(new long[1], 0), RowColumn.of(new long[1], 0), time};
            case SessionRows rows ->
                new ColumnVector[] {RowColumn.of(new long[1], 0), RowColumn.of(new long[1], 0), time};
        };
        return new ColumnarBatch(columns, 1);
    }

    private record RowTable(StructType type) implements SupportsRead {
        @Override
        public String name() {
            return "rows";
        }

        @Override
        public Column[] columns() {
            return Arrays.stream(type.fields())
                    .map(field -> Column.create(field.name(), field.dataType(), field.nullable()))
                    .toArray(Column[]::new);
        }

        @Override
        public Set<TableCapability> capabilities() {
            return Set.of(TableCapability.MICRO_BATCH_READ);
        }

        @Override
        public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
            return () -> new RowScan(type);
        }
    }

    private record RowScan(StructType readSchema) implements Scan {
        @Override
        public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
            return new RowStream(Run.running());
        }

        @Override
        public ColumnarSupportMode columnarSupportMode() {
            return ColumnarSupportMode.SUPPORTED;
        }
    }
}
