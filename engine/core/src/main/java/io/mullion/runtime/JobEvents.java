package io.mullion.runtime;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;

/// What is rare in the life of a job, as events of the JDK's Flight Recorder. They cost nothing while nobody records.
///
/// The classes of the events are not touched before the recorder is there, which they would set up: a tenth of a second
/// of a fresh JVM.
final class JobEvents {
    private JobEvents() {}

    /// A job that is about to be started, or null if nobody records.
    static JobStart starting() {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        JobStart event = new JobStart();
        event.begin();
        return event;
    }

    static void ended(String job, String state, Throwable failure) {
        if (FlightRecorder.isInitialized()) {
            new JobEnd(job, state, failure).commit();
        }
    }

    /// A producer found no room and begins to wait.
    static void backPressure(String job) {
        if (FlightRecorder.isInitialized()) {
            BackPressure.begun(job);
        }
    }

    static void deadLettered(String where, String reason) {
        if (FlightRecorder.isInitialized()) {
            new DeadLettered(where, reason).commit();
        }
    }

    /// From when it was asked for until its worker was on its way.
    @Name("mullion.JobStart")
    @Label("Job Start")
    @Category("Mullion")
    @StackTrace(false)
    static final class JobStart extends Event {
        @Label("Job")
        String job;

        @Label("Worker")
        String worker;

        void started(String job, String worker) {
            this.job = job;
            this.worker = worker;
            commit();
        }
    }

    @Name("mullion.JobEnd")
    @Label("Job End")
    @Category("Mullion")
    @StackTrace(false)
    static final class JobEnd extends Event {
        @Label("Job")
        final String job;

        @Label("State")
        final String state;

        @Label("Failure")
        @Description("What failed first, if anything did")
        final String failure;

        JobEnd(String job, String state, Throwable failure) {
            this.job = job;
            this.state = state;
            this.failure = failure == null ? null : failure.toString();
        }
    }

    /// A producer found no room and began to wait. Its thread is the event's.
    @Name("mullion.BackPressure")
    @Label("Back Pressure")
    @Category("Mullion")
    @Throttle("100/s")
    @StackTrace(false)
    static final class BackPressure extends Event {
        private static final BackPressure PROBE = new BackPressure(null);

        @Label("Job")
        final String job;

        private BackPressure(String job) {
            this.job = job;
        }

        static void begun(String job) {
            if (PROBE.isEnabled()) {
                new BackPressure(job).commit();
            }
        }
    }

    @Name("mullion.DeadLetter")
    @Label("Dead Letter")
    @Category("Mullion")
    @Throttle("100/s")
    @StackTrace(false)
    static final class DeadLettered extends Event {
        @Label("Where")
        final String where;

        @Label("Reason")
        final String reason;

        DeadLettered(String where, String reason) {
            this.where = where;
            this.reason = reason;
        }
    }
}
