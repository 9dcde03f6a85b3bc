package io.mullion.routine;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [Hashing] in each lane. Only vector kernels call it, so only they load the Vector API.
///
/// The multiplication of 64-bit lanes is one instruction where the CPU has AVX-512DQ (or SVE). Below that the JIT makes
/// it of three 32-bit multiplications with shifts and additions: still no call and no object, but with the two lanes of
/// 128 bits hardly ahead of the scalar function.
public final class VectorHashing {
    private VectorHashing() {}

    public static LongVector int64(LongVector values) {
        return values.lanewise(VectorOperators.LSHR, 32)
                .lanewise(VectorOperators.XOR, values)
                .mul(Hashing.GOLDEN);
    }

    public static LongVector float64(DoubleVector values) {
        return int64(canonicalBits(values));
    }

    public static LongVector combine(LongVector hashes, LongVector next) {
        LongVector product = hashes.lanewise(VectorOperators.ROL, Hashing.TURN)
                .lanewise(VectorOperators.XOR, next)
                .mul(Hashing.GOLDEN);
        return product.lanewise(VectorOperators.XOR, product.lanewise(VectorOperators.LSHR, Hashing.FOLD));
    }

    public static LongVector finish(LongVector hashes) {
        LongVector product = hashes.lanewise(VectorOperators.XOR, hashes.lanewise(VectorOperators.LSHR, 32))
                .mul(Hashing.FINISH);
        return product.lanewise(VectorOperators.XOR, product.lanewise(VectorOperators.LSHR, 32));
    }

    /// The hashes where the lane is valid, and the hash of null elsewhere.
    public static LongVector orNull(LongVector hashes, VectorMask<Long> valid) {
        return hashes.blend(Hashing.NULL, valid.not());
    }

    public static LongVector canonicalBits(DoubleVector values) {
        DoubleVector zeroed = values.add(0.0);
        LongVector bits = zeroed.reinterpretAsLongs();
        VectorMask<Long> nan =
                zeroed.compare(VectorOperators.NE, zeroed).cast(LongVector.SPECIES_512.withShape(values.shape()));
        return bits.blend(Double.doubleToLongBits(Double.NaN), nan);
    }
}
