package io.mullion;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.io.Source;
import java.util.concurrent.CountDownLatch;

/// A source that a test tells what to do: one int64 column, `n`.
class ScriptedSource implements Source {
    /// What the source's thread does.
    interface Script {
        void run(Producer<?> producer, CountDownLatch stopped) throws Exception;
    }

    final CountDownLatch stopped = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    volatile int opens;
    volatile int closes;
    private final Script script;

    ScriptedSource(Script script) {
        this.script = script;
    }

    @Override
    public Schema schema() {
        return Schema.of(Field.of("n", DataType.INT64));
    }

    @Override
    public void open() throws Exception {
        opens++;
    }

    @Override
    public void run(Producer<?> producer) throws Exception {
        script.run(producer, stopped);
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public void close() {
        closes++;
        closed.countDown();
    }

    @Override
    public String name() {
        return "script";
    }
}
