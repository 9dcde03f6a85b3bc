package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.KeyAddresses;
import io.mullion.codegen.KeyKernel;
import io.mullion.codegen.KeyLayout;
import io.mullion.codegen.Keys;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TextKey;

/// Group ids for keys of any columns. A generated kernel looks keys up; what is new comes here and is entered.
///
/// *Shape*: slots and keys as [KeyLayout] has them; the bytes of texts lie in chunks and are moved only to give back
/// chunks of which little is left, while no kernel runs.
public final class KeyTable implements GroupTable {
    /// Keys looked at for texts to move, for each group that comes or goes while chunks are wasteful.
    private static final int SWEEP = 4;
    /// Rows whose slots are touched at once.
    private static final int TOUCHED = 512;

    private final KeyKernel kernel;
    private final KeyLayout layout;
    private final KeyHash hashes;
    /// Whether the key is kept in its slot, where there is no room for null.
    private final boolean nullBeside;

    private final KeyWriter writer;
    private final GroupArray keys;
    private final TextChunks texts;
    private final KeyAddresses addresses = new KeyAddresses();
    private final GroupIds ids = new GroupIds();
    private final OffHeapArray newGroups;
    /// Addresses of slots that are touched.
    private final OffHeapArray homes;

    private int newCount;
    private Slots slots;
    /// Null where keys are no integers.
    private final DirectIds direct;

    private int swept;
    /// Means nothing.
    private long touched;

    KeyTable(Keys compiled, MemoryAccount account) {
        this(compiled, account, Slots.SEGMENT_BITS);
    }

    /// @param segmentBits as [Slots] has it: few for tests
    KeyTable(Keys compiled, MemoryAccount account, int segmentBits) {
        kernel = compiled.find().kernel();
        layout = compiled.layout();
        hashes = new KeyHash(layout);
        nullBeside = layout.inSlot() && layout.nullable();
        writer = new KeyWriter(layout);
        texts = new TextChunks(account);
        newGroups = new OffHeapArray(account);
        homes = new OffHeapArray(account);
        keys = new GroupArray(account, layout.keyBytes(), (byte) 0);
        direct = layout.direct() ? new DirectIds(account, addresses) : null;
        slots = new Slots(account, layout, segmentBits, addresses);
    }

    @Override
    public void lookUp(ColumnAddresses in, long active, int from, int to, long groupIds) {
        lookUp(kernel, layout, in, active, from, to, groupIds);
    }

    @Override
    public void lookUp(Keys by, ColumnAddresses in, long active, int from, int to, long groupIds) {
        lookUp(by.find().kernel(), by.layout(), in, active, from, to, groupIds);
    }

    /// @param of says which columns of the input the key is
    private void lookUp(
            KeyKernel kernel, KeyLayout of, ColumnAddresses in, long active, int from, int to, long groupIds) {
        newCount = 0;
        for (int done = from; done < to; ) {
            int end = touch(kernel, in, active, done, to);
            int position = kernel.find(in, active, done, end, addresses, groupIds);
            while (position < end) {
                int row = Selection.row(active, position);
                RawMemory.putInt(groupIds + 4L * row, enter(kernel, of, in, row));
                position = kernel.find(in, active, position + 1, end, addresses, groupIds);
            }
            done = end;
        }
    }

    @Override
    public void find(Keys by, ColumnAddresses in, long active, int from, int to, long groupIds) {
        KeyKernel finding = by.find().kernel();
        for (int done = from; done < to; ) {
            int end = touch(finding, in, active, done, to);
            int position = finding.find(in, active, done, end, addresses, groupIds);
            while (position < end) {
                RawMemory.putInt(groupIds + 4L * Selection.row(active, position), -1);
                position = finding.find(in, active, position + 1, end, addresses, groupIds);
            }
            done = end;
        }
    }

    /// @return up to where slots are near, or in a table that the cache holds
    private int touch(KeyKernel kernel, ColumnAddresses in, long active, int from, int to) {
        if (addresses.segmentMask == 0) {
            return to;
        }
        int end = Math.min(to, from + TOUCHED);
        homes.ensure(8L * TOUCHED);
        kernel.home(in, active, from, end, addresses, homes.address() - 8L * from);
        touched += Touch.all(homes.address(), end - from);
        return end;
    }

    @Override
    public int groupCount() {
        return ids.limit();
    }

    @Override
    public int liveGroups() {
        return ids.count();
    }

    @Override
    public boolean has(int group) {
        return !ids.isFree(group);
    }

    @Override
    public int newGroupCount() {
        return newCount;
    }

    @Override
    public long newGroups() {
        return newGroups.address();
    }

    @Override
    public int writeKeys(long groupIds, int count, ColumnAddresses out, int firstColumn, int outRow) {
        return writer.write(keys.pages(), groupIds, count, out, firstColumn, outRow, addresses.nullGroup - 1);
    }

    @Override
    public void free(int group) {
        long key = keys.at(group);
        if (group == addresses.nullGroup - 1) {
            addresses.nullGroup = 0;
        } else {
            slots.remove(hashes.of(key), group);
            if (direct != null) {
                direct.remove(RawMemory.getLong(key));
            }
        }
        forgetTexts(key);
        ids.give(group);
        keys.trim(ids.limit());
        sweepTexts();
    }

    /// Gives the key of a row, which is new, a group.
    private int enter(KeyKernel kernel, KeyLayout of, ColumnAddresses in, int row) {
        GroupTable.requireRoom(ids.count());
        sweepTexts();
        int group = ids.take();
        keys.ensure(group + 1);
        addresses.keyPages = keys.pages();
        long key = keys.at(group);
        long hash = kernel.store(in, row, key);
        keepTexts(key);
        if (nullBeside && isNull(of, in, row)) {
            addresses.nullGroup = group + 1;
        } else {
            slots.enter(hash, group, RawMemory.getLong(key));
            if (direct != null) {
                direct.enter(RawMemory.getLong(key), group);
            }
        }
        newGroups.ensure(4L * (newCount + 1));
        RawMemory.putInt(newGroups.address() + 4L * newCount, group);
        newCount++;
        return group;
    }

    private void keepTexts(long key) {
        for (int column = 0; column < layout.columns().size(); column++) {
            if (layout.text(column)) {
                long text = key + layout.offset(column);
                int length = RawMemory.getInt(key + layout.lengthOffset(column));
                if (length > TextKey.INLINE_BYTES) {
                    RawMemory.putLong(text, texts.keep(RawMemory.getLong(text), length));
                }
            }
        }
    }

    private void forgetTexts(long key) {
        for (int column = 0; column < layout.columns().size(); column++) {
            if (layout.text(column)) {
                int length = RawMemory.getInt(key + layout.lengthOffset(column));
                if (length > TextKey.INLINE_BYTES) {
                    texts.forget(RawMemory.getLong(key + layout.offset(column)), length);
                }
            }
        }
    }

    /// Moves the texts of some keys out of sparse chunks, so that those can be given back.
    private void sweepTexts() {
        for (int i = 0; i < SWEEP && texts.wasteful(); i++) {
            if (swept >= ids.limit()) {
                swept = 0;
            }
            if (!ids.isFree(swept)) {
                moveTexts(keys.at(swept));
            }
            swept++;
        }
    }

    private void moveTexts(long key) {
        for (int column = 0; column < layout.columns().size(); column++) {
            if (layout.text(column)) {
                long at = key + layout.offset(column);
                long text = RawMemory.getLong(at);
                int length = RawMemory.getInt(key + layout.lengthOffset(column));
                if (length > TextKey.INLINE_BYTES && texts.sparse(text)) {
                    RawMemory.putLong(at, texts.keep(text, length));
                    texts.forget(text, length);
                }
            }
        }
    }

    private static boolean isNull(KeyLayout of, ColumnAddresses in, int row) {
        return !Bitmap.get(in.address(of.indices().getFirst(), ColumnAddresses.VALIDITY), row);
    }

    @Override
    public void close() {
        if (slots != null) {
            slots.close();
            slots = null;
            if (direct != null) {
                direct.close();
            }
            keys.close();
            texts.close();
            newGroups.close();
            homes.close();
        }
    }
}
