package io.mullion.codegen;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The shapes of kernels that are in use, by their [ShapeKey]: another kernel of such a shape is made without any code
/// being generated. Where the key does not tell the shape, [ShapeCache] finds at least the class, by its bytes.
///
/// Holds shapes weakly. *Thread*: any.
final class KnownShapes {
    private static final Map<String, Entry> SHAPES = new HashMap<>();
    private static final ReferenceQueue<Shape<?>> GONE = new ReferenceQueue<>();
    private static long hits;

    private static final class Entry extends WeakReference<Shape<?>> {
        private final String key;
        private final int[] places;

        Entry(String key, Shape<?> shape, int[] places) {
            super(shape, GONE);
            this.key = key;
            this.places = places;
        }
    }

    private KnownShapes() {}

    /// How many kernels were made without generating code.
    static synchronized long hits() {
        return hits;
    }

    /// The kernel of the expression: another one of its shape, or what the generator makes.
    ///
    /// @param role of the key
    static <K> Compiled<K> kernel(Class<K> role, ShapeKey key, Object title, Supplier<Compiled<K>> generator) {
        return kernel(role, key, title, null, generator);
    }

    /// @param forms what the kernel is one of, or null
    static <K> Compiled<K> kernel(
            Class<K> role, ShapeKey key, Object title, Forms<K> forms, Supplier<Compiled<K>> generator) {
        // A dump shows every kernel as it was generated.
        if (key.text() == null || KernelClass.dumps()) {
            return generator.get();
        }
        Entry entry = find(key.text());
        Shape<?> known = entry == null ? null : entry.get();
        if (known != null) {
            @SuppressWarnings("unchecked") // the role is part of the key
            Shape<K> shape = (Shape<K>) known;
            return shape.kernel(title, entry.places, key.literals(), forms);
        }
        Compiled<K> made = generator.get();
        int[] places = made.shape().places(key.literals());
        if (places != null) {
            add(new Entry(key.text(), made.shape(), places));
        }
        return made;
    }

    private static synchronized Entry find(String key) {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            Entry entry = (Entry) gone;
            SHAPES.remove(entry.key, entry);
        }
        Entry found = SHAPES.get(key);
        if (found != null && found.get() != null) {
            hits++;
        }
        return found;
    }

    private static synchronized void add(Entry entry) {
        SHAPES.put(entry.key, entry);
    }
}
