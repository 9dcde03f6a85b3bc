package io.mullion.expr;

import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/// A table that kernels look keys up in: from int64, utf8, date32 or timestamp keys to int64, float64, bool or utf8
/// values.
///
/// A table never changes: it copies what it is made of. Two tables are equal only if they are the same object. Kernels
/// keep a copy of their own in the form that suits them, one for all kernels that use the table; its texts are off the
/// heap, and go with the table and the kernels. *Thread*: any.
public final class LookupTable {
    /// More would not fit into an array at the load that makes look-ups fast.
    static final int MAX_SIZE = 1 << 26;

    private final String name;
    private final DataType keyType;
    private final DataType valueType;

    /// Of a dense table: the first key, and the values as int64 or as bits of float64.
    private final long base;

    private final long[] words;

    /// Of any other table: Long, String, LocalDate or Instant to Long, Double, Boolean, String or null.
    private final Map<Object, Object> entries;

    private LookupTable(
            String name, DataType keyType, DataType valueType, long base, long[] words, Map<Object, Object> entries) {
        this.name = name;
        this.keyType = keyType;
        this.valueType = valueType;
        this.base = base;
        this.words = words;
        this.entries = entries;
    }

    /// The value of the key `base + i` is `values[i]`.
    public static LookupTable dense(long base, long[] values) {
        return dense(null, base, values);
    }

    /// The value of the key `base + i` is `values[i]`.
    ///
    /// @param name what expressions show
    public static LookupTable dense(String name, long base, long[] values) {
        requireDense(base, values.length);
        return new LookupTable(name, DataType.INT64, DataType.INT64, base, values.clone(), null);
    }

    /// The value of the key `base + i` is `values[i]`.
    public static LookupTable dense(long base, double[] values) {
        return dense(null, base, values);
    }

    /// The value of the key `base + i` is `values[i]`.
    ///
    /// @param name what expressions show
    public static LookupTable dense(String name, long base, double[] values) {
        requireDense(base, values.length);
        long[] words = new long[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Double.doubleToRawLongBits(values[i]);
        }
        return new LookupTable(name, DataType.INT64, DataType.FLOAT64, base, words, null);
    }

    /// A table of the entries of a map.
    ///
    /// Keys are integers of any width (int64), Strings (utf8), LocalDates (date32) or Instants (timestamp of micros, or
    /// of nanos if one needs them; they are found in columns of any unit). Values are integers (int64), Doubles or
    /// Floats (float64), Booleans or Strings; null is as good as no entry. *Failure*: an [ExpressionException] for a
    /// null key, keys or values of several types or of another one, and if there is no value.
    public static LookupTable of(Map<?, ?> entries) {
        return of(null, entries);
    }

    /// As [#of(Map)].
    ///
    /// @param name what expressions show
    public static LookupTable of(String name, Map<?, ?> entries) {
        requireSize(entries.size());
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        Map<Object, Object> copy = HashMap.newHashMap(entries.size());
        DataType keyType = null;
        DataType valueType = null;
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            Object key = normal(entry.getKey());
            Object value = normal(entry.getValue());
            keyType = common("keys", keyType, keyType(key));
            if (value != null) {
                valueType = common("values", valueType, valueType(value));
            }
            requireEncodable(encoder, key);
            requireEncodable(encoder, value);
            if (copy.containsKey(key)) {
                throw new ExpressionException("a lookup table has one value for a key: two keys are " + key);
            }
            copy.put(key, value);
        }
        if (valueType == null) {
            throw new ExpressionException("a lookup table needs a value, and all are null");
        }
        return new LookupTable(name, keyType, valueType, 0, null, copy);
    }

    /// int64, utf8, date32 or timestamp.
    public DataType keyType() {
        return keyType;
    }

    /// int64, float64, bool or utf8.
    public DataType valueType() {
        return valueType;
    }

    /// How many keys there are.
    public int size() {
        return isDense() ? words.length : entries.size();
    }

    /// Whether it was made of an array.
    public boolean isDense() {
        return words != null;
    }

    /// The first key of a dense table.
    public long denseBase() {
        requireDense();
        return base;
    }

    /// The values of a dense table in the order of their keys: int64, or float64 as their bits.
    public LongStream denseWords() {
        requireDense();
        return LongStream.of(words);
    }

    /// The value of a key, or null: a Long, Double, Boolean or String.
    public Object get(Object key) {
        Object normal = normal(key);
        if (!isDense()) {
            return entries.get(normal);
        }
        if (!(normal instanceof Long number) || Long.compareUnsigned(number - base, words.length) >= 0) {
            return null;
        }
        return denseValue((int) (number - base));
    }

    /// Calls for each key and its value, which may be null, in no order.
    public void forEach(BiConsumer<Object, Object> action) {
        if (!isDense()) {
            entries.forEach(action);
            return;
        }
        for (int i = 0; i < words.length; i++) {
            action.accept(base + i, denseValue(i));
        }
    }

    @Override
    public String toString() {
        return name != null ? name : "table(" + keyType + " -> " + valueType + ", size=" + size() + ")";
    }

    private Object denseValue(int index) {
        return valueType instanceof DataType.Int64
                ? (Object) words[index]
                : (Object) Double.longBitsToDouble(words[index]);
    }

    private void requireDense() {
        if (!isDense()) {
            throw new IllegalStateException("not a dense table: " + this);
        }
    }

    private static void requireDense(long base, int size) {
        requireSize(size);
        if (base > Long.MAX_VALUE - (size - 1)) {
            throw new ExpressionException("the keys of a dense table leave int64: base=" + base + ", size=" + size);
        }
    }

    private static void requireSize(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new ExpressionException("a lookup table has 1 to " + MAX_SIZE + " entries: size=" + size);
        }
    }

    /// Integers as Long, floating-point numbers as Double.
    private static Object normal(Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Float number -> number.doubleValue();
            case null -> null;
            default -> value;
        };
    }

    private static DataType keyType(Object key) {
        return switch (key) {
            case Long _ -> DataType.INT64;
            case String _ -> DataType.UTF8;
            case LocalDate day -> requireInt32(day);
            case Instant instant ->
                DataType.timestamp(instant.getNano() % 1_000 == 0 ? TimeUnit.MICROS : TimeUnit.NANOS);
            case null -> throw new ExpressionException("a lookup table has no null key");
            default -> throw unknown("key", key);
        };
    }

    private static DataType requireInt32(LocalDate day) {
        if (day.toEpochDay() != (int) day.toEpochDay()) {
            throw new ExpressionException("a key is no date32, whose days are an int32: " + day);
        }
        return DataType.DATE32;
    }

    private static DataType valueType(Object value) {
        return switch (value) {
            case Long _ -> DataType.INT64;
            case Double _ -> DataType.FLOAT64;
            case Boolean _ -> DataType.BOOL;
            case String _ -> DataType.UTF8;
            default -> throw unknown("value", value);
        };
    }

    private static ExpressionException unknown(String role, Object it) {
        return new ExpressionException("a lookup table takes no " + role + " of the class "
                + it.getClass().getName() + ": " + it);
    }

    private static DataType common(String role, DataType known, DataType next) {
        if (known == null || known.equals(next)) {
            return next;
        }
        if (known instanceof DataType.Timestamp && next instanceof DataType.Timestamp) {
            return DataType.timestamp(TimeUnit.NANOS);
        }
        throw new ExpressionException("the " + role + " of a lookup table have one type: " + known + " and " + next);
    }

    private static void requireEncodable(CharsetEncoder encoder, Object value) {
        if (value instanceof String text && !encoder.canEncode(text)) {
            throw new ExpressionException("a text of a lookup table holds half of a surrogate pair: '" + text + "'");
        }
    }
}
