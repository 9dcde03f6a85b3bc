package io.mullion.routine;

import java.math.BigInteger;
import java.util.SplittableRandom;

/// Unscaled integers of decimals, edges among them, and what routines make of their words.
public final class DecimalSamples {
    public static final BigInteger LIMIT = BigInteger.TEN.pow(38);

    private final SplittableRandom random;

    public DecimalSamples(long seed) {
        random = new SplittableRandom(seed);
    }

    /// At most 38 digits.
    public BigInteger next() {
        return next(38);
    }

    public BigInteger next(int precision) {
        BigInteger limit = BigInteger.TEN.pow(precision);
        BigInteger value = switch (random.nextInt(8)) {
            case 0 -> BigInteger.TEN.pow(random.nextInt(precision + 1)).add(small());
            case 1 -> BigInteger.TWO.pow(random.nextInt(127)).add(small());
            case 2 ->
                BigInteger.valueOf(5)
                        .multiply(BigInteger.TEN.pow(random.nextInt(38)))
                        .add(small());
            case 3 -> small();
            case 4 -> BigInteger.valueOf(random.nextLong() >> random.nextInt(64));
            case 5 -> limit.subtract(BigInteger.ONE);
            default -> new BigInteger(1, bytes()).shiftRight(random.nextInt(128));
        };
        BigInteger inside = value.remainder(limit);
        return random.nextBoolean() ? inside : inside.negate();
    }

    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    public SplittableRandom random() {
        return random;
    }

    private BigInteger small() {
        return BigInteger.valueOf(random.nextInt(7) - 3);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return bytes;
    }

    public static long high(BigInteger value) {
        return DecimalRules.high(value);
    }

    public static long low(BigInteger value) {
        return DecimalRules.low(value);
    }

    public static BigInteger of(long high, long low) {
        return BigInteger.valueOf(high).shiftLeft(64).or(new BigInteger(Long.toUnsignedString(low)));
    }

    /// What a routine returned; null if it failed with `expected`.
    public static BigInteger resultOr(Failure expected, long high, Scratch scratch) {
        Failure failure = scratch.failure;
        if (scratch.succeeded()) {
            return of(high, scratch.second);
        }
        if (failure != expected || high != 0) {
            throw new AssertionError("failed with " + failure);
        }
        return null;
    }
}
