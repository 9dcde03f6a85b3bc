package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.spec.MullionException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What a checkpoint has of one [Stateful]. *Thread*: that which starts the job.
public interface StateReader {
    /// A text by its name.
    ///
    /// @throws io.mullion.spec.MullionException if there is none
    String text(String name);

    /// @throws io.mullion.spec.MullionException if the text of that name is another one
    void require(String name, String expected);

    /// A number by its name.
    ///
    /// @throws io.mullion.spec.MullionException if there is none
    long value(String name);

    /// @param otherwise where there is none
    long value(String name, long otherwise);

    /// Tables of this name: those that earlier checkpoints have written first.
    List<Table> tables(String name);

    /// Whether the worker that reads has the keys of this hash. What has no key has the hash 0.
    boolean owns(long hash);

    /// Something that whoever starts the job is to know of what was not taken over as it was.
    void notice(String text);

    /// Rows that were written together.
    interface Table {
        Schema schema();

        /// @throws MullionException if the columns are others
        default void require(Schema expected) {
            if (!schema().equals(expected)) {
                throw MullionException.invalid(
                        "the columns of the state are others: saved=" + schema() + ", expected=" + expected);
            }
        }

        /// Number of the checkpoint that has written it.
        long epoch();

        long rows();

        /// The batches that its rows are in.
        int batches();

        /// Hands over rows, some at a time. *Ownership*: a batch ends with the call. *Thread*: any; several may read at
        /// the same time.
        ///
        /// @param first the batch to begin with
        /// @param rows says whether it wants the next ones
        void read(int first, Predicate<Batch> rows);

        /// Hands over all rows, some at a time. *Ownership*: a batch ends with the call.
        default void forEach(Consumer<Batch> rows) {
            read(0, batch -> {
                rows.accept(batch);
                return true;
            });
        }
    }
}
