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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The checkpoints of a job as they lie on disk: what of a [CheckpointStore] belongs to whom.
///
/// *Shape*: a table `NAME` that was written in checkpoint N is there as `NAME@N`, in that one and in those that refer
/// to it; values and positions are properties. Of an owner that several workers have a part of, the first one's is
/// there under its name, and those of the others as `worker 1: NAME`. *Thread*: that which starts the job, then that
/// which writes.
final class CheckpointFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final String FINISHED = "finished";
    private static final String POSITION = "position/";
    private static final String VALUE = "value/";
    private static final String OWNER = "owner/";
    private static final String SINK = "sink/";
    private static final String WORKERS = "workers";

    private final Checkpoints checkpoints;
    private final CheckpointStore store;
    private final List<String> notices = new ArrayList<>();
    private final Disk disk = Disk.local();
    /// By the owner of whose state they are a part.
    private final Map<String, LogSegment.Log> logs = new HashMap<>();
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
    void log(States states, Collection<LoggedInput> logged) {
        states.forEach((name, owner) -> {
            if (owner instanceof JobInput input && input.log() != null) {
                logs.put(name, input.log().log().log());
            }
        });
        Set<LogSegment.Log> known = logged.stream().map(LoggedInput::log).collect(Collectors.toSet());
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
                    .mapToLong(kept -> neededOfLog(kept, name))
                    .min()
                    .orElse(0);
            try {
                LogSegment.deleteBefore(log, needed, disk, checkpoints.folder());
            } catch (IOException e) {
                LOG.warn("files of a log cannot be deleted yet: {}", e.toString());
            }
        });
    }

    /// Number of the first record that any of the workers needs with a checkpoint.
    private static long neededOfLog(StoredCheckpoint kept, String name) {
        return IntStream.range(0, writers(kept))
                .mapToLong(worker -> kept.property(VALUE + new Part(name, worker) + "/" + InputLog.NEXT)
                        .map(Long::parseLong)
                        .orElse(0L))
                .min()
                .orElse(0);
    }

    /// How many workers have written a checkpoint.
    private static int writers(StoredCheckpoint checkpoint) {
        return checkpoint.property(WORKERS).map(Integer::parseInt).orElse(1);
    }

    /// A part of the state of an owner: that which a worker has.
    record Part(String name, int worker) {
        /// Under which it is stored.
        @Override
        public String toString() {
            return worker == 0 ? name : "worker " + worker + ": " + name;
        }
    }

    /// Brings back what the newest checkpoint has, however many workers have written it.
    ///
    /// @param states of each worker
    /// @return where sources stand
    /// @throws MullionException if there is none, or it does not fit
    Map<String, String> restore(List<States> states) {
        StoredCheckpoint newest = store.newest()
                .orElseThrow(() -> new MullionException(
                        Reason.CHECKPOINT, "there is no checkpoint to go on from: folder=" + checkpoints.folder()));
        int writers = writers(newest);
        requireSuccession(newest, states.getFirst());
        for (int worker = 0; worker < states.size(); worker++) {
            States own = states.get(worker);
            int number = worker;
            own.forEach((name, owner) -> {
                SavedState.Share share =
                        own.everywhere(name) ? new SavedState.Share(number, states.size()) : SavedState.Share.ALL;
                // Else it is new. Of what has no part of the first worker there is none.
                if (newest.property(OWNER + name).isPresent()) {
                    restore(newest, writers, share, name, owner);
                }
            });
        }
        states.getFirst()
                .sinks()
                .forEach((name, sink) ->
                        newest.property(SINK + name).ifPresent(state -> sink.restore(newest.epoch(), state)));
        Map<String, String> positions = new HashMap<>();
        newest.properties().forEach((name, value) -> {
            if (name.startsWith(POSITION)) {
                positions.put(name.substring(POSITION.length()), value);
            }
        });
        return positions;
    }

    /// Steps are known by their names. Some may be new, or some may be gone; where both is so, it cannot be told
    /// whether one has become another, and its state would be lost without a word.
    ///
    /// @param states of the first worker, which has all there is
    private void requireSuccession(StoredCheckpoint newest, States states) {
        Set<String> added = new TreeSet<>();
        states.forEach((name, _) -> added.add(name));
        states.sinks().keySet().forEach(name -> added.add("sink " + name));
        Set<String> gone = new TreeSet<>();
        newest.properties().forEach((property, name) -> {
            if (property.startsWith(OWNER)) {
                gone.add(name);
            } else if (property.startsWith(SINK)) {
                gone.add("sink " + property.substring(SINK.length()));
            }
        });
        Set<String> known = new TreeSet<>(gone);
        gone.removeAll(added);
        added.removeAll(known);
        if (!added.isEmpty() && !gone.isEmpty()) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "the checkpoint does not fit the pipeline: folder=" + checkpoints.folder() + ": it has state of "
                            + gone + ", and the pipeline has " + added + " in its place, or beside it: to give up what"
                            + " is gone, go on without the new steps first");
        }
        added.forEach(name -> notice("new, and begins with nothing: " + name));
        gone.forEach(name -> notice("given up, for the pipeline has no such step: " + name));
    }

    /// @param writers workers that have written it
    private void restore(StoredCheckpoint newest, int writers, SavedState.Share share, String name, Stateful owner) {
        try {
            for (int writer = 0; writer < writers; writer++) {
                String part = new Part(name, writer).toString();
                if (newest.property(OWNER + part).isPresent()) {
                    owner.readFrom(new SavedState(
                            store, newest, part, VALUE + part + "/", share, text -> notice(name + ": " + text)));
                }
            }
            owner.restored();
        } catch (MullionException e) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "the checkpoint does not fit the pipeline: folder=" + checkpoints.folder() + ", checkpoint="
                            + newest.epoch() + ", " + name + ": " + e.getMessage(),
                    e);
        }
    }

    private void notice(String text) {
        notices.add(text);
        LOG.warn("going on from a checkpoint in {}: {}", checkpoints.folder(), text);
    }

    /// What was not taken over as it was.
    List<String> notices() {
        return List.copyOf(notices);
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
    /// @param workers of the job
    /// @param finished whether the job has come to its end
    /// @param positions of sources
    /// @return bytes written
    long write(
            long epoch,
            int workers,
            boolean finished,
            Map<String, String> positions,
            Map<Part, StateWriter> owners,
            Map<String, Prepared> sinks) {
        List<StoredTable> earlier = store.newest().map(StoredCheckpoint::tables).orElse(List.of());
        long bytes = 0;
        try (CheckpointWriter writer = store.begin(epoch)) {
            writer.property(WORKERS, Integer.toString(workers));
            if (finished) {
                writer.property(FINISHED, "");
            }
            positions.forEach((source, position) -> writer.property(POSITION + source, position));
            sinks.forEach((sink, prepared) -> writer.property(SINK + sink, prepared.state()));
            for (Map.Entry<Part, StateWriter> owner : owners.entrySet()) {
                bytes += write(writer, owner.getKey(), owner.getValue(), earlier);
            }
            writer.finish();
        }
        deleteLogs();
        return bytes;
    }

    private static long write(CheckpointWriter writer, Part part, StateWriter owner, List<StoredTable> earlier) {
        String name = part.toString();
        writer.property(OWNER + name, part.name());
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
