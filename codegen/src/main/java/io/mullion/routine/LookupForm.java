package io.mullion.routine;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.LookupTable;
import io.mullion.expr.TimeUnit;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/// A [LookupTable] as kernels use it: the constant of the routines of the class that it is.
///
/// Routines are named after the type of the value, take the words of the key, and yield null for a key that has no
/// value. Every value is a word: an int64, the bits of a float64, 1 or 0 for a bool, for a text its place in a
/// [TextBlock].
public sealed interface LookupForm permits DenseLookup, HashLookup, TextLookup {
    /// Forms live as long as their tables, or their kernels; guarded by itself.
    Map<LookupTable, Map<DataType, LookupForm>> FORMS = Collections.synchronizedMap(new WeakHashMap<>());

    /// The form of a table for keys of a type. A day or a point in time is looked up as its int64.
    ///
    /// @param keyType int64, utf8, date32 or a timestamp of the unit of the column, as the table's own key type is
    static LookupForm of(LookupTable table, DataType keyType) {
        synchronized (FORMS) {
            return FORMS.computeIfAbsent(table, _ -> new HashMap<>()).computeIfAbsent(keyType, it -> make(table, it));
        }
    }

    private static LookupForm make(LookupTable table, DataType keyType) {
        if (table.isDense()) {
            return new DenseLookup(table.denseBase(), table.denseWords().toArray());
        }
        List<Object> keys = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        table.forEach((key, value) -> {
            Object word = key instanceof String ? key : keyWord(key, keyType);
            if (value != null && word != null) {
                keys.add(word);
                values.add(value);
            }
        });
        TextBlock texts = table.valueType() instanceof DataType.Utf8 ? texts(values) : null;
        long[] words = new long[values.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = texts == null ? word(values.get(i)) : i;
        }
        if (table.keyType() instanceof DataType.Utf8) {
            List<byte[]> bytes =
                    keys.stream().map(it -> Literals.utf8((String) it)).toList();
            return new TextLookup(new TextSlots(bytes, words), texts);
        }
        long[] numbers = keys.stream().mapToLong(Long.class::cast).toArray();
        DenseLookup dense = DenseLookup.ifDense(numbers, words, texts);
        return dense != null ? dense : new HashLookup(new LongSlots(numbers, words), texts);
    }

    private static TextBlock texts(List<Object> values) {
        List<byte[]> bytes = new ArrayList<>();
        values.forEach(it -> bytes.add(Literals.utf8((String) it)));
        // The last one is what a missing key has, whose words have to be those of some text.
        bytes.add(new byte[0]);
        return new TextBlock(bytes);
    }

    private static long word(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> Double.doubleToRawLongBits(number);
            case Boolean bool -> bool ? 1 : 0;
            default -> throw new IllegalStateException("no value of a lookup table: " + value);
        };
    }

    /// @return null if no row can have the key
    private static Long keyWord(Object key, DataType keyType) {
        return switch (key) {
            case Long number -> number;
            case LocalDate day -> day.toEpochDay();
            case Instant instant when keyType instanceof DataType.Timestamp type -> instantWord(instant, type.unit());
            default -> throw new ExpressionException("not a key of type " + keyType + ": " + key);
        };
    }

    private static Long instantWord(Instant instant, TimeUnit unit) {
        long unitNanos = 1_000_000_000L / unit.perSecond();
        if (instant.getNano() % unitNanos != 0) {
            return null;
        }
        long fraction = instant.getNano() / unitNanos;
        long high = Math.multiplyHigh(instant.getEpochSecond(), unit.perSecond());
        long low = instant.getEpochSecond() * unit.perSecond();
        long sum = low + fraction;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return high + carry == sum >> 63 ? sum : null;
    }
}
