package io.mullion.runtime;

import io.mullion.memory.Scope;
import io.mullion.spec.JobState;
import java.util.concurrent.atomic.AtomicInteger;

/// The workers of a job: it ends when the last of them has left it.
///
/// What the operators of one hold may be under the hands of another until then, so nothing is given back before.
/// *Thread*: that of any worker, once each.
final class WorkerGroup {
    private final JobLife life;
    private final JobInputs inputs;
    private final Scope scope;
    private final AtomicInteger present;
    private volatile boolean stopped;

    WorkerGroup(int workers, JobLife life, JobInputs inputs, Scope scope) {
        this.life = life;
        this.inputs = inputs;
        this.scope = scope;
        present = new AtomicInteger(workers);
    }

    /// A worker does no more for the job. The last one gives everything back, then lets those who wait go on.
    void leave(JobState as) {
        if (as == JobState.STOPPED) {
            stopped = true;
        }
        if (present.decrementAndGet() > 0) {
            return;
        }
        try (scope) {
            inputs.stopSources();
        } catch (Throwable e) {
            life.fail(e);
        }
        // A producer made at the last moment may have left a lane that was not adopted.
        life.end(stopped ? JobState.STOPPED : as, inputs::close);
    }
}
