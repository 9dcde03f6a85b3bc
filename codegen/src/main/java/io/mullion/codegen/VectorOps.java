package io.mullion.codegen;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/// Lane-wise operations that take several instructions. Only vector kernels call them, so only they load the Vector
/// API.
final class VectorOps {
    private static final long TWO_TO_52 = 0x4330000000000000L;

    private VectorOps() {}

    /// int64 as float64, rounded once.
    ///
    /// CPUs without 512-bit vectors have no such instruction. There the halves are put into the fraction of 2^52, which
    /// makes them doubles without rounding, and the one addition of both rounds as the conversion would.
    static DoubleVector toDoubles(LongVector values) {
        if (values.length() == 8) {
            return (DoubleVector) values.convert(VectorOperators.L2D, 0);
        }
        DoubleVector low =
                values.and(0xffffffffL).or(TWO_TO_52).reinterpretAsDoubles().sub(0x1p52);
        DoubleVector high = values.lanewise(VectorOperators.LSHR, 32)
                .lanewise(VectorOperators.XOR, 0x80000000L)
                .or(TWO_TO_52)
                .reinterpretAsDoubles()
                .sub(0x1p52 + 0x1p31)
                .mul(0x1p32);
        return high.add(low);
    }

    /// [KernelOps#toOrdered] in each lane.
    static LongVector toOrdered(DoubleVector values) {
        LongVector nan = LongVector.broadcast(
                LongVector.SPECIES_512.withShape(values.shape()), Double.doubleToLongBits(Double.NaN));
        DoubleVector zeroed = values.add(0.0);
        LongVector bits = zeroed.reinterpretAsLongs()
                .blend(nan, zeroed.compare(VectorOperators.NE, zeroed).cast(nan.species()));
        return bits.lanewise(
                VectorOperators.XOR, bits.lanewise(VectorOperators.ASHR, 63).and(Long.MAX_VALUE));
    }
}
