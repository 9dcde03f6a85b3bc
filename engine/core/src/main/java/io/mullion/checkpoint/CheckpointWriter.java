package io.mullion.checkpoint;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Writes one checkpoint: tables, references to tables of earlier checkpoints, and properties; [#finish] makes it
/// whole, and before that it is nothing.
///
/// *Failure*: whatever throws, the checkpoints before are as they were, and the store may begin the next one once this
/// is closed. *Thread*: one at a time; it may be another one than the store was opened by.
public final class CheckpointWriter implements AutoCloseable {
    /// Files that are open because they wait to be forced together.
    private static final int MOST_UNFORCED = 64;

    private final CheckpointStore store;
    private final Disk disk;
    private final Path folder;
    private final MemoryAccount account;
    private final long epoch;
    private final TreeMap<String, String> properties = new TreeMap<>();
    private final List<StoredTable> tables = new ArrayList<>();
    private final Set<String> titles = new HashSet<>();
    private final List<TableWriter> writing = new ArrayList<>();
    private final List<Disk.Output> unforced = new ArrayList<>();
    private final List<Path> created = new ArrayList<>();
    private boolean failed;
    private boolean over;
    /// From then on it is not known whether the checkpoint is there.
    private boolean renaming;

    CheckpointWriter(CheckpointStore store, Disk disk, Path folder, MemoryAccount account, long epoch) {
        this.store = store;
        this.disk = disk;
        this.folder = folder;
        this.account = account;
        this.epoch = epoch;
    }

    public long epoch() {
        return epoch;
    }

    /// Begins a table. Owner and name together are its own within the checkpoint.
    ///
    /// @param schema all types but lists
    public TableWriter table(String owner, String name, Schema schema) {
        requireOpen();
        String file = store.freshTableName(epoch, owner, name);
        StoredTable named = new StoredTable(owner, name, file, 0, 0, 0);
        requireNewTitle(named);
        try {
            makeRoom();
            Disk.Output output = create(file);
            TableWriter table = new TableWriter(this, named, output, schema, account);
            writing.add(table);
            return table;
        } catch (IOException e) {
            throw failure(file, e);
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        }
    }

    /// Says that a table is as an earlier checkpoint has it, under a name that may be another one: it is not written
    /// again.
    ///
    /// @param table of a checkpoint that is kept: of the newest one always
    public void reference(String owner, String name, StoredTable table) {
        requireOpen();
        store.requireKept(table);
        StoredTable named = table.named(owner, name);
        requireNewTitle(named);
        tables.add(named);
    }

    /// Keeps a small text; what was given that name before is replaced.
    public void property(String name, String value) {
        requireOpen();
        properties.put(name, value);
    }

    /// Makes the checkpoint whole and the newest one, and deletes what is not needed any more.
    public StoredCheckpoint finish() {
        requireOpen();
        if (!writing.isEmpty()) {
            throw MullionException.misuse("tables that have not ended: epoch=" + epoch + ", tables=" + writing.size());
        }
        StoredCheckpoint checkpoint = new StoredCheckpoint(epoch, properties, tables);
        String unfinished = store.freshManifestName(epoch);
        try {
            makeRoom();
            create(unfinished).write(ByteBuffer.wrap(Manifest.encode(checkpoint)));
            force();
            // The names of the files must be there before the manifest that mentions them has its own.
            disk.forceFolder(folder);
            renaming = true;
            disk.rename(folder.resolve(unfinished), folder.resolve(CheckpointStore.manifestName(epoch)));
            disk.forceFolder(folder);
        } catch (IOException e) {
            throw failure(unfinished, e);
        }
        over = true;
        store.finished(checkpoint);
        return checkpoint;
    }

    /// Gives up what was not finished: its files are deleted, those that cannot be when the next checkpoint begins.
    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        writing.forEach(TableWriter::close);
        for (Disk.Output file : unforced) {
            attempt(file::close);
        }
        if (!renaming) {
            for (Path file : created) {
                attempt(() -> disk.delete(file));
            }
        }
        store.abandoned();
    }

    void ended(TableWriter table, StoredTable stored) {
        writing.remove(table);
        tables.add(stored);
    }

    MullionException failure(String file, IOException e) {
        failed = true;
        return new MullionException(
                Reason.CHECKPOINT,
                "a checkpoint cannot be written: epoch=" + epoch + ", file=" + folder.resolve(file) + ": " + e,
                e);
    }

    void requireOpen() {
        if (over || failed) {
            throw MullionException.misuse("the checkpoint " + (over ? "is over" : "has failed") + ": epoch=" + epoch);
        }
    }

    private void requireNewTitle(StoredTable table) {
        if (!titles.add(table.owner() + "\0" + table.name())) {
            throw MullionException.misuse("a checkpoint has one table of a name: " + table.title());
        }
    }

    private Disk.Output create(String name) throws IOException {
        Path file = folder.resolve(name);
        created.add(file);
        Disk.Output output = disk.create(file);
        unforced.add(output);
        return output;
    }

    /// Of very many tables not all are open at the same time.
    private void makeRoom() throws IOException {
        if (unforced.size() - writing.size() >= MOST_UNFORCED) {
            force();
        }
    }

    private void force() throws IOException {
        disk.force(List.copyOf(unforced));
        for (Disk.Output file : List.copyOf(unforced)) {
            unforced.remove(file);
            file.close();
        }
    }

    /// What fails here leaves a file that nothing mentions.
    private static void attempt(FileCall call) {
        try {
            call.run();
        } catch (IOException e) {
            // Looked for, and deleted, when the next checkpoint begins.
        }
    }

    private interface FileCall {
        void run() throws IOException;
    }
}
