package io.mullion.routine;

/// Routines over float64. They are those of [Math], whose results are within one unit in the last place and the same in
/// every loop: vectors would round otherwise than the loop over the rest of the rows, so there is no vector form.
public final class NumberFunctions {
    private NumberFunctions() {}

    public static double pow(double base, double exponent) {
        return Math.pow(base, exponent);
    }

    public static double exp(double value) {
        return Math.exp(value);
    }

    public static double ln(double value) {
        return Math.log(value);
    }

    public static double log10(double value) {
        return Math.log10(value);
    }
}
