package io.mullion.codegen;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// Writes classes and listings of kernels to a folder, for `-Dmullion.dump=DIR`. *Thread*: any.
final class KernelDump {
    private static final AtomicInteger DUMPED = new AtomicInteger();

    private KernelDump() {}

    static void write(Path directory, String name, byte[] bytes, String listing) {
        String file = name + "." + DUMPED.incrementAndGet();
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve(file + ".class"), bytes);
            Files.writeString(directory.resolve(file + ".java"), listing);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write the dump of a kernel: directory=" + directory, failed);
        }
    }
}
