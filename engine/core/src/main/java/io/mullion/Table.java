package io.mullion;

import io.mullion.expr.Schema;
import io.mullion.plan.JoinStep;
import io.mullion.spec.MullionException;
import java.time.Duration;

/// A table whose rows are given: what streams are enriched from. [Pipeline#table] makes one; a join has it as its right
/// side ([DataStream#join(Table)]), and each left row meets the rows of its key that are there when it comes.
/// Immutable.
///
/// A job asks for all rows when it starts, and again when [Job#load] says so or [#reloadedEvery] has said how often. A
/// load replaces the table at one moment, between two batches of the rows that meet it.
///
/// *Ownership*: rows are copied off the heap, into the memory budget: once for each join and worker, and once more from
/// a load until all of those have taken it.
public final class Table {
    private final Pipeline pipeline;
    private final JoinStep.Given given;

    Table(Pipeline pipeline, JoinStep.Given given) {
        this.pipeline = pipeline;
        this.given = given;
    }

    public String name() {
        return given.name();
    }

    /// The columns of its rows.
    public Schema schema() {
        return given.schema();
    }

    /// The same table, loaded anew whenever so much of the engine's clock has passed.
    ///
    /// *Thread*: a job asks the loader on a thread for that, a test engine on the test's. A turn that comes while it is
    /// still loading is left out. *Failure*: what goes wrong there fails the job; a loader that has nothing better may
    /// give the rows that it gave before.
    public Table reloadedEvery(Duration every) {
        return new Table(pipeline, new JoinStep.Given(given.name(), given.rows(), every));
    }

    JoinStep.Given given() {
        return given;
    }

    /// As the right side of a join in a pipeline.
    JoinStep.Given givenTo(Pipeline reader) {
        if (reader != pipeline) {
            throw MullionException.invalid("join needs a table of the same pipeline: table=" + name());
        }
        return given;
    }
}
