package io.mullion.expr;

import java.util.Objects;

/// The type of a column or an expression.
public sealed interface DataType {
    DataType BOOL = new Bool();
    DataType INT64 = new Int64();
    DataType FLOAT64 = new Float64();
    DataType UTF8 = new Utf8();

    /// A timestamp of the zone UTC.
    static DataType timestamp(TimeUnit unit) {
        return new Timestamp(unit, "UTC");
    }

    /// Whether every value takes the same room: everything but utf8.
    default boolean fixedWidth() {
        return !(this instanceof Utf8);
    }

    /// True or false, one bit a value.
    record Bool() implements DataType {
        @Override
        public String toString() {
            return "bool";
        }
    }

    /// A signed integer of 64 bits. Arithmetic wraps as Java's does.
    record Int64() implements DataType {
        @Override
        public String toString() {
            return "int64";
        }
    }

    /// An IEEE 754 number of 64 bits.
    record Float64() implements DataType {
        @Override
        public String toString() {
            return "float64";
        }
    }

    /// Text as UTF-8 bytes, ordered by unsigned bytes (which is the order of code points).
    record Utf8() implements DataType {
        @Override
        public String toString() {
            return "utf8";
        }
    }

    /// A point in time: an int64 count of `unit` since 1970-01-01T00:00:00Z. The zone says how a person wants to read
    /// it.
    record Timestamp(TimeUnit unit, String zone) implements DataType {
        public Timestamp {
            Objects.requireNonNull(unit, "unit");
            Objects.requireNonNull(zone, "zone");
        }

        @Override
        public String toString() {
            return "timestamp(" + unit.suffix() + ", " + zone + ")";
        }
    }
}
