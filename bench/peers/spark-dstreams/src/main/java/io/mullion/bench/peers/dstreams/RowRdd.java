package io.mullion.bench.peers.dstreams;

import io.mullion.bench.rows.QueryRows;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/// The rows of one batch, in two partitions.
final class RowRdd<T> extends RDD<T> {
    private static final long serialVersionUID = 1;
    private static final int PARTITIONS = 2;

    private final long from;
    private final long to;
    private final Maker<T> maker;

    /// @param from how many rows there were before
    RowRdd(SparkContext spark, long from, long to, Maker<T> maker, ClassTag<T> tag) {
        super(spark, CollectionConverters.asScala(List.<Dependency<?>>of()).toList(), tag);
        this.from = from;
        this.to = to;
        this.maker = maker;
    }

    private record Part(int index, long from, long to) implements Partition {}

    @Override
    public Partition[] getPartitions() {
        Partition[] parts = new Partition[PARTITIONS];
        for (int part = 0; part < PARTITIONS; part++) {
            parts[part] = new Part(
                    part, from + (to - from) * part / PARTITIONS, from + (to - from) * (part + 1) / PARTITIONS);
        }
        return parts;
    }

    @Override
    public scala.collection.Iterator<T> compute(Partition split, TaskContext context) {
        Part part = (Part) split;
        IntFunction<T> records = maker.of(Run.running().rows());
        return CollectionConverters.asScala(new Iterator<T>() {
            private long row = part.from;

            @Override
            public boolean hasNext() {
                return row < part.to;
            }

            @Override
            public T next() {
                return records.apply((int) (row++ % QueryRows.ROWS));
            }
        });
    }
}
