package io.mullion.spec;

import java.io.Serial;

/// The one exception of the engine. [#reason] says which kind of thing is wrong, the message names the thing and what
/// was expected.
public final class MullionException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /// What kind of thing went wrong.
    public enum Reason {
        /// The pipeline cannot run as it was described: found while it is built, before the first row.
        INVALID_PIPELINE,
        /// The caller broke a rule of the API: wrong column type, wrong thread, wrong state.
        MISUSE,
        /// The memory budget is exhausted; the message says who holds what.
        OUT_OF_MEMORY,
        /// Memory was still out when its owner was closed; the message says whose.
        LEAK,
        /// A source could not be opened or failed while it was read.
        SOURCE,
        /// A sink or a function of the user threw.
        USER_CODE,
        /// A generated loop threw, and not in a function of the user's: an error of the engine. The message has the
        /// expression, and the loop as text.
        KERNEL,
        /// A row or a result cannot be computed and the pipeline has no dead-letter output.
        BAD_ROW,
        /// A checkpoint could not be written or read; the message names the folder or the file, and what is wrong.
        CHECKPOINT,
        /// The job was stopped before its input ended.
        STOPPED
    }

    private final Reason reason;

    public MullionException(Reason reason, String message) {
        this(reason, message, null);
    }

    public MullionException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /// An [Reason#INVALID_PIPELINE].
    public static MullionException invalid(String message) {
        return new MullionException(Reason.INVALID_PIPELINE, message);
    }

    /// A [Reason#MISUSE].
    public static MullionException misuse(String message) {
        return new MullionException(Reason.MISUSE, message);
    }
}
