package io.mullion.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/// A disk of one folder that knows what has reached it for certain: when power is lost, of all else each name and each
/// byte may be there or not.
public final class MemoryDisk implements Disk {
    private final TreeMap<String, Node> names = new TreeMap<>();
    private final TreeMap<String, Node> forcedNames = new TreeMap<>();

    private static final class Node {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int forcedBytes;
    }

    /// What may be found when power comes back.
    public MemoryDisk afterPowerLoss(Random random) {
        MemoryDisk after = new MemoryDisk();
        TreeSet<String> all = new TreeSet<>(names.keySet());
        all.addAll(forcedNames.keySet());
        for (String name : all) {
            Node node = (random.nextBoolean() ? names : forcedNames).get(name);
            if (node != null) {
                after.names.put(name, remains(node, random));
            }
        }
        after.forcedNames.putAll(after.names);
        return after;
    }

    /// What was forced, and of the rest nothing, all, a part, or zeros in the place of a part.
    private static Node remains(Node node, Random random) {
        byte[] all = node.bytes.toByteArray();
        int sure = node.forcedBytes + random.nextInt(all.length - node.forcedBytes + 1);
        int length = switch (random.nextInt(3)) {
            case 0 -> node.forcedBytes;
            case 1 -> sure;
            default -> all.length;
        };
        if (random.nextBoolean()) {
            Arrays.fill(all, sure, all.length, (byte) 0);
        }
        Node left = new Node();
        left.bytes.write(all, 0, length);
        left.forcedBytes = length;
        return left;
    }

    @Override
    public void createFolder(Path folder) {}

    @Override
    public Closeable lock(Path file) {
        return () -> {};
    }

    @Override
    public List<String> list(Path folder) {
        return List.copyOf(names.keySet());
    }

    @Override
    public Output create(Path file) throws IOException {
        if (names.containsKey(name(file))) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Node node = new Node();
        names.put(name(file), node);
        return new MemoryOutput(node);
    }

    private record MemoryOutput(Node node) implements Output {
        @Override
        public void write(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            node.bytes.writeBytes(copy);
        }

        @Override
        public void close() {}
    }

    @Override
    public Input open(Path file) throws IOException {
        Node node = names.get(name(file));
        if (node == null) {
            throw new FileNotFoundException(file.toString());
        }
        return new MemoryInput(node.bytes.toByteArray());
    }

    private record MemoryInput(byte[] bytes) implements Input {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            if (position + into.remaining() > bytes.length) {
                throw new EOFException("position=" + position);
            }
            into.put(bytes, (int) position, into.remaining());
        }

        @Override
        public void close() {}
    }

    @Override
    public void force(Collection<Output> files) {
        for (Output file : files) {
            Node node = ((MemoryOutput) file).node;
            node.forcedBytes = node.bytes.size();
        }
    }

    @Override
    public void forceFile(Path file) throws IOException {
        Node node = names.get(name(file));
        if (node == null) {
            throw new FileNotFoundException(file.toString());
        }
        node.forcedBytes = node.bytes.size();
    }

    @Override
    public void forceFolder(Path folder) {
        forcedNames.clear();
        forcedNames.putAll(names);
    }

    @Override
    public void rename(Path from, Path to) {
        names.put(name(to), Objects.requireNonNull(names.remove(name(from))));
    }

    @Override
    public void delete(Path file) {
        names.remove(name(file));
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
