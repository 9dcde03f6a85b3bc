package io.mullion.exchange;

import io.mullion.batch.BatchAllocator;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.HashKernel;
import io.mullion.codegen.PartitionKernel;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.memory.MemoryAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// The ends of a job's exchanges that one of its workers has, and the segments between them.
///
/// While the job is planned it knows in which segment operators are being made. *Thread*: that which plans the job,
/// then the worker.
public final class WorkerExchanges {
    private record Received(Receiver receiver, Operator head, Exchange exchange) {}

    private final Exchanges all;
    private final int worker;
    private final OperatorContext context;
    private final Segment inputs;
    private final List<Received> received = new ArrayList<>();
    /// But that of the inputs: what is downstream first.
    private final List<Segment> segments = new ArrayList<>();

    private Segment current;
    /// Of the input whose rows the operators in the first segment take; null elsewhere.
    private Presence presence;
    private int inputCount;

    private Receiver.TimeRule rule = Receiver.TimeRule.LEAST;

    WorkerExchanges(Exchanges all, int worker, OperatorContext context, Segment inputs) {
        this.all = all;
        this.worker = worker;
        this.context = context;
        this.inputs = inputs;
        this.current = inputs;
    }

    /// Of the job.
    public int workers() {
        return all.workers();
    }

    /// Whether they may aggregate their own rows before they come together.
    public boolean partialPanes() {
        return all.partialPanes();
    }

    /// Which of them this is, from 0 on.
    public int worker() {
        return worker;
    }

    /// In which operators are being made.
    public Segment segment() {
        return current;
    }

    /// The operators that are made next take rows of this input.
    ///
    /// @param greatest whether the greatest watermark of its workers counts, and not the least
    /// @param idleUnit the unit of its time if that goes on with the clock while no lane holds it, else null
    public Presence input(boolean greatest, TimeUnit idleUnit) {
        presence = new Presence(all.ofInput(inputCount++));
        rule = new Receiver.TimeRule(greatest, idleUnit);
        return presence;
    }

    /// Whether time waits for the rows that the operators being made have, and will have: asked by the worker.
    ///
    /// @param inBatches whether they have micro-batches, which end by the clock
    public BooleanSupplier holding(boolean inBatches) {
        return current == inputs && !inBatches ? presence::holdsNow : () -> true;
    }

    /// The time that streams of micro-batches had come to in a job before; the least int64 if there was none.
    ///
    /// @param interval of the streams
    public long timeBefore(long interval) {
        return context.batchTimes().timeBefore(interval);
    }

    /// A segment that takes rows from exchanges; it runs after all that are made within `making`.
    ///
    /// @param everywhere whether each worker has it; else the first one has, and nothing is made for the others
    public <T> T segment(boolean everywhere, Function<Segment, T> making) {
        Segment segment = new Segment(everywhere, context.batchRows(), context.stages(), context.batchTimes());
        Segment outer = current;
        current = segment;
        try {
            return segment.making(context, () -> making.apply(segment));
        } finally {
            current = outer;
            segments.add(segment);
        }
    }

    /// How rows are dealt out.
    public sealed interface Deal {
        /// By the hashes of their keys, to all workers.
        ///
        /// @param text the keys, for people
        record ByKey(String text, Compiled<HashKernel> hash, Compiled<PartitionKernel> partition) implements Deal {}

        /// They stay with their worker, and only time is exchanged.
        record Stay() implements Deal {}

        /// To the first worker.
        record ToFirst() implements Deal {}
    }

    /// The end of the current segment.
    ///
    /// @param step of the plan at which all workers have this exchange
    /// @param role which one of that step
    /// @param merge what becomes of the rows where they are received
    public Operator send(Object step, String role, Schema rows, Deal deal, Merge merge) {
        boolean toAll = !(deal instanceof Deal.ToFirst);
        Exchange exchange = all.at(step, role);
        // Batches end by the clock, whoever is there.
        Presence held = current == inputs && !(merge instanceof Merge.ByBatch) ? presence : null;
        boolean ordered = merge instanceof Merge.ByWindowEnd;
        MemoryAccount account = context.account("exchange " + role);
        BatchAllocator allocator = context.scope().own(new BatchAllocator(account));
        List<Outlet> outlets = new ArrayList<>();
        for (Channel channel : exchange.channels(toAll ? all.workers() : 1, held)) {
            outlets.add(context.scope()
                    .own(new Outlet(channel, rows, allocator, context.batchRows(), context.batchDataBytes(), ordered)));
        }
        Split split = deal instanceof Deal.ByKey keys ? new Split(keys, outlets.size(), context, account) : null;
        SendOperator sender =
                new SendOperator(exchange, outlets, split, deal instanceof Deal.Stay ? worker : 0, context.turn());
        current.add(sender);
        return sender;
    }

    /// The beginning of a segment.
    ///
    /// @param next takes what comes
    public void receive(Object step, String role, Segment segment, Operator next, Merge merge) {
        Exchange exchange = all.at(step, role);
        exchange.requireExactAtWatermark(next.exactAtWatermark());
        Receiver receiver = switch (merge) {
            case Merge.AsTheyCome _ -> {
                Receiver.TimeRule ofStream = current == inputs ? rule : Receiver.TimeRule.LEAST;
                ArrivalReceiver arrival = new ArrivalReceiver(next, segment.turn(), ofStream);
                exchange.requireWatermarks(arrival.asks());
                segment.add(arrival);
                yield arrival;
            }
            case Merge.ByWindowEnd(int column) -> {
                WindowReceiver windows = new WindowReceiver(next, segment.turn(), column);
                segment.add(windows);
                yield windows;
            }
            case Merge.ByBatch(long interval) -> segment.batchReceiver(interval, next);
        };
        if (!(merge instanceof Merge.ByBatch)) {
            // Batches have come to one time wherever they are.
            (current == inputs ? presence.received() : exchange.time()).add(receiver);
        }
        received.add(new Received(receiver, next, exchange));
    }

    void connect() {
        received.forEach(each ->
                each.exchange().to(worker).forEach(channel -> each.receiver().connect(channel, each.head())));
    }

    /// A turn of each segment that takes rows from exchanges.
    ///
    /// @return how much was done
    public int serve(long nowNanos) {
        int work = 0;
        for (int i = 0; i < segments.size(); i++) {
            work += segments.get(i).serve(nowNanos, context.batchRows());
        }
        return work;
    }

    /// Has operators hand on what they keep back for others, in each turn in which nothing else comes to them, or lets
    /// them keep it.
    public void drain(boolean now) {
        for (int i = 0; i < segments.size(); i++) {
            segments.get(i).drain(now);
        }
    }

    /// A number that has changed whenever anything has gone from here, or has come and was handed on.
    public long traffic() {
        long traffic = inputs.traffic();
        for (int i = 0; i < segments.size(); i++) {
            traffic += segments.get(i).traffic();
        }
        return traffic;
    }

    /// Sends what all segments have made.
    ///
    /// @return whether rows were sent
    public boolean ship() {
        boolean rows = inputs.ship();
        for (int i = 0; i < segments.size(); i++) {
            rows |= segments.get(i).ship();
        }
        return rows;
    }

    /// Whether all channels that come here have ended, and all that goes from here has gone.
    public boolean done() {
        for (int i = 0; i < segments.size(); i++) {
            if (!segments.get(i).done() || !segments.get(i).shipped()) {
                return false;
            }
        }
        return inputs.shipped();
    }

    /// Whether nothing is half done here, or on its way.
    boolean still() {
        return idle() && !inputs.turn().suspended();
    }

    /// Whether there is nothing to go on with.
    public boolean idle() {
        for (int i = 0; i < segments.size(); i++) {
            if (!segments.get(i).idle()) {
                return false;
            }
        }
        return inputs.shipped();
    }
}
