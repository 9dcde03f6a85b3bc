package io.mullion.batch;

import io.mullion.codegen.Compiled;
import io.mullion.codegen.Progress;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;

/// A kernel as one operator runs it: with the progress of its calls, its working memory, and what is said about it when
/// it throws.
///
/// The operator calls [#kernel] itself, so that the way to the loop is as short as without this class, and hands to
/// [#failed] what came out of the call in place of a result:
///
/// ```java
/// try {
///     return filter.on(batch).filter(batch.readable(), active, from, to, out, filter.progress());
/// } catch (Exception | AssertionError | StackOverflowError e) {
///     throw filter.failed(e, batch);
/// }
/// ```
///
/// *Ownership*: the working memory is charged to the operator's account and given back with the job's scope.
/// *Thread*: the worker.
///
/// @param <K> the role of the kernel
public final class RunningKernel<K> {
    private static final String KERNELS = Progress.class.getPackageName() + ".";
    private static final int NO_ROW = -1;

    private final String operation;
    private final Progress progress = new Progress();
    private K kernel;
    private Compiled<?> compiled;

    /// @param operation what it computes, with the expression
    public RunningKernel(String operation, Compiled<K> compiled, OperatorContext context, MemoryAccount account) {
        this(operation, compiled.kernel(), compiled, context, account);
    }

    /// @param kernel calls that of `compiled`
    public RunningKernel(
            String operation, K kernel, Compiled<?> compiled, OperatorContext context, MemoryAccount account) {
        this.operation = operation;
        this.kernel = kernel;
        this.compiled = compiled;
        if (compiled.scratchBytes() > 0) {
            OffHeapArray scratch = context.scope().own(new OffHeapArray(account, compiled.scratchBytes()));
            progress.scratch.use(scratch.address(), scratch.capacityBytes());
        }
    }

    /// Goes on with another kernel, one that needs no working memory, for the same operation.
    public void use(Compiled<K> other) {
        if (other.scratchBytes() > 0) {
            throw new IllegalArgumentException("needs working memory: " + other.listing());
        }
        kernel = other.kernel();
        compiled = other;
    }

    public K kernel() {
        return kernel;
    }

    public Progress progress() {
        return progress;
    }

    /// The kernel, about to be called for rows of `batch`.
    public K on(Batch batch) {
        batch.readable().currentRow = NO_ROW;
        return kernel;
    }

    /// What the job fails with when the kernel, called for rows of `batch`, threw `cause`: with the expression, the
    /// row if a function of the user's was being called for one, the variant and the listing.
    public MullionException failed(Throwable cause, Batch batch) {
        int row = batch.readable().currentRow;
        return row == NO_ROW || thrownByKernel(cause) || outOfMemory(cause)
                ? failed(cause)
                : failure(Reason.USER_CODE, "function failed in ", cause + ", row=" + RowText.of(batch, row), cause);
    }

    /// The same for a call that was for no row. What the budget, or a function of the user's, has said already stays as
    /// it is.
    public MullionException failed(Throwable cause) {
        return cause instanceof MullionException known && (outOfMemory(known) || known.reason() == Reason.USER_CODE)
                ? known
                : failure(Reason.KERNEL, "kernel failed in ", cause.toString(), cause);
    }

    private MullionException failure(Reason reason, String what, String how, Throwable cause) {
        return new MullionException(
                reason,
                what + operation + ": " + how + ", variant=" + compiled.variant() + "\n" + compiled.listing(),
                cause);
    }

    private static boolean outOfMemory(Throwable cause) {
        return cause instanceof MullionException known && known.reason() == Reason.OUT_OF_MEMORY;
    }

    /// The checks of the checked variant are calls, and the first frame is theirs; generated frames are hidden.
    private static boolean thrownByKernel(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith(KERNELS);
    }
}
