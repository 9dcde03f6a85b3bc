package io.mullion.checkpoint;

import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A folder of checkpoints, locked while the store is open.
///
/// A checkpoint is whole when its manifest has its final name: before that everything it mentions was forced to the
/// disk. What is found when the folder is opened is believed only if all checksums are right; of a checkpoint that is
/// not whole [#faults] tells what is wrong with it, and the one before it is used. *Thread*: one at a time.
public final class CheckpointStore implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final Pattern MANIFEST = Pattern.compile("checkpoint-(\\d{1,18})\\.manifest");
    /// Epoch, number, and words for people.
    private static final Pattern TABLE = Pattern.compile("\\d{1,18}-(\\d{1,18})-[\\w.-]*\\.arrow");

    private static final Pattern UNFINISHED = Pattern.compile("\\d{1,18}-(\\d{1,18})\\.unfinished");
    private static final Pattern NOT_FOR_FILES = Pattern.compile("[^a-zA-Z0-9_]+");
    private static final int MOST_NAME = 40;

    private final Path folder;
    private final int keep;
    private final MemoryAccount account;
    private final Disk disk;
    /// Oldest first.
    private final Deque<StoredCheckpoint> kept = new ArrayDeque<>();

    private final List<String> faults = new ArrayList<>();
    private final List<String> leftovers = new ArrayList<>();
    private Closeable lock;
    /// The greatest that any checkpoint here has or had.
    private long lastEpoch;
    /// The greatest in the name of any file: no name is used twice.
    private long lastNumber;

    private CheckpointWriter writer;

    private CheckpointStore(Path folder, int keep, MemoryAccount account, Disk disk) {
        this.folder = folder;
        this.keep = keep;
        this.account = account;
        this.disk = disk;
    }

    /// Opens a folder, which is made if it is not there, and finds the newest whole checkpoint. Nothing is changed
    /// before the first [#begin].
    ///
    /// @param keep how many checkpoints to keep, at least 1; the one before is of use where the newest turns out to be
    /// damaged
    /// @param account for buffers off the heap
    /// @throws MullionException `CHECKPOINT` if the folder cannot be used, somebody else uses it, it has checkpoints of
    /// a later format, or has checkpoints of which none is whole
    public static CheckpointStore open(Path folder, int keep, MemoryAccount account, Disk disk) {
        if (keep < 1) {
            throw MullionException.misuse("a store keeps one checkpoint at least: keep=" + keep);
        }
        CheckpointStore store = new CheckpointStore(folder, keep, account, disk);
        try {
            disk.createFolder(folder);
            store.lock = disk.lock(folder.resolve(LOCK));
            store.look();
            return store;
        } catch (IOException e) {
            store.close();
            throw store.failure("the folder of checkpoints cannot be used", e);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /// The newest whole checkpoint; empty if there never was one.
    public Optional<StoredCheckpoint> newest() {
        return Optional.ofNullable(kept.peekLast());
    }

    /// Those that may be gone on from, oldest first.
    public List<StoredCheckpoint> kept() {
        return List.copyOf(kept);
    }

    /// What was found wrong when the folder was opened, newest first: a line for each file and checkpoint. Of
    /// checkpoints before the newest whole one only the manifests were looked at.
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /// The greatest epoch of all checkpoints, also of those that were not whole or not finished; 0 if there were none.
    public long lastEpoch() {
        return lastEpoch;
    }

    /// Files that should have been deleted and could not be, with the reason; it is tried again with each checkpoint.
    public List<String> leftovers() {
        return List.copyOf(leftovers);
    }

    /// Begins a checkpoint, which follows on the newest one. Files that belong to no whole checkpoint are deleted:
    /// those of one that was not finished, and those that were at fault.
    ///
    /// @param epoch greater than [#lastEpoch]
    public CheckpointWriter begin(long epoch) {
        if (lock == null) {
            throw MullionException.misuse("the store is closed: folder=" + folder);
        }
        if (writer != null) {
            throw MullionException.misuse(
                    "a checkpoint is being written: epoch=" + writer.epoch() + ", wanted=" + epoch);
        }
        if (epoch <= lastEpoch) {
            throw MullionException.misuse("epochs rise: epoch=" + epoch + ", last=" + lastEpoch);
        }
        try {
            // A manifest that stays could be found whole some day, and be of a past that was not gone on from.
            for (String name : disk.list(folder)) {
                if (MANIFEST.matcher(name).matches() && !keptFiles().contains(name)) {
                    disk.delete(folder.resolve(name));
                }
            }
        } catch (IOException e) {
            throw failure("a checkpoint cannot be begun: epoch=" + epoch, e);
        }
        sweep();
        lastEpoch = epoch;
        writer = new CheckpointWriter(this, disk, folder, account, epoch);
        return writer;
    }

    /// Reads a table of a checkpoint that is kept.
    public TableReader read(StoredTable table) {
        requireKept(table);
        return new TableReader(disk, folder.resolve(table.file()), table, account);
    }

    void requireKept(StoredTable table) {
        boolean there = kept.stream()
                .flatMap(checkpoint -> checkpoint.tables().stream())
                .anyMatch(other -> other.file().equals(table.file()));
        if (!there) {
            throw MullionException.misuse("the table is of no checkpoint that is kept: " + table);
        }
    }

    String freshTableName(long epoch, String owner, String name) {
        return epoch + "-" + ++lastNumber + "-" + forFiles(owner) + "." + forFiles(name) + ".arrow";
    }

    String freshManifestName(long epoch) {
        return epoch + "-" + ++lastNumber + ".unfinished";
    }

    static String manifestName(long epoch) {
        return "checkpoint-" + epoch + ".manifest";
    }

    void finished(StoredCheckpoint checkpoint) {
        writer = null;
        kept.addLast(checkpoint);
        while (kept.size() > keep) {
            kept.removeFirst();
        }
        sweep();
    }

    void abandoned() {
        writer = null;
    }

    private void look() throws IOException {
        List<Long> epochs = new ArrayList<>();
        for (String name : disk.list(folder)) {
            Matcher manifest = MANIFEST.matcher(name);
            if (manifest.matches()) {
                epochs.add(Long.parseLong(manifest.group(1)));
            }
            for (Pattern pattern : List.of(TABLE, UNFINISHED)) {
                Matcher numbered = pattern.matcher(name);
                lastNumber = numbered.matches() ? Math.max(lastNumber, Long.parseLong(numbered.group(1))) : lastNumber;
            }
        }
        epochs.sort(Collections.reverseOrder());
        lastEpoch = epochs.isEmpty() ? 0 : epochs.getFirst();
        Map<String, Optional<String>> looked = new HashMap<>();
        for (long epoch : epochs) {
            StoredCheckpoint checkpoint = manifest(epoch);
            // Those before the newest whole one are looked at when they are needed.
            if (checkpoint != null && (!kept.isEmpty() || whole(checkpoint, looked))) {
                kept.addFirst(checkpoint);
            }
        }
        if (kept.isEmpty() && !epochs.isEmpty()) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "no checkpoint of the folder can be used: folder=" + folder
                            + "; to start anew take another folder: " + String.join("; ", faults));
        }
    }

    /// Null if it is at fault.
    private StoredCheckpoint manifest(long epoch) {
        String name = manifestName(epoch);
        try {
            StoredCheckpoint checkpoint = Manifest.decode(contents(name));
            if (checkpoint.epoch() != epoch) {
                throw new IOException("it is of another epoch: " + checkpoint.epoch());
            }
            for (StoredTable table : checkpoint.tables()) {
                if (!TABLE.matcher(table.file()).matches()) {
                    throw new IOException("it mentions a file that is none of its own: " + table.file());
                }
            }
            return checkpoint;
        } catch (IOException e) {
            faults.add(name + ": " + e.getMessage());
            return null;
        } catch (MullionException e) {
            throw new MullionException(e.reason(), folder.resolve(name) + ": " + e.getMessage(), e);
        }
    }

    private byte[] contents(String name) throws IOException {
        try (Disk.Input file = disk.open(folder.resolve(name))) {
            byte[] bytes = new byte[Math.toIntExact(file.size())];
            file.read(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    /// @param looked what was found out about files before
    private boolean whole(StoredCheckpoint checkpoint, Map<String, Optional<String>> looked) {
        boolean whole = true;
        try (FileChecksum checksum = new FileChecksum(account)) {
            for (StoredTable table : checkpoint.tables()) {
                Optional<String> fault = looked.computeIfAbsent(table.file(), _ -> fault(table, checksum));
                if (fault.isPresent()) {
                    whole = false;
                    faults.add(manifestName(checkpoint.epoch()) + ": " + table.title() + " in " + table.file() + ": "
                            + fault.get());
                }
            }
        }
        return whole;
    }

    private Optional<String> fault(StoredTable table, FileChecksum checksum) {
        try (Disk.Input file = disk.open(folder.resolve(table.file()))) {
            if (file.size() != table.bytes()) {
                return Optional.of("it is torn: bytes=" + file.size() + ", expected=" + table.bytes());
            }
            return checksum.of(file, table.bytes()) == table.crc32c()
                    ? Optional.empty()
                    : Optional.of("it is corrupt: its checksum is another one");
        } catch (IOException e) {
            return Optional.of("it cannot be read: " + e);
        }
    }

    /// Deletes what no checkpoint that is kept mentions; manifests first, so that none mentions what is gone.
    private void sweep() {
        leftovers.clear();
        Set<String> needed = keptFiles();
        try {
            List<String> names = disk.list(folder);
            for (Pattern pattern : List.of(MANIFEST, UNFINISHED, TABLE)) {
                for (String name : names) {
                    if (pattern.matcher(name).matches() && !needed.contains(name)) {
                        delete(name);
                    }
                }
            }
        } catch (IOException e) {
            leftovers.add(folder + ": " + e);
        }
    }

    private void delete(String name) {
        try {
            disk.delete(folder.resolve(name));
        } catch (IOException e) {
            leftovers.add(name + ": " + e);
        }
    }

    private Set<String> keptFiles() {
        Set<String> files = new HashSet<>();
        for (StoredCheckpoint checkpoint : kept) {
            files.add(manifestName(checkpoint.epoch()));
            checkpoint.tables().forEach(table -> files.add(table.file()));
        }
        return files;
    }

    private static String forFiles(String name) {
        String plain = NOT_FOR_FILES.matcher(name).replaceAll("_");
        return plain.substring(0, Math.min(plain.length(), MOST_NAME));
    }

    private MullionException failure(String what, IOException e) {
        return new MullionException(Reason.CHECKPOINT, what + ": folder=" + folder + ": " + e, e);
    }

    /// Gives up a checkpoint that is being written, and lets others have the folder.
    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
        if (lock != null) {
            Closeable held = lock;
            lock = null;
            try {
                held.close();
            } catch (IOException e) {
                throw failure("the folder of checkpoints cannot be unlocked", e);
            }
        }
    }
}
