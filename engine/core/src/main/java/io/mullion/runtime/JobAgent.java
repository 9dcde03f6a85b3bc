package io.mullion.runtime;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/// A job on its caller's thread as an agent of the host's.
public record JobAgent(JobRuntime job) implements Agent {
    @Override
    public int doWork() {
        int work = job.poll();
        if (work == 0 && job.state().ended()) {
            throw new AgentTerminationException("job ended: " + job.name());
        }
        return work;
    }

    @Override
    public void onClose() {
        job.close();
    }

    @Override
    public String roleName() {
        return "mullion-" + job.name();
    }
}
