package io.mullion.checkpoint;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// The file system of the machine.
final class LocalDisk implements Disk {
    static final LocalDisk INSTANCE = new LocalDisk();

    /// Files that are forced at the same time share the disk's flushes: twenty small ones took 5 to 15 ms together and
    /// 15 to 80 ms one after the other (ext4 on a virtual disk).
    private static final int FORCED_TOGETHER = 8;

    /// Locks of this process. The system's lock does not keep one process from taking it twice, and lets it go when any
    /// channel on the file is closed: so a second attempt must not even open the file.
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    /// Where folders cannot be opened as files are.
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT).startsWith("windows");

    private LocalDisk() {}

    @Override
    public void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        List<Path> parents = new ArrayList<>();
        for (Path at = folder.toAbsolutePath().normalize(); at != null && !Files.exists(at); at = at.getParent()) {
            parents.add(at.getParent());
        }
        Files.createDirectories(folder);
        for (Path parent : parents) {
            forceFolder(parent);
        }
    }

    @Override
    public Closeable lock(Path file) throws IOException {
        Path real = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
        if (!LOCKED.add(real)) {
            throw new FileSystemException(file.toString(), null, "it is locked by this process already");
        }
        try {
            FileChannel channel = lockedChannel(real);
            return () -> {
                channel.close();
                LOCKED.remove(real);
            };
        } catch (IOException | RuntimeException e) {
            LOCKED.remove(real);
            throw e;
        }
    }

    private static FileChannel lockedChannel(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new FileSystemException(
                        file.toString(), null, "it is locked by another process: " + owner(channel));
            }
            channel.truncate(0);
            writeAll(
                    channel,
                    ByteBuffer.wrap(("process " + ProcessHandle.current().pid() + "\n").getBytes()));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(64);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        return new LocalOutput(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public Input open(Path file) throws IOException {
        return new LocalInput(file, FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public void force(Collection<Output> files) throws IOException {
        if (files.size() == 1) {
            ((LocalOutput) files.iterator().next()).force();
            return;
        }
        List<Future<Void>> forced = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.clamp(files.size(), 1, FORCED_TOGETHER))) {
            for (Output file : files) {
                forced.add(threads.submit(() -> {
                    ((LocalOutput) file).force();
                    return null;
                }));
            }
        }
        for (Future<Void> one : forced) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while files were forced", e);
            }
        }
    }

    @Override
    public void forceFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        if (!WINDOWS) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private record LocalOutput(FileChannel channel) implements Output {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            writeAll(channel, bytes);
        }

        void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record LocalInput(Path file, FileChannel channel) implements Input {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            long at = position;
            while (into.hasRemaining()) {
                int read = channel.read(into, at);
                if (read < 0) {
                    throw new EOFException("the file has ended: " + file + ", position=" + at);
                }
                at += read;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
