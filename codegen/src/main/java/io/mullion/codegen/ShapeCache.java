package io.mullion.codegen;

import java.lang.invoke.MethodHandles;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The classes of kernels that are in use, by their bytes: expressions that differ in their literals only have the same
/// bytes, and so share a class and what the JIT made of it.
///
/// Holds classes weakly: a class goes away with the last kernel of it. *Thread*: any.
final class ShapeCache {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Map<ByteBuffer, Entry> CLASSES = new HashMap<>();
    private static final ReferenceQueue<Class<?>> UNLOADED = new ReferenceQueue<>();
    private static long hits;
    private static long misses;

    private static final class Entry extends WeakReference<Class<?>> {
        private final ByteBuffer bytes;

        Entry(Class<?> shape, ByteBuffer bytes) {
            super(shape, UNLOADED);
            this.bytes = bytes;
        }
    }

    private ShapeCache() {}

    /// How many kernels found their class here, and how many made one.
    record Statistics(long hits, long misses, int classes) {}

    static synchronized Statistics statistics() {
        purge();
        return new Statistics(hits, misses, CLASSES.size());
    }

    /// Access to the class of these bytes.
    ///
    /// @param functions of the user's that are constants of the class; a class that has any is not shared
    static MethodHandles.Lookup lookup(byte[] bytes, List<Object> functions) throws IllegalAccessException {
        return functions.isEmpty()
                ? shared(ByteBuffer.wrap(bytes))
                : LOOKUP.defineHiddenClassWithClassData(bytes, List.copyOf(functions), true);
    }

    private static synchronized MethodHandles.Lookup shared(ByteBuffer bytes) throws IllegalAccessException {
        purge();
        Entry entry = CLASSES.get(bytes);
        Class<?> known = entry == null ? null : entry.get();
        if (known != null) {
            hits++;
            return MethodHandles.privateLookupIn(known, LOOKUP);
        }
        misses++;
        MethodHandles.Lookup defined = LOOKUP.defineHiddenClass(bytes.array(), true);
        CLASSES.put(bytes, new Entry(defined.lookupClass(), bytes));
        return defined;
    }

    private static void purge() {
        for (Reference<?> gone = UNLOADED.poll(); gone != null; gone = UNLOADED.poll()) {
            Entry entry = (Entry) gone;
            CLASSES.remove(entry.bytes, entry);
        }
    }
}
