package io.mullion.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The logs of one folder: what was added to any of them comes to the disk together.
///
/// *Thread*: that which writes.
public final class LogGroup {
    private final Disk disk;
    private final Path folder;
    private final List<LogWriter> writers = new ArrayList<>();
    private final List<Consumer<LogRecord>> done = new ArrayList<>();

    public LogGroup(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /// @param done gets records that are safe on the disk, in order
    public void add(LogWriter writer, Consumer<LogRecord> done) {
        writers.add(writer);
        this.done.add(done);
    }

    /// Writes and forces all that was added.
    ///
    /// *Failure*: what was added is kept, and written again by the next call; what is told to be safe is.
    ///
    /// @return whether there was anything
    public boolean bring() throws IOException {
        List<Disk.Output> files = new ArrayList<>();
        boolean unnamed = false;
        try {
            for (LogWriter writer : writers) {
                Disk.Output file = writer.write();
                if (file != null) {
                    files.add(file);
                    unnamed |= writer.unnamed();
                }
            }
            if (files.isEmpty()) {
                return false;
            }
            disk.force(files);
            if (unnamed) {
                disk.forceFolder(folder);
            }
        } catch (IOException | RuntimeException e) {
            writers.forEach(LogWriter::broken);
            throw e;
        }
        for (int i = 0; i < writers.size(); i++) {
            writers.get(i).forced(done.get(i));
        }
        return true;
    }

    /// The next records begin new files. Behind [#bring].
    public void cut() {
        writers.forEach(LogWriter::cut);
    }
}
