package io.mullion.keyed;

import io.mullion.codegen.Compiled;
import io.mullion.codegen.HashKernel;
import io.mullion.routine.Hashing;

/// Which keys belong to one of several workers, to whom rows are dealt out by the same hash.
///
/// @param hash of the key of a row
/// @param workers how many there are
/// @param worker which one of them this is
public record KeyShare(Compiled<HashKernel> hash, int workers, int worker) {
    /// Whether a key with this hash is one of them.
    boolean has(long hash) {
        return Hashing.part(hash, workers) == worker;
    }
}
