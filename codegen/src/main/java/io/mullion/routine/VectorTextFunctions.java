package io.mullion.routine;

/// Those of [TextFunctions] that pay with vectors on texts of some length, under the same signatures. Only vector
/// kernels call them. Short texts are searched as there.
public final class VectorTextFunctions {
    private VectorTextFunctions() {}

    public static boolean contains(long text, int length, long what, int whatLength) {
        return whatLength == 0 || VectorTextSearch.indexOf(text, 0, length, what, whatLength) < length;
    }

    public static boolean like(long text, int length, LikePattern pattern) {
        return pattern.matches(text, length, true);
    }
}
