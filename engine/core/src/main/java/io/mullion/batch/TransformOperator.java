package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.io.BatchFunction;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Hands whole micro-batches to a function of the user's and goes on with the rows that it returns: those of several
/// streams together, or those of one stream in several parts, one after the other.
///
/// *Thread*: the worker. *Ownership*: the batches belong to the job.
public final class TransformOperator implements Stateful {
    private static final String TRANSFORM = "transform";

    private final String name;
    private final BatchFunction function;
    private final int parts;
    private final List<GatheredBatch> streams = new ArrayList<>();
    private final List<SavedBatch> saved = new ArrayList<>();
    private final List<BatchRows> shown = new ArrayList<>();
    private final ArrowRows results;
    private final long[] times;
    private final Operator next;

    private TransformOperator(
            String name,
            List<Schema> in,
            Schema out,
            int parts,
            BatchFunction function,
            OperatorContext context,
            Operator next) {
        this.name = name;
        this.function = function;
        this.parts = parts;
        this.next = next;
        MemoryAccount account = context.account(name);
        context.states().add("transform", this);
        for (Schema schema : in) {
            streams.add(context.scope().own(new GatheredBatch(schema, context, account)));
            saved.add(new SavedBatch("stream " + saved.size(), schema, null, account));
            shown.add(new BatchRows(schema));
        }
        results = new ArrowRows(name, out, context, account, next);
        times = new long[in.size()];
        Arrays.fill(times, Long.MIN_VALUE);
    }

    /// An operator for each of the streams.
    ///
    /// @param in columns of each stream
    /// @param out columns of the results
    /// @param parts of a batch for which the function is called, where there is one stream
    public static List<Operator> of(
            String name,
            List<Schema> in,
            Schema out,
            int parts,
            BatchFunction function,
            OperatorContext context,
            Operator next) {
        TransformOperator transform = new TransformOperator(name, in, out, parts, function, context, next);
        return IntStream.range(0, in.size())
                .<Operator>mapToObj(stream -> transform.new Entrance(stream))
                .toList();
    }

    private void advance(int stream, long time) {
        times[stream] = time;
        for (long each : times) {
            if (each < time) {
                return;
            }
        }
        if (time > MicroBatches.START) {
            for (int part = 0; part < parts; part++) {
                call(part, Duration.ofNanos(MicroBatches.UNIT.toNanos(time)));
            }
            streams.forEach(GatheredBatch::clear);
        }
        next.advance(time);
    }

    /// Calls the function for a part: part i of n has the rows from i / n of them on.
    private void call(int part, Duration time) {
        VectorSchemaRoot returned = null;
        List<VectorSchemaRoot> roots = new ArrayList<>();
        try {
            for (int i = 0; i < streams.size(); i++) {
                long rows = streams.get(i).rowCount();
                int from = (int) (rows * part / parts);
                int to = (int) (rows * (part + 1) / parts);
                roots.add(shown.get(i).show(streams.get(i).rows(), from, to).arrow());
            }
            returned = function.apply(List.copyOf(roots), time);
            if (returned == null) {
                throw new MullionException(
                        Reason.USER_CODE, "a function over batches returned null: " + name + ", time=" + time);
            }
            results.handOn(returned);
        } catch (MullionException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            throw new MullionException(Reason.USER_CODE, "function failed in " + name + ": " + e + ", time=" + time, e);
        } finally {
            // The arguments are let go with their views.
            if (returned != null && !roots.contains(returned)) {
                returned.close();
            }
            shown.forEach(BatchRows::hide);
        }
    }

    /// All streams have come to the same time between turns, so that need not be saved.
    @Override
    public void writeTo(StateWriter out) {
        out.text(TRANSFORM, name);
        for (int stream = 0; stream < streams.size(); stream++) {
            saved.get(stream).write(out, streams.get(stream));
        }
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(TRANSFORM, name);
        for (int stream = 0; stream < streams.size(); stream++) {
            saved.get(stream).read(in, streams.get(stream));
        }
    }

    private final class Entrance implements Operator {
        private final int stream;

        Entrance(int stream) {
            this.stream = stream;
        }

        @Override
        public void process(Batch batch, long active, int from, int to) {
            streams.get(stream).add(batch, from, to);
        }

        @Override
        public void advance(long time) {
            TransformOperator.this.advance(stream, time);
        }

        @Override
        public void flush() {
            next.flush();
        }
    }
}
