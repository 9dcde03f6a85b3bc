package io.mullion.codegen;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where temporary columns lie in the working memory. A column takes the place of another one that nobody needs any
/// more, so that the columns of a large expression stay in the cache.
final class TemporaryLayout {
    static final TemporaryLayout EMPTY = new TemporaryLayout(0);
    private static final int ALIGNMENT = 64;

    private final long[] data;
    private final long[] validity;
    private final Map<Long, Deque<Long>> free = new HashMap<>();
    private long bytes;

    private TemporaryLayout(int columns) {
        data = new long[columns];
        validity = new long[columns];
    }

    /// @param nodes whose nodes the columns are
    /// @param temporary the expressions of the columns in the order in which they are computed
    /// @param expressions what needs them in the end
    static TemporaryLayout of(EqualNodes nodes, List<Typed> temporary, List<Typed> expressions, int rows) {
        TemporaryLayout layout = new TemporaryLayout(temporary.size());
        int[] lastUse = lastUses(nodes, temporary, expressions);
        for (int index = 0; index < temporary.size(); index++) {
            for (int done = 0; done < index; done++) {
                if (lastUse[done] == index - 1) {
                    layout.release(temporary.get(done), done, rows);
                }
            }
            Typed expression = temporary.get(index);
            layout.data[index] = layout.take(dataBytes(expression, rows));
            layout.validity[index] = expression.nullable() ? layout.take(bits(rows)) : -1;
        }
        return layout;
    }

    long data(int index) {
        return data[index];
    }

    /// -1 for a column that cannot be null.
    long validity(int index) {
        return validity[index];
    }

    long bytes() {
        return bytes;
    }

    /// The index of the last column that is computed from each column: their number for one that the expressions need.
    private static int[] lastUses(EqualNodes nodes, List<Typed> temporary, List<Typed> expressions) {
        Map<Typed, Integer> indexes = new IdentityHashMap<>();
        int[] lastUse = new int[temporary.size()];
        for (int index = 0; index < temporary.size(); index++) {
            Set<Typed> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Typed input : temporary.get(index).inputs()) {
                use(input, index, indexes, lastUse, seen);
            }
            indexes.put(temporary.get(index), index);
        }
        Set<Typed> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Typed expression : expressions) {
            use(nodes.of(expression), temporary.size(), indexes, lastUse, seen);
        }
        return lastUse;
    }

    private static void use(Typed node, int user, Map<Typed, Integer> indexes, int[] lastUse, Set<Typed> seen) {
        Integer index = indexes.get(node);
        if (index != null) {
            lastUse[index] = user;
        } else if (seen.add(node)) {
            for (Typed input : node.inputs()) {
                use(input, user, indexes, lastUse, seen);
            }
        }
    }

    private void release(Typed expression, int index, int rows) {
        give(data[index], dataBytes(expression, rows));
        if (validity[index] >= 0) {
            give(validity[index], bits(rows));
        }
    }

    private void give(long offset, long size) {
        free.computeIfAbsent(size, _ -> new ArrayDeque<>()).push(offset);
    }

    private long take(long size) {
        Deque<Long> places = free.get(size);
        if (places != null && !places.isEmpty()) {
            return places.pop();
        }
        long offset = bytes;
        bytes += size;
        return offset;
    }

    private static long dataBytes(Typed expression, int rows) {
        return expression.type().byteWidth() == 0 ? bits(rows) : (long) Long.BYTES * rows;
    }

    private static long bits(int rows) {
        return Math.ceilDiv(Math.ceilDiv(rows, Byte.SIZE), ALIGNMENT) * (long) ALIGNMENT;
    }

    @Override
    public String toString() {
        return "data " + Arrays.toString(data) + ", validity " + Arrays.toString(validity) + ", bytes " + bytes;
    }
}
