package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;

/// What a routine is called with: a text that ends where its memory ends, and a scratch.
public final class RoutineMemory implements AutoCloseable {
    private static final int ROOM = 8192;
    private static final int SCRATCH = 1024;

    private final TestMemory memory = new TestMemory();
    private final long end = memory.allocate(ROOM, 8) + ROOM;
    private final long room = memory.allocate(SCRATCH, 64);

    public final Scratch scratch = new Scratch();
    public long address = end;
    public int length;

    public RoutineMemory() {
        scratch.use(room, SCRATCH);
    }

    /// Sets [#address] and [#length], and frees the scratch.
    public RoutineMemory put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        address = end - bytes.length;
        length = bytes.length;
        RawMemory.copy(bytes, 0, address, length);
        scratch.nextRow(0);
        return this;
    }

    /// A scratch with room for this many bytes.
    public Scratch scratchOf(int bytes) {
        Scratch small = new Scratch();
        small.use(room, bytes);
        return small;
    }

    /// The text that a routine made; nothing more of the scratch is taken.
    public String taken(long at) {
        assertNull(scratch.failure);
        assertEquals(at + scratch.second, scratch.take(0), "the end of the text is the end of what is taken");
        String text = Utf8.decode(at, (int) scratch.second);
        scratch.nextRow(0);
        return text;
    }

    /// What failed, forgotten.
    public Failure failure() {
        return scratch.takeFailure();
    }

    @Override
    public void close() {
        memory.close();
    }
}
