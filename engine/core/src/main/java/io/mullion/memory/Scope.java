package io.mullion.memory;

import java.util.ArrayDeque;
import java.util.Deque;

/// What one owner has opened, to be closed together: in reverse order, all of it, whatever fails on the way.
///
/// Constructors that open several things register each as they go, so that a failure in the middle leaves nothing
/// behind. *Thread*: one at a time.
public final class Scope implements AutoCloseable {
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    /// Closes `resource` with the scope.
    public <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    /// Closes everything. Idempotent. The first failure is thrown, the others are suppressed in it.
    @Override
    public void close() {
        Throwable failure = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Throwable e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
