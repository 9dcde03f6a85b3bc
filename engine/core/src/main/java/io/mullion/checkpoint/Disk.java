package io.mullion.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/// What checkpoints ask of a file system: few calls, each of which may fail, and whose order is what makes a checkpoint
/// whole.
///
/// *Thread*: one at a time for a folder.
public interface Disk {
    /// The file system of the machine.
    static Disk local() {
        return LocalDisk.INSTANCE;
    }

    /// Makes the folder, and those above it, if they are not there.
    void createFolder(Path folder) throws IOException;

    /// Takes a lock that nobody else has, in this process or another, until it is closed or the process ends. The file
    /// stays.
    ///
    /// @throws IOException if somebody has it, with words that say so
    Closeable lock(Path file) throws IOException;

    /// The names of what is in the folder, in any order.
    List<String> list(Path folder) throws IOException;

    /// A new file. *Failure*: one that is there already is not touched.
    Output create(Path file) throws IOException;

    Input open(Path file) throws IOException;

    /// Forces what was written to each of the files to the disk: their bytes then survive a loss of power.
    void force(Collection<Output> files) throws IOException;

    /// The same for a file that is there: all of its bytes.
    void forceFile(Path file) throws IOException;

    /// The same for the names in a folder: what was created, renamed or deleted there.
    void forceFolder(Path folder) throws IOException;

    /// Renames in one step; what had that name before is gone.
    void rename(Path from, Path to) throws IOException;

    /// Does nothing if there is no such file.
    void delete(Path file) throws IOException;

    /// A file that is written from its beginning to its end.
    interface Output extends Closeable {
        /// Writes all bytes from the buffer's position to its limit. *Ownership*: borrows it.
        void write(ByteBuffer bytes) throws IOException;
    }

    /// A file that is read anywhere. *Thread*: several may read different parts of it.
    interface Input extends Closeable {
        long size() throws IOException;

        /// Fills the buffer from its position to its limit.
        ///
        /// @throws java.io.EOFException if the file has no such bytes
        void read(long position, ByteBuffer into) throws IOException;
    }
}
