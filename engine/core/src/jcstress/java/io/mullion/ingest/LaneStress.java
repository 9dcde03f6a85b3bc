package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Offer;
import io.mullion.memory.MemoryPool;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Overload;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// The hand-off of a lane in the hands of jcstress: each rule of its contract that two threads meet in.
///
/// Each state is a lane of its own, and its arbiter gives the memory back.
public final class LaneStress {
    private static final MemoryPool POOL = new MemoryPool(1L << 30);

    /// Constructors, actors and arbiters run one after the other, on threads of the harness.
    private static final ProducerThread ANY_THREAD = new ProducerThread("stress") {
        @Override
        boolean isCurrent() {
            return true;
        }
    };

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", DataType.INT64),
            Field.nullable("flag", DataType.BOOL),
            Field.of("text", DataType.UTF8),
            Field.of("negated", DataType.INT64));

    private LaneStress() {}

    /// A lane with its two ends, and what its reader found.
    abstract static class Ends implements InputReader.Rows {
        final OverloadCounters counters = new OverloadCounters();
        final LaneWriter writer;
        final LaneReader reader;
        int seen;
        long last = -1;
        boolean whole = true;

        Ends(int batches, int batchRows, Overload overload) {
            Lane lane = new Lane(
                    "stress",
                    SCHEMA,
                    batches,
                    batchRows,
                    16,
                    true,
                    overload,
                    counters,
                    NoOpIdleStrategy.INSTANCE,
                    POOL);
            writer = new LaneWriter(
                    lane,
                    letter -> {
                        throw new AssertionError(letter.toString());
                    },
                    ANY_THREAD);
            reader = new LaneReader(lane);
        }

        /// @return 1 if the row was accepted
        int write(long id) {
            return writer.begin()
                                    .setLong(0, id)
                                    .setBool(1, id % 2 == 0)
                                    .setUtf8(2, id % 2 == 0 ? "even" : "odd")
                                    .setLong(3, ~id)
                                    .commit()
                            == Offer.ACCEPTED
                    ? 1
                    : 0;
        }

        @Override
        public void accept(Batch batch, long watermarks, int from, int to) {
            for (int row = from; row < to; row++) {
                long id = batch.int64(0, row);
                boolean even = id % 2 == 0;
                whole &= id > last
                        && batch.int64(3, row) == ~id
                        && !batch.isNull(1, row)
                        && batch.bool(1, row) == even
                        && batch.utf8Length(2, row) == (even ? 4 : 3)
                        && RawMemory.getByte(batch.utf8Address(2, row)) == (even ? 'e' : 'o');
                last = id;
                seen++;
            }
        }

        /// Reads what is left, and gives the memory back.
        void finish() {
            writer.close();
            while (!reader.drained()) {
                reader.poll(this);
            }
            reader.close();
        }
    }

    @JCStressTest
    @Outcome(id = "[0-3], true", expect = Expect.ACCEPTABLE, desc = "some of the rows, each whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a row that was not written yet")
    @State
    public static class Rule3And4CommittedRowsAreSeenWhole extends Ends {
        public Rule3And4CommittedRowsAreSeenWhole() {
            super(2, 2, Overload.FAIL);
        }

        @Actor
        public void producer() {
            write(0);
            write(1);
            write(2);
        }

        @Actor
        public void worker(IZ_Result result) {
            reader.poll(this);
            reader.poll(this);
            result.r1 = seen;
            result.r2 = whole;
        }

        @Arbiter
        public void end() {
            finish();
        }
    }

    @JCStressTest
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "the neighbour's bits are what they were")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a store to the same byte changed them")
    @State
    public static class Rule2BitsOfPublishedNeighboursSurvive extends Ends {
        private final Batch[] batch = new Batch[1];

        public Rule2BitsOfPublishedNeighboursSurvive() {
            super(2, 8, Overload.FAIL);
            write(0);
            reader.poll((rows, _, _, _) -> batch[0] = rows);
        }

        @Actor
        public void producer() {
            write(1);
        }

        @Actor
        public void worker(ZZ_Result result) {
            ColumnAddresses columns = batch[0].writable();
            result.r1 = Bitmap.get(columns.address(1, ColumnAddresses.DATA), 0);
            result.r2 = Bitmap.get(columns.address(1, ColumnAddresses.VALIDITY), 0);
        }

        @Arbiter
        public void end() {
            finish();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"2, 2, true", "3, 3, true", "4, 4, true"},
            expect = Expect.ACCEPTABLE,
            desc = "what was accepted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a batch was used again too early, or lost")
    @State
    public static class Rule5ABatchIsUsedAgainWhenItIsConsumed extends Ends {
        private int accepted;

        public Rule5ABatchIsUsedAgainWhenItIsConsumed() {
            super(2, 1, Overload.FAIL);
        }

        @Actor
        public void producer() {
            accepted = write(0) + write(1) + write(2) + write(3);
        }

        @Actor
        public void worker() {
            reader.poll(this);
            reader.poll(this);
        }

        @Arbiter
        public void end(IIZ_Result result) {
            finish();
            result.r1 = accepted;
            result.r2 = seen;
            result.r3 = whole;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"false, true", "true, true"},
            expect = Expect.ACCEPTABLE,
            desc = "drained means that all was read")
    @Outcome(expect = Expect.FORBIDDEN, desc = "drained too early")
    @State
    public static class Rule6DrainedMeansThatAllWasRead extends Ends {
        public Rule6DrainedMeansThatAllWasRead() {
            super(2, 1, Overload.FAIL);
        }

        @Actor
        public void producer() {
            write(0);
            write(1);
            writer.close();
        }

        @Actor
        public void worker(ZZ_Result result) {
            for (int i = 0; i < 4; i++) {
                reader.poll(this);
            }
            result.r1 = reader.drained();
            result.r2 = !reader.drained() || seen == 2;
        }

        @Arbiter
        public void end() {
            finish();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"false, true", "true, true"},
            expect = Expect.ACCEPTABLE,
            desc = "the row comes first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the watermark overtook a row")
    @State
    public static class Rule6AWatermarkOvertakesNoRow extends Ends {
        public Rule6AWatermarkOvertakesNoRow() {
            super(2, 1, Overload.FAIL);
        }

        @Actor
        public void producer() {
            write(0);
            write(1);
            writer.watermark(10);
        }

        @Actor
        public void worker(ZZ_Result result) {
            for (int i = 0; i < 3; i++) {
                reader.poll(this);
            }
            result.r1 = reader.watermark() == 10;
            result.r2 = !result.r1 || seen == 2;
        }

        @Arbiter
        public void end() {
            finish();
        }
    }

    @JCStressTest
    @Outcome(id = "5, true", expect = Expect.ACCEPTABLE, desc = "each row was seen or counted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a batch was dropped and read, or neither")
    @State
    public static class Rule9EachRowIsSeenOrCounted extends Ends {
        public Rule9EachRowIsSeenOrCounted() {
            super(2, 1, Overload.DROP_OLDEST);
            write(0);
            write(1);
        }

        @Actor
        public void producer() {
            write(2);
            write(3);
            write(4);
        }

        @Actor
        public void worker() {
            reader.poll(this);
            reader.poll(this);
        }

        @Arbiter
        public void end(IZ_Result result) {
            finish();
            result.r1 = seen + (int) counters.droppedRows();
            result.r2 = whole;
        }
    }

    @JCStressTest
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "the last to leave gave all back, once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "memory went back twice, or too early, or never")
    @State
    public static class TheLastToLeaveGivesTheMemoryBack extends Ends {
        private volatile boolean failed;

        public TheLastToLeaveGivesTheMemoryBack() {
            super(2, 1, Overload.FAIL);
            write(0);
        }

        @Actor
        public void producer() {
            try {
                write(1);
                writer.close();
            } catch (RuntimeException e) {
                failed = true;
            }
        }

        @Actor
        public void worker() {
            try {
                reader.poll(this);
                reader.close();
            } catch (RuntimeException e) {
                failed = true;
            }
        }

        @Arbiter
        public void end(ZZ_Result result) {
            result.r1 = !failed;
            result.r2 = whole;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0, true", "1, 1, true", "2, 2, true"},
            expect = Expect.ACCEPTABLE,
            desc = "what was accepted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a record was accepted and lost, or refused and seen")
    @State
    public static class ASharedQueueLosesNothingWhenItCloses {
        private final SharedQueue<Long> queue =
                new SharedQueue<>("stress", 8, false, Overload.FAIL, new OverloadCounters(), NoOpIdleStrategy.INSTANCE);
        private int accepted;
        private int taken;
        private boolean exhausted;

        @Actor
        public void producer() {
            accepted += queue.offer(1L) == Offer.ACCEPTED ? 1 : 0;
            accepted += queue.offer(2L) == Offer.ACCEPTED ? 1 : 0;
        }

        @Actor
        public void worker() {
            queue.close();
            // As the worker's turns, but no more of them than it takes to be likely done.
            for (int i = 0; i < 100 && !exhausted; i++) {
                drain();
                exhausted = queue.exhausted(taken);
            }
        }

        private void drain() {
            while (queue.poll() != null) {
                taken++;
            }
        }

        @Arbiter
        public void end(IIZ_Result result) {
            if (!exhausted) {
                drain();
            }
            result.r1 = accepted;
            result.r2 = taken;
            result.r3 = queue.exhausted(taken);
        }
    }
}
