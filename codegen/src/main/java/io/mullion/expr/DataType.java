package io.mullion.expr;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Objects;

/// The type of a column or an expression.
public sealed interface DataType {
    DataType BOOL = new Bool();
    DataType INT8 = new Int8();
    DataType INT16 = new Int16();
    DataType INT32 = new Int32();
    DataType INT64 = new Int64();
    DataType FLOAT32 = new Float32();
    DataType FLOAT64 = new Float64();
    DataType UTF8 = new Utf8();
    DataType BINARY = new Binary();
    DataType DATE32 = new Date32();

    /// A timestamp of the zone UTC.
    static DataType timestamp(TimeUnit unit) {
        return new Timestamp(unit, "UTC");
    }

    /// A timestamp that is read in a time zone.
    ///
    /// @param zone a region (`Europe/Berlin`), an offset (`+01:00`) or `UTC`
    static DataType timestamp(TimeUnit unit, String zone) {
        return new Timestamp(unit, zone);
    }

    /// A number of up to 38 decimal digits, `scale` of them behind the point.
    static DataType decimal(int precision, int scale) {
        return new Decimal(precision, scale);
    }

    /// Any number of values of a type, none of them null, in an order.
    static DataType listOf(DataType element) {
        return new ListOf(element);
    }

    /// Whether every value takes the same room: everything but utf8, binary and lists.
    default boolean fixedWidth() {
        return !(this instanceof Utf8 || this instanceof Binary || this instanceof ListOf);
    }

    /// Bytes of a value in a column; 0 for bool, whose values are bits, and for types of variable size.
    default int byteWidth() {
        return switch (this) {
            case Bool _, Utf8 _, Binary _, ListOf _ -> 0;
            case Int8 _ -> 1;
            case Int16 _ -> 2;
            case Int32 _, Float32 _, Date32 _ -> 4;
            case Int64 _, Float64 _, Timestamp _ -> 8;
            case Decimal _ -> 16;
        };
    }

    /// int8, int16, int32 or int64.
    default boolean integer() {
        return this instanceof Int8 || this instanceof Int16 || this instanceof Int32 || this instanceof Int64;
    }

    /// float32 or float64.
    default boolean floating() {
        return this instanceof Float32 || this instanceof Float64;
    }

    /// An integer, a floating-point number or a decimal.
    default boolean numeric() {
        return integer() || floating() || this instanceof Decimal;
    }

    /// True or false, one bit a value.
    final class Bool implements DataType {
        private Bool() {}

        @Override
        public String toString() {
            return "bool";
        }
    }

    /// A signed integer of 8 bits.
    final class Int8 implements DataType {
        private Int8() {}

        @Override
        public String toString() {
            return "int8";
        }
    }

    /// A signed integer of 16 bits.
    final class Int16 implements DataType {
        private Int16() {}

        @Override
        public String toString() {
            return "int16";
        }
    }

    /// A signed integer of 32 bits. Arithmetic wraps as Java's does.
    final class Int32 implements DataType {
        private Int32() {}

        @Override
        public String toString() {
            return "int32";
        }
    }

    /// A signed integer of 64 bits. Arithmetic wraps as Java's does.
    final class Int64 implements DataType {
        private Int64() {}

        @Override
        public String toString() {
            return "int64";
        }
    }

    /// An IEEE 754 number of 32 bits.
    final class Float32 implements DataType {
        private Float32() {}

        @Override
        public String toString() {
            return "float32";
        }
    }

    /// An IEEE 754 number of 64 bits.
    final class Float64 implements DataType {
        private Float64() {}

        @Override
        public String toString() {
            return "float64";
        }
    }

    /// Text as UTF-8 bytes, ordered by unsigned bytes (which is the order of code points).
    final class Utf8 implements DataType {
        private Utf8() {}

        @Override
        public String toString() {
            return "utf8";
        }
    }

    /// `unscaled / 10^scale`, where the unscaled integer has at most `precision` digits; 16 bytes in a column.
    record Decimal(int precision, int scale) implements DataType {
        public static final int MAX_PRECISION = 38;

        public Decimal {
            if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
                throw new ExpressionException("decimal needs 1 <= precision <= " + MAX_PRECISION
                        + " and 0 <= scale <= precision: precision=" + precision + ", scale=" + scale);
            }
        }

        @Override
        public String toString() {
            return "decimal(" + precision + ", " + scale + ")";
        }
    }

    /// Any bytes, ordered as unsigned.
    final class Binary implements DataType {
        private Binary() {}

        @Override
        public String toString() {
            return "binary";
        }
    }

    /// Values that an aggregate has collected, or that came in as an Arrow vector of lists. No element is null. Lists
    /// are handed on as they are; they are neither compared nor computed with.
    ///
    /// *Shape*: in a column a list is the bytes of its elements, one after another, little-endian, and has offsets as
    /// utf8 has. An element of fixed width has [#elementBytes]; utf8 and binary begin with an int32, their length.
    record ListOf(DataType element) implements DataType {
        public ListOf {
            if (element instanceof ListOf) {
                throw new ExpressionException("a list has no lists as elements: element=" + element);
            }
        }

        /// Bytes of an element, 1 for bool; 0 where elements differ in size.
        public int elementBytes() {
            return element instanceof Bool ? 1 : element.byteWidth();
        }

        @Override
        public String toString() {
            return "list(" + element + ")";
        }
    }

    /// A day: an int32 count since 1970-01-01.
    final class Date32 implements DataType {
        private Date32() {}

        @Override
        public String toString() {
            return "date32";
        }
    }

    /// A point in time: an int64 count of `unit` since 1970-01-01T00:00:00Z. The zone says how a person wants to read
    /// it. *Failure*: refuses a zone that `java.time` does not know.
    record Timestamp(TimeUnit unit, String zone) implements DataType {
        public Timestamp {
            Objects.requireNonNull(unit, "unit");
            Objects.requireNonNull(zone, "zone");
            requireZone(zone);
        }

        private static void requireZone(String zone) {
            try {
                ZoneId.of(zone);
            } catch (DateTimeException unknown) {
                ExpressionException refused = new ExpressionException("time zone is not known: zone=" + zone
                        + " (a region as Europe/Berlin, an offset as +01:00 or UTC is expected)");
                refused.initCause(unknown);
                throw refused;
            }
        }

        @Override
        public String toString() {
            return "timestamp(" + unit.suffix() + ", " + zone + ")";
        }
    }
}
