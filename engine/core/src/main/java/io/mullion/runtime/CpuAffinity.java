package io.mullion.runtime;

import io.mullion.spec.MullionException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Has the system run the calling thread on one CPU only. Linux: `sched_setaffinity` of the thread itself.
final class CpuAffinity {
    /// The size of glibc's `cpu_set_t`.
    private static final int SET_BYTES = 128;

    private static final int THIS_THREAD = 0;

    private CpuAffinity() {}

    /// @throws MullionException if the system has no such call or refuses it
    @SuppressWarnings("restricted")
    static void pinThisThread(int cpu) {
        int error;
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            MemorySegment call = linker.defaultLookup()
                    .find("sched_setaffinity")
                    .orElseThrow(() -> new UnsupportedOperationException("only Linux has sched_setaffinity"));
            MethodHandle setAffinity = linker.downcallHandle(
                    call,
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                    Linker.Option.captureCallState("errno"));
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment cpus = arena.allocate(SET_BYTES, Long.BYTES);
            cpus.setAtIndex(ValueLayout.JAVA_LONG, cpu / Long.SIZE, 1L << cpu);
            int result = (int) setAffinity.invokeExact(state, THIS_THREAD, (long) SET_BYTES, cpus);
            error = result == 0 ? 0 : (int) errno().get(state, 0L);
        } catch (Throwable e) {
            throw new MullionException(
                    MullionException.Reason.INVALID_PIPELINE,
                    "cannot pin the worker's thread: cpu=" + cpu + ", os=" + System.getProperty("os.name") + ": " + e,
                    e);
        }
        if (error != 0) {
            throw MullionException.invalid("cannot pin the worker's thread: cpu=" + cpu + ", errno=" + error
                    + " (22: this process may not run on that CPU, or there is none)");
        }
    }

    private static VarHandle errno() {
        return Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    }
}
