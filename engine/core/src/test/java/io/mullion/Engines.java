package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Starts the engines of a test and asserts, when the test is over, that each of them has all its memory back and
/// closes without complaint.
///
/// ```
/// @RegisterExtension
/// final Engines engines = new Engines();
/// ```
public final class Engines implements AfterEachCallback {
    /// Sizes at which batches fill, text moves on and lanes go round within a few dozen rows. Lanes never count as
    /// idle.
    public static final EngineConfig SMALL = EngineConfig.defaults()
            .withMemoryLimitBytes(64L << 20)
            .withBatchRows(64)
            .withBatchDataBytes(1 << 10)
            .withLaneBatches(3)
            .withLaneIdleTimeout(Duration.ZERO);

    private record Opened(AutoCloseable engine, LongSupplier bytesInUse) {}

    private final List<Opened> opened = new ArrayList<>();

    public TestEngine test() {
        return test(SMALL);
    }

    public TestEngine test(EngineConfig config) {
        TestEngine engine = TestEngine.create(config);
        opened.add(new Opened(engine, engine::memoryBytesInUse));
        return engine;
    }

    public Engine start() {
        return start(SMALL);
    }

    public Engine start(EngineConfig config) {
        Engine engine = Engine.start(config);
        opened.add(new Opened(engine, engine::memoryBytesInUse));
        return engine;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        boolean failed = context.getExecutionException().isPresent();
        for (Opened one : opened) {
            if (failed) {
                closeQuietly(one.engine(), context);
            } else {
                assertEquals(0, one.bytesInUse().getAsLong(), "bytes in use at the end of the test");
                one.engine().close();
            }
        }
        opened.clear();
    }

    /// A test that failed has often left producers open; what made it fail is what counts.
    private static void closeQuietly(AutoCloseable engine, ExtensionContext context) {
        try {
            engine.close();
        } catch (Exception e) {
            context.getExecutionException().orElseThrow().addSuppressed(e);
        }
    }
}
