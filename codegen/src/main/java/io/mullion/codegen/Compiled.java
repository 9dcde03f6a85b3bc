package io.mullion.codegen;

import io.mullion.routine.Scratch;
import java.util.function.Supplier;

/// A kernel with what a person wants to know about it.
///
/// *Thread*: any.
public final class Compiled<K> {
    private final K kernel;
    private final Supplier<String> listing;
    private final String variant;
    private final long scratchBytes;
    private final Shape<K> shape;

    public Compiled(K kernel, String listing, String variant, long scratchBytes) {
        this(kernel, () -> listing, variant, scratchBytes, null);
    }

    /// A kernel around another one.
    Compiled(K kernel, Supplier<String> listing, Compiled<K> inner) {
        this(kernel, listing, inner.variant, inner.scratchBytes, null);
    }

    Compiled(K kernel, String expression, Shape<K> shape) {
        this(kernel, () -> shape.listing(expression), shape.variant(), shape.scratchBytes(), shape);
    }

    /// @param listing asked each time that somebody wants to read it, which is seldom
    private Compiled(K kernel, Supplier<String> listing, String variant, long scratchBytes, Shape<K> shape) {
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

    /// Java-like text of the generated loop. Printed anew by each call.
    public String listing() {
        return listing.get();
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
