package io.mullion.bench;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;

/// The engine's lane, through the public API: a row writer in front, a job without steps, a sink.
final class EngineHandOff extends HandOff {
    private final Engine engine = Engine.start();
    private final Producer<Void> producer;

    EngineHandOff(boolean adding, long maxLead) {
        super(adding, maxLead);
        Schema schema =
                Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.INT64), Field.of("c", DataType.INT64));
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = pipeline.input("rows", schema, Overload.BLOCK);
        input.stream().to(Sinks.forEachBatch(this::take));
        producer = engine.run(pipeline).producer(input);
    }

    @Override
    void send(int rows) {
        for (int i = 0; i < rows; i++) {
            pace();
            producer.row().setLong(0, i).setLong(1, 2L * i).setLong(2, 3L * i).commit();
        }
    }

    private void take(BatchView batch) {
        int rows = batch.rowCount();
        if (adding()) {
            long sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += batch.int64(0, row) + batch.int64(1, row) + batch.int64(2, row);
            }
            add(sum);
        }
        sawRows(rows);
    }

    @Override
    public void close() {
        producer.close();
        engine.close();
    }
}
