package io.mullion.spec;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// What the state of a key is. Immutable.
///
/// @param type a record; its components are columns as those of inputs are
/// @param timeOut a key without rows for longer than that is removed; null for none
/// @param initial states that are there from the start, by key
/// @param <S> the record type
public record StateSpec<S>(Class<S> type, Duration timeOut, Map<Object, S> initial) {
    public StateSpec {
        Objects.requireNonNull(type, "type");
        if (timeOut != null && (timeOut.isNegative() || timeOut.isZero())) {
            throw MullionException.invalid("a time-out of keyed state must be positive: timeOut=" + timeOut);
        }
        for (Map.Entry<Object, S> entry : initial.entrySet()) {
            if (entry.getValue() == null) {
                throw MullionException.invalid("an initial state must not be null: key=" + entry.getKey());
            }
        }
    }

    public static <S> StateSpec<S> of(Class<S> type) {
        return new StateSpec<>(type, null, Map.of());
    }

    /// Keys go that had no row for longer than that in the time of the stream. *Units*: must be a whole number of the
    /// unit of the stream.
    public StateSpec<S> withTimeOut(Duration timeOut) {
        return new StateSpec<>(type, Objects.requireNonNull(timeOut, "timeOut"), initial);
    }

    /// States that are there from the start.
    ///
    /// @param states by key: a value of the key column, as [io.mullion.expr.Schema] types have them in Java, or a
    /// `List` of values where there are several. Copied
    public StateSpec<S> withInitial(Map<?, ? extends S> states) {
        return new StateSpec<>(type, timeOut, new LinkedHashMap<>(states));
    }
}
