package io.mullion.bench.peers.flink;

import io.mullion.bench.rows.Answer;
import java.io.Serializable;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/// Puts results into the answer. There is one writer.
final class AnswerSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1;

    /// Puts a result into the answer.
    interface Adder<T> extends Serializable {
        void add(Answer answer, T result);
    }

    private final Adder<T> adder;

    AnswerSink(Adder<T> adder) {
        this.adder = adder;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        Answer answer = Run.running().answer();
        return new SinkWriter<>() {
            @Override
            public void write(T result, Context context) {
                adder.add(answer, result);
            }

            @Override
            public void flush(boolean endOfInput) {}

            @Override
            public void close() {}
        };
    }
}
