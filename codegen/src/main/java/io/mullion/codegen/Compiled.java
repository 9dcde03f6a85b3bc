package io.mullion.codegen;

import io.mullion.routine.Scratch;
import java.util.function.Supplier;

/// A kernel with what a person wants to know about it.
///
/// *Thread*: any.
public final class Compiled<K> {
    private final K kernel;
    private final Object title;
    private final Supplier<String> listing;
    private final String variant;
    private final long scratchBytes;
    private final Shape<K> shape;
    private final Forms<K> forms;

    public Compiled(K kernel, String listing, String variant, long scratchBytes) {
        this(kernel, null, () -> listing, variant, scratchBytes, null, null);
    }

    /// A kernel around another one.
    Compiled(K kernel, Supplier<String> listing, Compiled<K> inner) {
        this(kernel, null, listing, inner.variant, inner.scratchBytes, null, inner.forms);
    }

    Compiled(K kernel, Object title, Shape<K> shape) {
        this(kernel, title, null, shape.variant(), shape.scratchBytes(), shape, null);
    }

    /// The same kernel, whose listing shows those of other forms, too.
    Compiled<K> in(Forms<K> forms) {
        return new Compiled<>(kernel, title, null, variant, scratchBytes, shape, forms);
    }

    /// Makes the loops for calls that were not likely, which the first such call does otherwise.
    ///
    /// @return this
    public Compiled<K> complete() {
        if (forms != null) {
            forms.makeAll();
        }
        return this;
    }

    /// @param title of a kernel with a shape
    /// @param listing asked each time that somebody wants to read it, which is seldom; null where that of the forms, or
    /// of the shape, tells all
    private Compiled(
            K kernel,
            Object title,
            Supplier<String> listing,
            String variant,
            long scratchBytes,
            Shape<K> shape,
            Forms<K> forms) {
        this.title = title;
        this.forms = forms;
        this.kernel = kernel;
        this.listing = listing;
        this.variant = variant;
        this.scratchBytes = scratchBytes;
        this.shape = shape;
    }

    /// The loop; *Thread*: stateless, any one thread at a time for each set of arguments.
    public K kernel() {
        return kernel;
    }

    /// Java-like text of the loops that are generated so far. Printed anew by each call.
    public String listing() {
        if (listing != null) {
            return listing.get();
        }
        return forms == null ? shape.listing(title) : forms.listing();
    }

    /// `vector 512` or `plain`, followed by the reason where it is not the best one.
    public String variant() {
        return variant;
    }

    /// How much memory [Scratch#use] has to give the kernel; 0 if it needs none.
    public long scratchBytes() {
        return scratchBytes;
    }

    /// What made the kernel, and makes others.
    Shape<K> shape() {
        return shape;
    }
}
