package io.mullion.batch;

import io.mullion.codegen.OrderKernel;
import io.mullion.expr.Schema;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.MemoryPool;
import io.mullion.memory.Scope;
import java.util.function.Consumer;

/// What an operator needs from its job.
///
/// @param pool the budget
/// @param scope closes what the operators of the job have opened, when the job ends or could not start
/// @param batchRows rows of a batch
/// @param batchDataBytes room for the values of each variable-size column of a batch
/// @param deadLetters takes rows and results that could not be computed
/// @param counters of the job
/// @param site in which part of the plan operators are being made
/// @param batchTimes of the micro-batches of the job
/// @param states what checkpoints have of the operators
/// @param latencies of the job, or null if they are not measured
/// @param stages times of the stages of the job, or null if they are not measured
/// @param order whether event times come in order
public record OperatorContext(
        MemoryPool pool,
        Scope scope,
        int batchRows,
        int batchDataBytes,
        Consumer<DeadLetter> deadLetters,
        Counters counters,
        Site site,
        BatchTimes batchTimes,
        States states,
        Latencies latencies,
        StageTimes stages,
        OrderKernel order) {

    /// Has an action run every so often by the engine's clock, between rows.
    public void every(long nanos, Runnable action) {
        site.timetable().add(nanos, action);
    }

    /// Of the operators that are being made.
    public Turn turn() {
        return site.turn();
    }

    /// The same for operators whose time is not that of the engine's clock.
    public OperatorContext withoutLatencies() {
        return new OperatorContext(
                pool,
                scope,
                batchRows,
                batchDataBytes,
                deadLetters,
                counters,
                site,
                batchTimes,
                states,
                null,
                stages,
                order);
    }

    /// The same for what is done on another thread than the worker's.
    public OperatorContext withDeadLetters(Consumer<DeadLetter> others) {
        return new OperatorContext(
                pool,
                scope,
                batchRows,
                batchDataBytes,
                others,
                counters,
                site,
                batchTimes,
                states,
                latencies,
                stages,
                order);
    }

    /// An operator, timed as a stage if stages are.
    public Operator timed(StageTimes.Stage stage, Operator operator) {
        return stages == null ? operator : stages.timed(stage, operator);
    }

    /// An account for an operator, retired when the job ends.
    public MemoryAccount account(String name) {
        MemoryAccount account = pool.account(name);
        scope.own(() -> pool.retire(account));
        return account;
    }

    /// A batch of the usual size that lives as long as the job.
    public Batch batch(Schema schema, MemoryAccount account) {
        BatchAllocator allocator = scope.own(new BatchAllocator(account));
        return scope.own(allocator.batch(schema, batchRows, batchDataBytes));
    }
}
