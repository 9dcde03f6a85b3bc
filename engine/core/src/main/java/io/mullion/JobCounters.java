package io.mullion;

import io.mullion.batch.Counters;
import io.mullion.ingest.OverloadCounters;
import io.mullion.runtime.InputCounters;
import io.mullion.runtime.JobRuntime;
import java.util.function.ToLongFunction;

/// What a job has done so far, as of one moment.
///
/// @param rowsIn rows taken from lanes
/// @param rowsOut rows handed to sinks
/// @param lateRows rows that came after all their windows had fired
/// @param rowsWithoutTime rows left out because their event time is null
/// @param rowsWithoutGap rows left out because their session gap is null or not positive
/// @param deadLetters rows and results that could not be computed
/// @param refusedRows rows that producers were told there was no room for
/// @param droppedRows rows dropped because there was no room, for themselves or for newer ones
/// @param combinedPanes panes merged or taken out to assemble windows
/// @param duplicateRows rows left out because one with the same keys came before
/// @param rowsKept rows that joins keep at the moment, and keys that [DataStream#dropDuplicates] remembers
public record JobCounters(
        long rowsIn,
        long rowsOut,
        long lateRows,
        long rowsWithoutTime,
        long rowsWithoutGap,
        long deadLetters,
        long refusedRows,
        long droppedRows,
        long combinedPanes,
        long duplicateRows,
        long rowsKept) {
    static JobCounters of(JobRuntime runtime) {
        Counters counters = runtime.counters();
        return new JobCounters(
                counters.rowsIn.get(),
                counters.rowsOut.get(),
                counters.lateRows.get(),
                counters.rowsWithoutTime.get(),
                counters.rowsWithoutGap.get(),
                counters.deadLetters.get(),
                sum(runtime, OverloadCounters::refusedRows),
                sum(runtime, OverloadCounters::droppedRows),
                counters.combinedPanes.get(),
                counters.duplicateRows.get(),
                counters.rowsKept.get());
    }

    private static long sum(JobRuntime runtime, ToLongFunction<OverloadCounters> rows) {
        return runtime.inputs().stream()
                .map(InputCounters::overload)
                .mapToLong(rows)
                .sum();
    }
}
