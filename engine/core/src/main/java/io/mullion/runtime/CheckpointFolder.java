package io.mullion.runtime;

import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.States;
import io.mullion.checkpoint.CheckpointStore;
import io.mullion.checkpoint.CheckpointWriter;
import io.mullion.checkpoint.Disk;
import io.mullion.checkpoint.LogSegment;
import io.mullion.checkpoint.StoredCheckpoint;
import io.mullion.checkpoint.StoredTable;
import io.mullion.checkpoint.TableWriter;
import io.mullion.io.TransactionalSink.Prepared;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The checkpoints of a job as they lie on disk: what of a [CheckpointStore] belongs to whom.
///
/// *Shape*: a table `NAME` that was written in checkpoint N is there as `NAME@N`, in that one and in those that refer
/// to it; values and positions are properties. *Thread*: that which starts the job, then that which writes.
final class CheckpointFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final String FINISHED = "finished";
    private static final String POSITION = "position/";
    private static final String VALUE = "value/";
    private static final String OWNER = "owner/";
    private static final String SINK = "sink/";

    private final Checkpoints checkpoints;
    private final CheckpointStore store;
    private final Disk disk = Disk.local();
    /// By the owner of whose state they are a part.
    private final Map<String, InputLog> logs = new HashMap<>();
    /// Null where who asks does it.
    private final ExecutorService writing;

    /// Opens the folder.
    ///
    /// @param account for buffers
    /// @param here whether checkpoints are written by the thread that asks for it, and not by one for that
    CheckpointFolder(Checkpoints checkpoints, MemoryAccount account, boolean here) {
        this.checkpoints = checkpoints;
        store = CheckpointStore.open(checkpoints.folder(), checkpoints.keep(), account, disk);
        store.faults().forEach(fault -> LOG.warn("in {}: {}", checkpoints.folder(), fault));
        writing = here
                ? null
                : Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("mullion-checkpoints").daemon().factory());
    }

    /// Number of the newest that is whole; 0 if there is none.
    long newestEpoch() {
        return store.newest().map(StoredCheckpoint::epoch).orElse(0L);
    }

    /// No checkpoint here has or had this number or a greater one.
    long firstFreeEpoch() {
        return store.lastEpoch() + 1;
    }

    /// Whether the newest is that of a job which had come to its end.
    boolean finished() {
        return store.newest().flatMap(it -> it.property(FINISHED)).isPresent();
    }

    /// @throws MullionException if there are checkpoints
    void requireEmpty() {
        store.newest().ifPresent(newest -> {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "the folder has checkpoints of an earlier job: go on from the newest with restore, or take another"
                            + " folder: folder=" + checkpoints.folder() + ", newest=" + newest.epoch());
        });
        if (hasLog()) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "the folder has a log of an earlier job: go on with restore, or take another folder: folder="
                            + checkpoints.folder());
        }
    }

    /// The logs that are kept beside the checkpoints.
    ///
    /// @throws MullionException if there is one of an input that is not logged
    void log(States states, List<InputLog> logged) {
        states.forEach((name, owner) -> {
            if (owner instanceof JobInput input && input.log() != null) {
                logs.put(name, input.log());
            }
        });
        Set<LogSegment.Log> known = logged.stream().map(InputLog::log).collect(Collectors.toSet());
        for (LogSegment segment : segments()) {
            if (!known.contains(segment.log())) {
                throw new MullionException(
                        Reason.CHECKPOINT,
                        "the folder has a log of an input that is not logged: folder=" + checkpoints.folder()
                                + ", file=" + segment.file());
            }
        }
    }

    /// Whether there is a log.
    boolean hasLog() {
        return !segments().isEmpty();
    }

    private List<LogSegment> segments() {
        try {
            return LogSegment.of(disk.list(checkpoints.folder()));
        } catch (IOException e) {
            throw new MullionException(
                    Reason.CHECKPOINT, "the folder cannot be read: folder=" + checkpoints.folder() + ": " + e, e);
        }
    }

    /// Deletes what of the logs no checkpoint that is kept needs.
    private void deleteLogs() {
        logs.forEach((name, log) -> {
            long needed = store.kept().stream()
                    .mapToLong(kept -> kept.property(VALUE + name + "/" + InputLog.NEXT)
                            .map(Long::parseLong)
                            .orElse(0L))
                    .min()
                    .orElse(0);
            try {
                LogSegment.deleteBefore(log.log(), needed, disk, checkpoints.folder());
            } catch (IOException e) {
                LOG.warn("files of a log cannot be deleted yet: {}", e.toString());
            }
        });
    }

    /// Brings back what the newest checkpoint has.
    ///
    /// @return where sources stand
    /// @throws MullionException if there is none, or it does not fit
    Map<String, String> restore(States states) {
        StoredCheckpoint newest = store.newest()
                .orElseThrow(() -> new MullionException(
                        Reason.CHECKPOINT, "there is no checkpoint to go on from: folder=" + checkpoints.folder()));
        Set<String> known = new HashSet<>();
        states.forEach((name, owner) -> {
            known.add(name);
            restore(newest, name, owner);
        });
        for (String property : newest.properties().keySet()) {
            if (property.startsWith(OWNER) && !known.contains(property.substring(OWNER.length()))) {
                throw unfit("has state that the pipeline has no use for", property.substring(OWNER.length()));
            }
        }
        for (int i = 0; i < states.sinks().size(); i++) {
            int number = i;
            String state = newest.property(SINK + i).orElseThrow(() -> unfit("has nothing of", "sink " + number));
            states.sinks().get(i).restore(newest.epoch(), state);
        }
        Map<String, String> positions = new HashMap<>();
        newest.properties().forEach((name, value) -> {
            if (name.startsWith(POSITION)) {
                positions.put(name.substring(POSITION.length()), value);
            }
        });
        return positions;
    }

    private void restore(StoredCheckpoint newest, String name, Stateful owner) {
        if (newest.property(OWNER + name).isEmpty()) {
            throw unfit("has no state of", name);
        }
        try {
            owner.readFrom(new SavedState(store, newest, name, VALUE + name + "/"));
            owner.restored();
        } catch (MullionException e) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "the checkpoint does not fit the pipeline: folder=" + checkpoints.folder() + ", checkpoint="
                            + newest.epoch() + ", " + name + ": " + e.getMessage(),
                    e);
        }
    }

    private MullionException unfit(String what, String name) {
        return new MullionException(
                Reason.CHECKPOINT,
                "the checkpoint does not fit the pipeline: folder=" + checkpoints.folder() + ", it " + what + ": "
                        + name);
    }

    /// Has something done by the thread that writes.
    void execute(Runnable action) {
        if (writing == null) {
            action.run();
        } else {
            writing.execute(action);
        }
    }

    /// Writes a checkpoint. *Thread*: that which writes.
    ///
    /// @param finished whether the job has come to its end
    /// @param positions of sources
    /// @return bytes written
    long write(
            long epoch,
            boolean finished,
            Map<String, String> positions,
            Map<String, StateWriter> owners,
            List<Prepared> sinks) {
        List<StoredTable> earlier = store.newest().map(StoredCheckpoint::tables).orElse(List.of());
        long bytes = 0;
        try (CheckpointWriter writer = store.begin(epoch)) {
            if (finished) {
                writer.property(FINISHED, "");
            }
            positions.forEach((source, position) -> writer.property(POSITION + source, position));
            for (int i = 0; i < sinks.size(); i++) {
                writer.property(SINK + i, sinks.get(i).state());
            }
            for (Map.Entry<String, StateWriter> owner : owners.entrySet()) {
                bytes += write(writer, owner.getKey(), owner.getValue(), earlier);
            }
            writer.finish();
        }
        deleteLogs();
        return bytes;
    }

    private static long write(CheckpointWriter writer, String name, StateWriter owner, List<StoredTable> earlier) {
        writer.property(OWNER + name, "");
        owner.values().forEach((value, text) -> writer.property(VALUE + name + "/" + value, text));
        for (StateWriter.Reference reference : owner.references()) {
            String table = SavedState.tableName(reference.table(), reference.epoch());
            // Not there if it had no rows.
            earlier.stream()
                    .filter(it -> it.owner().equals(name) && it.name().equals(table))
                    .forEach(it -> writer.reference(name, table, it));
        }
        long bytes = 0;
        for (StateTable table : owner.tables()) {
            List<StateTable.Piece> pieces = table.pieces();
            if (!pieces.isEmpty()) {
                TableWriter rows =
                        writer.table(name, SavedState.tableName(table.name(), writer.epoch()), table.schema());
                pieces.forEach(piece -> rows.append(piece.batch(), piece.rows()));
                bytes += rows.end().bytes();
            }
        }
        return bytes;
    }

    /// Waits for what is being written, and lets others have the folder.
    @Override
    public void close() {
        if (writing != null) {
            writing.shutdown();
            boolean interrupted = false;
            boolean over = false;
            while (!over) {
                try {
                    over = writing.awaitTermination(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        store.close();
    }
}
