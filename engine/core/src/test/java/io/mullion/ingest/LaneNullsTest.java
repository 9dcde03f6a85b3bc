package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Offer;
import io.mullion.spec.Overload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Cells of nullable columns are values until a committed row says otherwise: what was null in rows that were not
/// committed, and in the batch before, is forgotten.
@Tag("checked")
class LaneNullsTest {
    private static final Schema SCHEMA =
            Schema.of(Field.nullable("n", DataType.INT64), Field.nullable("text", DataType.UTF8));

    @Test
    void theLastThatIsSaidOfACellCounts() {
        try (LanePair lane = lane(4)) {
            lane.producer
                    .row()
                    .setNull(0)
                    .setLong(0, 1)
                    .setUtf8(1, "a")
                    .setNull(1)
                    .commit();
            lane.producer
                    .row()
                    .setLong(0, 2)
                    .setNull(0)
                    .setLong(0, 3)
                    .setNull(1)
                    .setUtf8(1, "b")
                    .commit();
            lane.producer.row().setNull(0).setNull(1).setUtf8(1, "c").setNull(1).commit();
            assertEquals(List.of("{n=1, text=null}", "{n=3, text=b}", "{n=null, text=null}"), lane.readAll());
        }
    }

    @Test
    void nullsOfAnAbortedRowAreForgotten() {
        try (LanePair lane = lane(4)) {
            lane.producer.row().setNull(0).setNull(1).abort();
            lane.producer.row().setLong(0, 1).setUtf8(1, "a").commit();
            assertEquals(List.of("{n=1, text=a}"), lane.readAll());
        }
    }

    @Test
    void nullsOfABatchAreForgottenWhenItIsOpenedAnew() {
        try (LanePair lane = lane(1)) {
            for (int round = 0; round < 3; round++) {
                lane.producer.row().commit();
                lane.readAll();
            }
            for (int row = 0; row < 3; row++) {
                lane.producer.row().setLong(0, row).setUtf8(1, "a").commit();
                lane.readAll();
            }
            assertEquals(
                    List.of("{n=0, text=a}", "{n=1, text=a}", "{n=2, text=a}"), lane.read.subList(3, lane.read.size()));
        }
    }

    /// An Arrow batch is copied with its bits, whole words of them, before it is known which of its rows come in.
    @Test
    void nullsOfArrowRowsThatDidNotComeInAreForgotten() {
        try (LanePair lane = lane(200);
                BufferAllocator allocator = new RootAllocator();
                BigIntVector n = new BigIntVector("n", allocator);
                VarCharVector text = new VarCharVector("text", allocator);
                VectorSchemaRoot root = VectorSchemaRoot.of(n, text)) {
            text.setSafe(0, "a".getBytes(StandardCharsets.UTF_8));
            n.setSafe(0, 0);
            text.setSafe(1, new byte[] {(byte) 0xff});
            n.setNull(1);
            for (int row = 2; row < 70; row++) {
                n.setNull(row);
                text.setNull(row);
            }
            text.setSafe(70, new byte[] {(byte) 0xff});
            n.setNull(70);
            root.setRowCount(71);
            assertEquals(2, lane.producer.offer(root, 0).deadLettered());
            for (int row = 0; row < 100; row++) {
                assertEquals(
                        Offer.ACCEPTED,
                        lane.producer.row().setLong(0, row).setUtf8(1, "b").commit());
            }
            List<String> read = lane.readAll();
            assertEquals(169, read.size());
            assertEquals("{n=0, text=a}", read.getFirst());
            for (int row = 0; row < 68; row++) {
                assertEquals("{n=null, text=null}", read.get(1 + row));
            }
            for (int row = 0; row < 100; row++) {
                assertEquals("{n=" + row + ", text=b}", read.get(69 + row));
            }
        }
    }

    private static LanePair lane(int batchRows) {
        return new LanePair(SCHEMA, 3, batchRows, 256, Overload.BLOCK, false);
    }
}
