package io.mullion.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A disk of which one call goes wrong, or all from one on. Calls are counted from 1.
public final class FaultyDisk implements Disk {
    /// What goes wrong.
    public enum Fault {
        /// The call does nothing and says that it failed.
        FAILS,
        /// The call does what it should and says that it failed.
        SAYS_SO,
        /// Half of what should be written is, and the call says that it failed; calls that write nothing fail.
        TEARS,
        /// The process is dead: this call and all later ones do nothing.
        DIES,
        /// The same, in the middle of a write.
        DIES_IN_WRITE,
        /// From then on there is no room: writes tear, files cannot be made.
        FULL,
        /// From then on nothing can be changed.
        READ_ONLY
    }

    private final Disk disk;
    private final Fault fault;
    private final int at;
    private int calls;

    public FaultyDisk(Disk disk, Fault fault, int at) {
        this.disk = disk;
        this.fault = fault;
        this.at = at;
    }

    /// How many there were.
    public int calls() {
        return calls;
    }

    private boolean dead() {
        return calls > at && (fault == Fault.DIES || fault == Fault.DIES_IN_WRITE);
    }

    private enum Kind {
        READ,
        CHANGE,
        CREATE,
        WRITE
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T call(Kind kind, Call<T> call) throws IOException {
        calls++;
        boolean now = calls == at;
        boolean fails = switch (fault) {
            case FAILS, TEARS -> now;
            case SAYS_SO -> {
                if (now) {
                    call.run();
                }
                yield now;
            }
            case DIES, DIES_IN_WRITE -> calls >= at;
            case FULL -> calls >= at && (kind == Kind.CREATE || kind == Kind.WRITE);
            case READ_ONLY -> calls >= at && kind != Kind.READ;
        };
        if (fails) {
            throw new IOException(fault + " at call " + calls);
        }
        return call.run();
    }

    private void change(Action action) throws IOException {
        call(Kind.CHANGE, () -> {
            action.run();
            return null;
        });
    }

    private interface Action {
        void run() throws IOException;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        change(() -> disk.createFolder(folder));
    }

    @Override
    public Closeable lock(Path file) throws IOException {
        List<Closeable> taken = new ArrayList<>();
        try {
            return call(Kind.CREATE, () -> {
                taken.add(disk.lock(file));
                return taken.getFirst();
            });
        } catch (IOException e) {
            for (Closeable lock : taken) {
                lock.close();
            }
            throw e;
        }
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return call(Kind.READ, () -> disk.list(folder));
    }

    @Override
    public Output create(Path file) throws IOException {
        List<Output> made = new ArrayList<>();
        try {
            return call(Kind.CREATE, () -> {
                made.add(disk.create(file));
                return new FaultyOutput(made.getFirst());
            });
        } catch (IOException e) {
            for (Output output : made) {
                output.close();
            }
            throw e;
        }
    }

    @Override
    public Input open(Path file) throws IOException {
        List<Input> opened = new ArrayList<>();
        try {
            return call(Kind.READ, () -> {
                opened.add(disk.open(file));
                return new FaultyInput(opened.getFirst());
            });
        } catch (IOException e) {
            for (Input input : opened) {
                input.close();
            }
            throw e;
        }
    }

    @Override
    public void force(Collection<Output> files) throws IOException {
        List<Output> real =
                files.stream().map(file -> ((FaultyOutput) file).output).toList();
        change(() -> disk.force(real));
    }

    @Override
    public void forceFile(Path file) throws IOException {
        change(() -> disk.forceFile(file));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        change(() -> disk.forceFolder(folder));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(() -> disk.rename(from, to));
    }

    @Override
    public void delete(Path file) throws IOException {
        change(() -> disk.delete(file));
    }

    private final class FaultyOutput implements Output {
        private final Output output;

        FaultyOutput(Output output) {
            this.output = output;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            boolean wasDead = dead();
            ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
            try {
                call(Kind.WRITE, () -> {
                    output.write(bytes);
                    return null;
                });
            } catch (IOException e) {
                boolean tears = fault == Fault.TEARS || fault == Fault.FULL || fault == Fault.DIES_IN_WRITE;
                if (tears && !wasDead) {
                    output.write(half);
                }
                throw e;
            }
        }

        /// The process has a file no longer, whatever the call says.
        @Override
        public void close() throws IOException {
            try {
                call(Kind.READ, () -> null);
            } finally {
                output.close();
            }
        }
    }

    private final class FaultyInput implements Input {
        private final Input input;

        FaultyInput(Input input) {
            this.input = input;
        }

        @Override
        public long size() throws IOException {
            return call(Kind.READ, input::size);
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            call(Kind.READ, () -> {
                input.read(position, into);
                return null;
            });
        }

        @Override
        public void close() throws IOException {
            try {
                call(Kind.READ, () -> null);
            } finally {
                input.close();
            }
        }
    }
}
