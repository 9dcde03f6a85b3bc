package io.mullion.codegen;

import io.mullion.expr.TimeUnit;
import io.mullion.routine.DecimalRules;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Scratch;
import io.mullion.routine.Utf8;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;

/// Routines that turn the objects which records hold into the words of columns. Null is as good as any value: its
/// validity is asked elsewhere.
final class RecordValues {
    private RecordValues() {}

    /// Writes text as UTF-8. Fails for half a surrogate pair.
    ///
    /// @return its bytes, or [Utf8#NO_ROOM]
    static int putText(String text, long address, int room, Scratch scratch) {
        if (text == null) {
            return 0;
        }
        int bytes = Utf8.encode(text, address, room);
        if (bytes == Utf8.MALFORMED) {
            scratch.fail(Failure.MALFORMED);
            return 0;
        }
        return bytes;
    }

    /// @return how many bytes were written, or [Utf8#NO_ROOM]
    static int putBytes(byte[] bytes, long address, int room) {
        if (bytes == null) {
            return 0;
        }
        if (bytes.length > room) {
            return Utf8.NO_ROOM;
        }
        RawMemory.copy(bytes, 0, address, bytes.length);
        return bytes.length;
    }

    static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copy(address, bytes, 0, length);
        return bytes;
    }

    /// Fails for a number that needs more digits than the column has.
    static long decimal(BigDecimal value, int precision, int scale, Scratch scratch) {
        if (value == null) {
            return 0;
        }
        BigInteger unscaled = JavaDecimals.unscaled(value, precision, scale);
        if (unscaled == null) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        scratch.second = DecimalRules.low(unscaled);
        return DecimalRules.high(unscaled);
    }

    /// Fails for a day that is no int32.
    static int days(LocalDate date, Scratch scratch) {
        if (date == null) {
            return 0;
        }
        long days = date.toEpochDay();
        return days == (int) days ? (int) days : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    /// Whole units, rounded towards the past. Fails for a time that is no int64.
    static long time(Instant instant, TimeUnit unit, Scratch scratch) {
        if (instant == null) {
            return 0;
        }
        return unit.fits(instant) ? unit.of(instant) : scratch.fail(Failure.OUT_OF_RANGE);
    }
}
