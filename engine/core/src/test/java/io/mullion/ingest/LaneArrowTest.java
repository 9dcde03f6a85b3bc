package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.TypeSample;
import io.mullion.batch.BatchRows;
import io.mullion.batch.Batches;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchOffer;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole Arrow batches through a lane: the same rows as if each were written by itself.
@Tag("checked")
class LaneArrowTest {
    private static final Schema SCHEMA = Schema.of(
            Field.of("id", DataType.INT64),
            Field.nullable("text", DataType.UTF8),
            Field.nullable("flag", DataType.BOOL),
            Field.of("word", DataType.UTF8));

    private final BufferAllocator allocator = new RootAllocator();
    private final Batches batches = new Batches();

    @AfterEach
    void close() {
        batches.close();
        allocator.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    /// Random columns of all types, batches of all sizes, from all rows on, into lanes so small that they split.
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Tag("schedule")
    void rowsArriveAsIfWrittenOneByOne(long seed) {
        Random random = new Random(seed);
        List<TypeSample> types = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        for (int column = 0; column < 1 + random.nextInt(8); column++) {
            TypeSample type =
                    TypeSample.all().get(random.nextInt(TypeSample.all().size()));
            types.add(type);
            fields.add(new Field("c" + column, type.type(), random.nextBoolean()));
        }
        Schema schema = new Schema(fields);
        int capacity = new int[] {1, 2, 7, 8, 9, 63, 64, 65, 200}[random.nextInt(9)];
        int dataBytes = 100 + random.nextInt(400);
        try (LanePair byBatch = new LanePair(schema, 3, capacity, dataBytes, Overload.BLOCK, true);
                LanePair byRow = new LanePair(schema, 3, capacity, dataBytes, Overload.BLOCK, true)) {
            byBatch.idle = byBatch::poll;
            byRow.idle = byRow::poll;
            for (int batch = 0; batch < 6; batch++) {
                byBatch.writer.watermark(batch);
                byRow.writer.watermark(batch);
                List<List<Object>> rows = rows(random, fields, types, random.nextInt(300));
                int from = random.nextInt(rows.size() + 1);
                try (VectorSchemaRoot root = shuffled(random, arrow(schema, rows))) {
                    BatchOffer offer = byBatch.producer.offer(root, from);
                    assertEquals(Offer.ACCEPTED, offer.outcome(), "seed=" + seed);
                    assertEquals(rows.size() - from, offer.accepted(), "seed=" + seed);
                }
                rows.subList(from, rows.size()).forEach(row -> write(byRow.producer.row(), row));
                if (random.nextBoolean()) {
                    byBatch.poll();
                    List<Object> single = rows(random, fields, types, 1).getFirst();
                    write(byBatch.producer.row(), single);
                    write(byRow.producer.row(), single);
                }
            }
            assertEquals(byRow.readAll(), byBatch.readAll(), "seed=" + seed);
            assertEquals(byRow.watermarks, byBatch.watermarks, "seed=" + seed);
        }
    }

    @Test
    void rowsThatAreReadMeanwhileKeepTheirBits() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 64, 1 << 10, Overload.FAIL, false);
                VectorSchemaRoot root = sample(20)) {
            for (int from = 19; from >= 0; from -= 6) {
                assertEquals(20 - from, lane.producer.offer(root, from).accepted());
                assertEquals(20 - from, lane.poll());
            }
            List<String> expected = Stream.of(19, 13, 7, 1)
                    .flatMap(from -> IntStream.range(from, 20).mapToObj(LaneArrowTest::words))
                    .toList();
            assertEquals(expected, lane.read);
        }
    }

    @Test
    void failTakesWhatThereIsRoomForAndTheRestCanBeOfferedAgain() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 4, 1 << 10, Overload.FAIL, false);
                VectorSchemaRoot root = sample(20)) {
            BatchOffer offer = lane.producer.offer(root);
            assertOffer(offer, Offer.BACK_PRESSURED, 8, 0, 0, 12);
            assertEquals(12, lane.counters.refusedRows());
            int next = 8;
            while (next < 20) {
                lane.readAll();
                BatchOffer again = lane.producer.offer(root, next);
                assertTrue(again.accepted() > 0);
                next = 20 - again.refused();
            }
            assertEquals(IntStream.range(0, 20).mapToObj(LaneArrowTest::words).toList(), lane.readAll());
            assertEquals(0, lane.counters.droppedRows());
        }
    }

    @Test
    void dropNewestDropsTheRestOfTheBatch() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 4, 1 << 10, Overload.DROP_NEWEST, false);
                VectorSchemaRoot root = sample(20)) {
            assertOffer(lane.producer.offer(root), Offer.DROPPED, 8, 12, 0, 0);
            assertOffer(lane.producer.offer(root, 19), Offer.DROPPED, 0, 1, 0, 0);
            assertEquals(13, lane.counters.droppedRows());
            assertEquals(IntStream.range(0, 8).mapToObj(LaneArrowTest::words).toList(), lane.readAll());
        }
    }

    @Test
    void dropOldestMakesRoomForTheWholeBatch() {
        try (LanePair lane = new LanePair(SCHEMA, 3, 4, 1 << 10, Overload.DROP_OLDEST, false);
                VectorSchemaRoot root = sample(20)) {
            assertOffer(lane.producer.offer(root), Offer.ACCEPTED, 20, 0, 0, 0);
            assertEquals(8, lane.counters.droppedRows());
            assertEquals(IntStream.range(8, 20).mapToObj(LaneArrowTest::words).toList(), lane.readAll());
        }
    }

    @Test
    void aLaneThatClosesMeanwhileRefusesTheRest() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 4, 1 << 10, Overload.BLOCK, false);
                VectorSchemaRoot root = sample(20)) {
            lane.idle = lane.lane::requestClose;
            assertOffer(lane.producer.offer(root), Offer.CLOSED, 8, 0, 0, 12);
            assertOffer(lane.producer.offer(root), Offer.CLOSED, 0, 0, 0, 20);
            assertEquals(0, lane.counters.refusedRows() + lane.counters.droppedRows());
            assertEquals(8, lane.readAll().size());
            assertTrue(lane.reader.drained());
        }
    }

    @Test
    void aWaitThatIsRefusedLeavesNoRowBegun() {
        MullionException refusal = MullionException.misuse("would wait for itself");
        for (int dataBytes : new int[] {12, 1 << 10}) {
            try (LanePair lane = new LanePair(SCHEMA, 2, 4, dataBytes, Overload.BLOCK, false);
                    VectorSchemaRoot root = sample(20)) {
                lane.idle = () -> {
                    throw refusal;
                };
                assertThrows(MullionException.class, () -> lane.producer.offer(root));
                int taken = lane.readAll().size();
                assertTrue(taken > 0 && taken <= 8);
                assertEquals(1, lane.producer.offer(root, 19).accepted());
                assertEquals(words(19), lane.readAll().getLast());
            }
        }
    }

    @Test
    void malformedAndTooLargeTextsAreDeadLettersAndCostNoOtherRow() {
        byte[][] texts = {
            utf8("fine"),
            {'o', 'k', (byte) 0xC3},
            // Whole only together with the row before.
            {(byte) 0xA9, 'x'},
            null,
            utf8("25 bytes, which is a lot!"),
            utf8("ü"),
            {(byte) 0xFF},
            {(byte) 0xFE},
            utf8("last"),
        };
        try (LanePair lane = new LanePair(SCHEMA, 4, 64, 24, Overload.FAIL, false);
                VectorSchemaRoot root = sample(texts.length)) {
            VarCharVector text = (VarCharVector) root.getVector("text");
            for (int row = 0; row < texts.length; row++) {
                if (texts[row] == null) {
                    text.setNull(row);
                } else {
                    text.setSafe(row, texts[row]);
                }
            }
            assertOffer(lane.producer.offer(root), Offer.DEAD_LETTERED, 4, 0, 5, 0);
            assertEquals(
                    List.of(
                            "malformed UTF-8 at byte 2 of column text",
                            "malformed UTF-8 at byte 0 of column text",
                            "value larger than the lane's data area of 24 bytes, it has 25",
                            "malformed UTF-8 at byte 0 of column text",
                            "malformed UTF-8 at byte 0 of column text"),
                    lane.deadLetters.stream().map(DeadLetter::reason).toList());
            assertEquals("25 bytes, which is a lot!", lane.deadLetters.get(2).row());
            assertEquals(
                    List.of("fine", "null", "ü", "last"),
                    lane.readAll().stream()
                            .map(row -> row.replaceAll(".*text=([^,]*),.*", "$1"))
                            .toList());
        }
    }

    @Test
    void decimalsWithTooManyDigitsAreDeadLetters() {
        Schema wide = Schema.of(Field.nullable("d", DataType.decimal(10, 2)));
        String[] numbers = {"1.50", "99999999.99", "100000000.00", null, "-100000000.00", "-99999999.99"};
        try (LanePair lane = new LanePair(wide, 2, 64, 64, Overload.FAIL, false);
                VectorSchemaRoot root = arrow(
                        wide,
                        Stream.of(numbers)
                                .map(number -> Collections.<Object>singletonList(
                                        number == null ? null : new BigDecimal(number)))
                                .toList())) {
            assertOffer(lane.producer.offer(root), Offer.DEAD_LETTERED, 4, 0, 2, 0);
            assertEquals(List.of("{d=1.50}", "{d=99999999.99}", "{d=null}", "{d=-99999999.99}"), lane.readAll());
            assertEquals(
                    List.of("100000000.00", "-100000000.00"),
                    lane.deadLetters.stream().map(DeadLetter::row).toList());
            assertEquals(
                    "value does not fit decimal(10, 2): column=d",
                    lane.deadLetters.getFirst().reason());
        }
    }

    @Test
    void ofManyRowsOfWhichMostAreMalformedTheOthersArrive() {
        int rows = 1000;
        try (LanePair lane = new LanePair(SCHEMA, 2, 2000, 1 << 16, Overload.FAIL, false);
                VectorSchemaRoot root = sample(rows)) {
            VarCharVector text = (VarCharVector) root.getVector("text");
            for (int row = 0; row < rows; row++) {
                text.setSafe(row, row % 100 == 7 ? utf8("fine") : new byte[] {'x', (byte) 0x80});
            }
            assertOffer(lane.producer.offer(root), Offer.DEAD_LETTERED, 10, 0, 990, 0);
            assertEquals(10, lane.readAll().size());
        }
    }

    @Test
    void bytesBehindANullAreNobodysText() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 64, 64, Overload.FAIL, false);
                VectorSchemaRoot root = sample(3)) {
            VarCharVector text = (VarCharVector) root.getVector("text");
            text.setSafe(0, utf8("a"));
            text.setSafe(1, new byte[] {(byte) 0xFF, (byte) 0xFF});
            text.setSafe(2, utf8("c"));
            BitVectorHelper.unsetBit(text.getValidityBuffer(), 1);
            assertOffer(lane.producer.offer(root), Offer.ACCEPTED, 3, 0, 0, 0);
            assertTrue(lane.readAll().get(1).contains("text=null"), lane.read::toString);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnyRow() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 64, 64, Overload.FAIL, false);
                VectorSchemaRoot root = sample(3)) {
            assertMisfit(
                    lane,
                    without(root, "word"),
                    "test, column=word: expected utf8 without nulls, found no column of"
                            + " that name among [id, text, flag]");
            try (IntVector narrow = new IntVector("id", allocator)) {
                narrow.allocateNew(3);
                narrow.setValueCount(3);
                assertMisfit(
                        lane,
                        with(without(root, "id"), narrow),
                        "column=id: expected int64 without nulls, found Int(32, true)");
            }
            try (BigIntVector second = new BigIntVector("id", allocator)) {
                second.setValueCount(3);
                assertMisfit(lane, with(root, second), "column=id: expected int64 without nulls, found two columns");
            }
            try (BigIntVector short1 = new BigIntVector("id", allocator)) {
                short1.setValueCount(2);
                assertMisfit(lane, with(without(root, "id"), short1), "found 2 values in a batch of 3 rows");
            }
            try (VarCharVector coded = new VarCharVector(
                    "word",
                    new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(1, false, null)),
                    allocator)) {
                coded.setValueCount(3);
                assertMisfit(
                        lane,
                        with(without(root, "word"), coded),
                        "column=word: expected utf8 without nulls, found a" + " dictionary");
            }
            ((BigIntVector) root.getVector("id")).setNull(2);
            assertMisfit(lane, root, "column=id: expected int64 without nulls, found a null in row 2");
            assertThrows(IndexOutOfBoundsException.class, () -> lane.producer.offer(root, 4));
            assertThrows(IndexOutOfBoundsException.class, () -> lane.producer.offer(root, -1));
            assertEquals(List.of(), lane.readAll());
            try (VectorSchemaRoot good = sample(2)) {
                assertEquals(2, lane.producer.offer(good).accepted());
            }
            assertEquals(List.of(words(0), words(1)), lane.readAll());
        }
    }

    @Test
    void offsetsThatLieAreRefused() {
        for (int[] offsets : new int[][] {
            {0, 2, 1, 3},
            {0, 1, 2, 1_000_000},
            {-1, 0, 1, 2},
            {0, Integer.MIN_VALUE, Integer.MAX_VALUE, 3},
            {3, 2, 1, 0}
        }) {
            try (LanePair lane = new LanePair(SCHEMA, 2, 64, 64, Overload.FAIL, false);
                    VectorSchemaRoot root = sample(3)) {
                for (int i = 0; i < offsets.length; i++) {
                    root.getVector("text").getOffsetBuffer().setInt(4L * i, offsets[i]);
                }
                assertMisfit(lane, root, "column=text: expected utf8, found offsets that go back or leave the data");
                assertEquals(List.of(), lane.readAll());
                assertEquals(Offer.ACCEPTED, write(lane.producer.row(), Arrays.asList(1L, null, null, "w")));
                assertEquals(List.of("{id=1, text=null, flag=null, word=w}"), lane.readAll());
            }
        }
    }

    @Test
    void offsetsOfOneColumnAreLookedAtThoughAnotherOneIsFull() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 64, 8, Overload.FAIL, false);
                VectorSchemaRoot root = arrow(SCHEMA, List.of(Arrays.asList(1L, "8 bytes!", null, "w")))) {
            assertEquals(1, lane.producer.offer(root).accepted());
            root.getVector("word").getOffsetBuffer().setInt(4, 1_000_000_000);
            assertMisfit(lane, root, "column=word: expected utf8 without nulls, found offsets that go back or leave");
            assertEquals(1, lane.readAll().size());
        }
    }

    @Test
    void aBatchInTheMiddleOfARowOrFromAnotherThreadIsRefused() throws InterruptedException {
        try (LanePair lane = new LanePair(SCHEMA, 2, 64, 64, Overload.FAIL, false);
                VectorSchemaRoot root = sample(3)) {
            RowWriter row = lane.producer.row().setLong(0, 1).setUtf8(3, "w");
            assertMisuse(() -> lane.producer.offer(root), "in the middle of a row");
            assertEquals(Offer.ACCEPTED, row.commit());
            MullionException[] refused = new MullionException[1];
            Thread.ofPlatform()
                    .start(() -> refused[0] = assertThrows(MullionException.class, () -> lane.producer.offer(root)))
                    .join();
            assertEquals(MullionException.Reason.MISUSE, refused[0].reason());
            assertEquals(1, lane.readAll().size());
        }
    }

    @Test
    void anEmptyBatchIsAccepted() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 64, 64, Overload.FAIL, false);
                VectorSchemaRoot root = sample(0)) {
            assertOffer(lane.producer.offer(root), Offer.ACCEPTED, 0, 0, 0, 0);
            assertEquals(0, lane.poll());
        }
    }

    @Test
    void timestampsAreOfTheSameUnitAndOfAnyZone() {
        Schema schema = Schema.of(Field.of("t", DataType.timestamp(TimeUnit.MILLIS)));
        Schema micros = Schema.of(Field.of("t", DataType.timestamp(TimeUnit.MICROS)));
        Schema zoned = Schema.of(Field.of("t", DataType.timestamp(TimeUnit.MILLIS, "Europe/Berlin")));
        try (LanePair lane = new LanePair(schema, 2, 64, 64, Overload.FAIL, false)) {
            try (VectorSchemaRoot root = arrow(micros, List.of(List.of(1L)))) {
                assertMisfit(
                        lane,
                        root,
                        "column=t: expected timestamp(ms, UTC) without nulls, found Timestamp(MICROSECOND, UTC)");
            }
            try (VectorSchemaRoot root = arrow(zoned, List.of(List.of(7L)))) {
                assertEquals(1, lane.producer.offer(root).accepted());
            }
            assertEquals(List.of("{t=7ms}"), lane.readAll());
        }
    }

    /// Rows with numbers, texts of several lengths, flags that alternate, and nulls.
    private VectorSchemaRoot sample(int rows) {
        return arrow(
                SCHEMA, IntStream.range(0, rows).mapToObj(LaneArrowTest::row).toList());
    }

    private static List<Object> row(int id) {
        return Arrays.asList(
                (long) id, id % 3 == 0 ? null : "t" + "é".repeat(id % 5), id % 4 == 0 ? null : id % 2 == 0, "w" + id);
    }

    private static String words(int id) {
        List<Object> row = row(id);
        return "{id=" + id + ", text=" + row.get(1) + ", flag=" + row.get(2) + ", word=" + row.get(3) + "}";
    }

    private VectorSchemaRoot arrow(Schema schema, List<List<Object>> rows) {
        BatchRows view = new BatchRows(schema);
        view.show(batches.of(schema, rows), 0, rows.size());
        try {
            return view.toArrow(allocator);
        } finally {
            view.hide();
        }
    }

    /// The same columns in another order, and one that no input knows.
    private VectorSchemaRoot shuffled(Random random, VectorSchemaRoot root) {
        List<FieldVector> vectors = new ArrayList<>(root.getFieldVectors());
        BitVector further = new BitVector("further", allocator);
        further.setValueCount(root.getRowCount());
        vectors.add(further);
        Collections.shuffle(vectors, random);
        VectorSchemaRoot shuffled = new VectorSchemaRoot(vectors);
        shuffled.setRowCount(root.getRowCount());
        return shuffled;
    }

    private static VectorSchemaRoot without(VectorSchemaRoot root, String column) {
        return counted(
                root,
                root.getFieldVectors().stream()
                        .filter(vector -> !vector.getName().equals(column))
                        .toList());
    }

    private static VectorSchemaRoot with(VectorSchemaRoot root, FieldVector vector) {
        return counted(
                root,
                Stream.concat(root.getFieldVectors().stream(), Stream.of(vector))
                        .toList());
    }

    private static VectorSchemaRoot counted(VectorSchemaRoot like, List<FieldVector> vectors) {
        return new VectorSchemaRoot(vectors.stream().map(FieldVector::getField).toList(), vectors, like.getRowCount());
    }

    private static List<List<Object>> rows(Random random, List<Field> fields, List<TypeSample> types, int count) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            Object[] cells = new Object[fields.size()];
            for (int column = 0; column < cells.length; column++) {
                boolean isNull = fields.get(column).nullable() && random.nextInt(3) == 0;
                cells[column] = isNull ? null : types.get(column).value(random.nextInt(100));
            }
            rows.add(Arrays.asList(cells));
        }
        return rows;
    }

    private static Offer write(RowWriter row, List<Object> cells) {
        for (int column = 0; column < cells.size(); column++) {
            TypeSample.write(row, column, cells.get(column));
        }
        return row.commit();
    }

    private static void assertOffer(
            BatchOffer offer, Offer outcome, int accepted, int dropped, int deadLettered, int refused) {
        assertEquals(
                Map.of(
                        "outcome",
                        outcome,
                        "accepted",
                        accepted,
                        "dropped",
                        dropped,
                        "dead",
                        deadLettered,
                        "refused",
                        refused),
                Map.of(
                        "outcome",
                        offer.outcome(),
                        "accepted",
                        offer.accepted(),
                        "dropped",
                        offer.dropped(),
                        "dead",
                        offer.deadLettered(),
                        "refused",
                        offer.refused()));
    }

    private static void assertMisfit(LanePair lane, VectorSchemaRoot root, String part) {
        assertMisuse(() -> lane.producer.offer(root), part);
    }

    private static void assertMisuse(Executable action, String part) {
        MullionException misuse = assertThrows(MullionException.class, action);
        assertEquals(MullionException.Reason.MISUSE, misuse.reason());
        assertTrue(misuse.getMessage().contains(part), misuse.getMessage());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
