package io.mullion.examples;

import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// How far a file has been read: a bar in the last line of standard error, if that is a terminal. All that is written
/// meanwhile goes through here, so that it stands above the bar.
///
/// *Thread*: any; one at a time is let in.
final class ProgressLine implements AutoCloseable {
    private static final int WIDTH = 40;
    private static final long DRAW_EVERY_NANOS = 100_000_000;
    private static final int STANDARD_ERROR = 2;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean shown;
    private final long totalBytes;
    private boolean drawn;
    private long drawnNanos;

    /// A bar if `err` is a terminal.
    static ProgressLine of(PrintStream err, long totalBytes) {
        return new ProgressLine(err, err == System.err && standardErrorIsTerminal(), totalBytes);
    }

    ProgressLine(PrintStream err, boolean shown, long totalBytes) {
        this.err = err;
        this.shown = shown;
        this.totalBytes = totalBytes;
        drawnNanos = System.nanoTime();
    }

    /// Tells how far a step has come; draws some times a second.
    synchronized void show(String step, long bytes) {
        if (!shown || System.nanoTime() - drawnNanos < DRAW_EVERY_NANOS) {
            return;
        }
        drawnNanos = System.nanoTime();
        long percent = totalBytes == 0 ? 100 : Math.min(100, bytes * 100 / totalBytes);
        int filled = (int) (percent * WIDTH / 100);
        err.print(ERASE + step + " [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + percent + " %");
        err.flush();
        drawn = true;
    }

    /// Says one line on standard error.
    synchronized void note(String line) {
        above(() -> err.println(PlainText.of(line)));
    }

    /// Writes something that is not to mix with the bar.
    synchronized void above(Runnable writing) {
        if (drawn) {
            err.print(ERASE);
            err.flush();
            drawn = false;
        }
        writing.run();
        err.flush();
    }

    /// Takes the bar away.
    @Override
    public void close() {
        above(() -> {});
    }

    /// Asks the system: [java.io.Console] knows standard input and output only.
    @SuppressWarnings("restricted")
    private static boolean standardErrorIsTerminal() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> isatty = linker.defaultLookup().find("isatty");
        if (isatty.isEmpty()) {
            return false;
        }
        FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        try {
            return (int) linker.downcallHandle(isatty.get(), type).invokeExact(STANDARD_ERROR) == 1;
        } catch (Throwable e) {
            throw new AssertionError("isatty throws nothing", e);
        }
    }
}
