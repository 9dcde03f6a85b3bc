package io.mullion.keyed;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.StateCells;
import java.util.function.Consumer;

/// Collects rows that belong to keys, and hands them on in batches: the time, if the rows have one, the columns of the
/// key, then those of what was made.
///
/// The keys are written when a batch is handed on, so groups must stay until then.
/// *Thread*: the worker. *Ownership*: its batch belongs to the job.
final class KeyedOutput {
    private final String name;
    private final KeyedGroups groups;
    private final int firstKey;
    private final int firstMade;
    private final long timeLag;
    private final Consumer<DeadLetter> deadLetters;
    private final Operator next;
    private final Batch batch;
    private final int columnCount;
    private final boolean variableSize;
    private final OffHeapArray groupIds;
    private int count;
    private boolean unflushed;

    /// @param out the columns: a time if `firstKey` is 1, those of the key, what is made
    KeyedOutput(
            KeyedColumns columns,
            Schema out,
            int firstKey,
            KeyedGroups groups,
            OperatorContext context,
            MemoryAccount account,
            Operator next) {
        this.name = columns.name();
        this.groups = groups;
        this.firstKey = firstKey;
        this.firstMade = firstKey + columns.key().size();
        this.timeLag = columns.timeLag();
        this.deadLetters = context.deadLetters();
        this.next = next;
        batch = context.batch(out, account);
        batch.clear();
        columnCount = out.size();
        variableSize = out.fields().stream().anyMatch(field -> !field.type().fixedWidth());
        groupIds = context.scope().own(new OffHeapArray(account, 4L * batch.capacity()));
    }

    /// Adds a row of a key. One that is too large becomes a dead letter.
    ///
    /// @param time of the row, where rows have one
    void add(StateCells made, int group, long time) {
        if (count == batch.capacity() || !fits(made)) {
            handOn();
            if (!fits(made)) {
                refuse("row larger than a batch's data area of " + batch.dataBytes() + " bytes", group);
                return;
            }
        }
        if (firstKey > 0) {
            RawMemory.putLong(
                    batch.writable().address(0, ColumnAddresses.DATA) + 8L * count,
                    time == Long.MAX_VALUE ? time : time + timeLag);
        }
        for (int column = firstMade; column < columnCount; column++) {
            made.write(column - firstMade, batch, column, count);
        }
        RawMemory.putInt(groupIds.address() + 4L * count, group);
        count++;
    }

    /// A row of a key cannot be stated.
    void refuse(String reason, int group) {
        deadLetters.accept(new DeadLetter(name, reason, "key " + groups.keyText(group)));
    }

    /// Hands on what there is: in one piece, or, where the keys do not fit into the batch's data area together, in
    /// several.
    void handOn() {
        int done = 0;
        while (done < count) {
            int piece = groups.table.writeKeys(
                    groupIds.address() + 4L * done, count - done, batch.writable(), firstKey, done);
            next.process(batch.readableRows(done + piece), 0, done, done + piece);
            done += piece;
            unflushed = true;
        }
        if (count > 0) {
            batch.clear();
            count = 0;
        }
    }

    /// Hands on what there is, and says that what was handed on belongs together.
    void flush() {
        handOn();
        if (unflushed) {
            unflushed = false;
            next.flush();
        }
    }

    private boolean fits(StateCells made) {
        for (int column = firstMade; variableSize && column < columnCount; column++) {
            if (!made.fits(column - firstMade, batch, column, count)) {
                return false;
            }
        }
        return true;
    }
}
