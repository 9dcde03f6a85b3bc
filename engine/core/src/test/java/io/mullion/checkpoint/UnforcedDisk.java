package io.mullion.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/// A disk that is spared the forcing, so that a test can afford many files.
record UnforcedDisk(Disk disk) implements Disk {
    @Override
    public void createFolder(Path folder) throws IOException {
        disk.createFolder(folder);
    }

    @Override
    public Closeable lock(Path file) throws IOException {
        return disk.lock(file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public Output create(Path file) throws IOException {
        return disk.create(file);
    }

    @Override
    public Input open(Path file) throws IOException {
        return disk.open(file);
    }

    @Override
    public void force(Collection<Output> files) {}

    @Override
    public void forceFile(Path file) {}

    @Override
    public void forceFolder(Path folder) {}

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }
}
