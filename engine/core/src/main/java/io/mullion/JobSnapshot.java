package io.mullion;

import io.mullion.spec.JobState;
import io.mullion.spec.Latency;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What a job looks like from outside at one moment. The numbers are read one after the other while the worker goes on,
/// so one may be a little ahead of another.
///
/// @param name of the job
/// @param counters what it has done so far
/// @param batches runs of rows that the worker took from lanes; `counters.rowsIn() / batches` says how full they are
/// @param panes panes, sessions and windows of rows alive when time was last moved on
/// @param bytes off the heap in use, by part: lanes by the names of their inputs and a number, operators by what they
/// compute
/// @param inputs one for each input and source
/// @param processed from the commit of a row until the worker was done with it, for each row. The time is taken once a
/// run of rows, from the last moment at which the first of them was not there yet: where the worker keeps up that is at
/// most one turn too early, else as much as it took to fill a batch
/// @param emitted from the end of a window of time by the wall clock until its last result was emitted. Only what it
/// says where event times follow the wall clock
/// @param checkpoints null for a job that makes none
public record JobSnapshot(
        String name,
        JobState state,
        JobCounters counters,
        long batches,
        long panes,
        Map<String, Long> bytes,
        List<InputSnapshot> inputs,
        Latency processed,
        Latency emitted,
        CheckpointsSnapshot checkpoints) {

    /// An input of a job.
    ///
    /// @param name of the input or source
    /// @param lanes that are open
    /// @param rowsIn rows taken from them
    /// @param refusedRows rows that producers were told there was no room for
    /// @param droppedRows rows dropped because there was no room
    /// @param watermark null while there is none, and where time is processing time; [Instant#MAX] at the end of input
    /// @param lag what the watermark is behind the wall clock; null where there is no watermark, or it is at its end
    public record InputSnapshot(
            String name,
            long lanes,
            long rowsIn,
            long refusedRows,
            long droppedRows,
            Instant watermark,
            Duration lag) {}

    /// What has become of the checkpoints of a job.
    ///
    /// @param newest number of the newest that is whole; 0 if none of this run is
    /// @param completed that are whole
    /// @param failed that could not be written
    /// @param skipped that were due while another one was being written
    /// @param bytes written in all
    /// @param unsavedRows rows that nobody brings again if the process dies now: since the newest one, of inputs that
    /// cannot be read again; of logged inputs those that are not on the disk yet
    /// @param logFailures times that the log of an input could not be written, which is tried again
    /// @param stoodStill for which the worker stood still to copy what has changed, in all
    /// @param longest of these pauses
    /// @param notices what the job did not take over as it was from the checkpoint that it went on from
    public record CheckpointsSnapshot(
            long newest,
            long completed,
            long failed,
            long skipped,
            long bytes,
            long unsavedRows,
            long logFailures,
            Duration stoodStill,
            Duration longest,
            List<String> notices) {}

    public JobSnapshot {
        bytes = Map.copyOf(bytes);
        inputs = List.copyOf(inputs);
    }

    /// Off-heap bytes in use by all parts.
    public long bytesInUse() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /// As text: a line for the job, each input and each part that holds memory.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(name).append(' ').append(state).append(": ").append(counters);
        text.append(" batches=").append(batches).append(" panes=").append(panes).append('\n');
        text.append("  commit to processed: ").append(processed).append('\n');
        text.append("  window end to emitted: ").append(emitted).append('\n');
        if (checkpoints != null) {
            text.append("  ").append(checkpoints).append('\n');
        }
        for (InputSnapshot input : inputs) {
            text.append("  ").append(input).append('\n');
        }
        bytes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(part -> text.append("  ")
                        .append(part.getValue())
                        .append(" bytes: ")
                        .append(part.getKey())
                        .append('\n'));
        return text.toString();
    }
}
