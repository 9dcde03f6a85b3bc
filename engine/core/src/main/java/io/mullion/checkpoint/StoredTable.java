package io.mullion.checkpoint;

/// A table of a checkpoint, and the file that it is in: one Arrow file, which later checkpoints may share.
///
/// @param owner whose state it is
/// @param name what it is of the owner's
/// @param bytes size of the file
/// @param crc32c of all bytes of the file
public record StoredTable(String owner, String name, String file, long rows, long bytes, int crc32c) {
    StoredTable named(String owner, String name) {
        return new StoredTable(owner, name, file, rows, bytes, crc32c);
    }

    String title() {
        return owner + "/" + name;
    }
}
