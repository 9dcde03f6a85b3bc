package io.mullion.join;

import io.mullion.batch.OperatorContext;
import io.mullion.spec.MullionException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// The tables of a job that are given.
///
/// *Thread*: that which plans the job, then any.
public final class GivenTables {
    private final Map<Object, GivenTable> tables = new IdentityHashMap<>();
    private final boolean inBackground;
    private final Consumer<Throwable> failed;

    /// @param inBackground whether tables that are loaded every so often have a thread for that
    /// @param failed is told what goes wrong there
    public GivenTables(boolean inBackground, Consumer<Throwable> failed) {
        this.inBackground = inBackground;
        this.failed = failed;
    }

    /// The table of a step, which is loaded when the job is planned.
    ///
    /// @param step told by identity
    /// @param every how often it is loaded anew, or null
    public GivenTable of(Object step, String name, TableRows rows, Duration every, OperatorContext context) {
        GivenTable known = tables.get(step);
        if (known != null) {
            return known;
        }
        GivenTable table = new GivenTable(name, rows, context);
        tables.put(step, table);
        if (every != null) {
            context.every(every.toNanos(), reload(table, context));
        }
        return table;
    }

    /// Loads all of them, on the calling thread: the first rows find them whole.
    ///
    /// @throws MullionException if that fails
    public void load() {
        tables.values().forEach(GivenTable::load);
    }

    /// Loads a table anew, on the calling thread.
    ///
    /// @throws MullionException if that fails, or there is no such table
    public void load(Object step, String name) {
        GivenTable table = tables.get(step);
        if (table == null) {
            throw MullionException.misuse("the job does not read this table: table=" + name);
        }
        table.load();
    }

    /// What is not done when it is due again goes on, and that turn is left out.
    private Runnable reload(GivenTable table, OperatorContext context) {
        if (!inBackground) {
            return table::load;
        }
        AtomicBoolean busy = new AtomicBoolean();
        AtomicReference<Thread> loader = new AtomicReference<>();
        context.scope().own(() -> {
            // Before the thread is woken: what it complains of then is no failure.
            table.close();
            Thread thread = loader.getAndSet(null);
            if (thread != null) {
                thread.interrupt();
            }
        });
        return () -> {
            if (busy.compareAndSet(false, true)) {
                loader.set(
                        Thread.ofVirtual().name("mullion-table-" + table.name()).start(() -> {
                            load(table);
                            busy.set(false);
                        }));
            }
        };
    }

    private void load(GivenTable table) {
        try {
            table.load();
        } catch (Throwable e) {
            if (!table.isClosed()) {
                failed.accept(e);
            }
        }
    }
}
