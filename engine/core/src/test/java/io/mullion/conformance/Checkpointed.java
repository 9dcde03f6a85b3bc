package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.JobConfig;
import io.mullion.spec.Checkpoints;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the jobs of a case have their checkpoints.
///
/// @param folder deleted with this; null where nothing is saved
record Checkpointed(Path folder) implements AutoCloseable {
    /// @param saved whether anything is
    static Checkpointed of(boolean saved) {
        try {
            return new Checkpointed(saved ? Files.createTempDirectory("conformance") : null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JobConfig config() {
        return folder == null ? JobConfig.defaults() : JobConfig.defaults().withCheckpoints(Checkpoints.to(folder));
    }

    @Override
    public void close() {
        if (folder != null) {
            for (File file : folder.toFile().listFiles()) {
                assertTrue(file.delete());
            }
            assertTrue(folder.toFile().delete());
        }
    }
}
