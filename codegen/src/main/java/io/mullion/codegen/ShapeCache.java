package io.mullion.codegen;

import java.lang.invoke.MethodHandles;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// The classes of kernels that are in use, by their bytes: expressions that differ in their literals only have the same
/// bytes, and so share a class and what the JIT made of it.
///
/// Holds classes weakly: a class goes away with the last kernel of it. *Thread*: any.
final class ShapeCache {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    /// By checksum and length. Of two classes that agree in both, the later one is found.
    private static final Map<Long, Entry> CLASSES = new HashMap<>();
    private static final ReferenceQueue<Class<?>> UNLOADED = new ReferenceQueue<>();
    private static long hits;
    private static long misses;

    private static final class Entry extends WeakReference<Class<?>> {
        private final long key;
        private final byte[] bytes;

        Entry(Class<?> shape, long key, byte[] bytes) {
            super(shape, UNLOADED);
            this.key = key;
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
                ? shared(bytes)
                : LOOKUP.defineHiddenClassWithClassData(bytes, List.copyOf(functions), true);
    }

    private static synchronized MethodHandles.Lookup shared(byte[] bytes) throws IllegalAccessException {
        purge();
        long key = key(bytes);
        Entry entry = CLASSES.get(key);
        Class<?> known = entry != null && Arrays.equals(entry.bytes, bytes) ? entry.get() : null;
        if (known != null) {
            hits++;
            return MethodHandles.privateLookupIn(known, LOOKUP);
        }
        misses++;
        MethodHandles.Lookup defined = LOOKUP.defineHiddenClass(bytes, true);
        CLASSES.put(key, new Entry(defined.lookupClass(), key, bytes));
        return defined;
    }

    /// The JVM has code for this checksum from the start; a hash by a loop in Java would run interpreted, longer than
    /// the class takes to be defined.
    private static long key(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return checksum.getValue() << 32 | bytes.length;
    }

    private static void purge() {
        for (Reference<?> gone = UNLOADED.poll(); gone != null; gone = UNLOADED.poll()) {
            Entry entry = (Entry) gone;
            CLASSES.remove(entry.key, entry);
        }
    }
}
