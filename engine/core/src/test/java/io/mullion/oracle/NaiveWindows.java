package io.mullion.oracle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the design says about time, windows and values, computed from lists: each row is judged by the rows before it
/// and joins the windows that still take rows; a result is computed from all rows of its window, whenever one comes.
///
/// Times are `BigInteger`, so that nothing leaves int64 by accident.
final class NaiveWindows {
    /// Windows of one kind, with their rows. Whatever fires is told to [NaiveWindows#result].
    interface Windows {
        /// Time has come to W.
        void advance(BigInteger watermark);

        /// Puts a row into its windows.
        ///
        /// @return whether it is late
        boolean take(Event row, List<Object> key, BigInteger watermark);
    }

    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

    private final RandomStream stream;
    private final Windows windows;
    private final List<List<Object>> results = new ArrayList<>();
    private final List<String> lateLines = new ArrayList<>();
    private final Set<List<Long>> fired = new HashSet<>();
    private boolean inOrder = true;
    private long lateRows;
    private long deadLetters;
    private long withoutTime;
    private long withoutGap;

    NaiveWindows(RandomStream stream) {
        this.stream = stream;
        windows = stream.shape().sessions() ? new NaiveSessions(stream, this) : new NaiveGrid(stream, this);
        NaiveClock clock = new NaiveClock(stream.strategy());
        for (Arrival arrival : stream.arrivals()) {
            BigInteger watermark = clock.before(arrival);
            if (arrival.row().time() == null) {
                withoutTime++;
            } else {
                windows.advance(watermark);
                take(arrival.row(), watermark);
                clock.after(arrival.row());
            }
        }
        windows.advance(GREATEST);
    }

    /// A result for each late row of a window that has fired.
    Results results() {
        return new Results(results, stream.keys().size(), stream.shape().sessions(), stream.lateness() > 0);
    }

    /// The answers to all questions.
    Answer answer() {
        List<Answer> answers = new ArrayList<>(List.of(ownAnswer()));
        stream.beside().forEach(each -> answers.add(new NaiveWindows(each).ownAnswer()));
        return Answer.together(answers);
    }

    private Answer ownAnswer() {
        return Answer.of(results().last(), lateLines, new Answer.Lost(lateRows, deadLetters, withoutTime, withoutGap));
    }

    RandomStream stream() {
        return stream;
    }

    /// Whether no row was behind the watermark when it came.
    boolean inOrder() {
        return inOrder;
    }

    /// The windows that had rows.
    long windowsFired() {
        return fired.size();
    }

    private void take(Event row, BigInteger watermark) {
        inOrder &= BigInteger.valueOf(row.time()).compareTo(watermark) >= 0;
        if (stream.filter() != null
                && !Boolean.TRUE.equals(stream.filter().passes().apply(row))) {
            return;
        }
        for (Event derived : derived(row)) {
            if (derived.z() == 0
                    && derived.x() != null
                    && stream.asked().stream().anyMatch(Asked::divides)) {
                deadLetters++;
            } else if (stream.shape() instanceof Shape.RowSessions && (derived.g() == null || derived.g() <= 0)) {
                withoutGap++;
            } else if (windows.take(derived, key(derived), watermark)) {
                late(derived);
            }
        }
    }

    private List<Event> derived(Event row) {
        return switch (stream.step()) {
            case NONE -> List.of(row);
            case SELECT ->
                List.of(row.withNumbers(row.x() == null ? null : row.x() + 1, row.y() == null ? null : row.y() * 2));
            case SPLIT ->
                row.words() == null
                        ? List.of()
                        : Arrays.stream(row.words().split(" ", -1))
                                .map(row::withText)
                                .toList();
        };
    }

    private void late(Event row) {
        lateRows++;
        if (stream.lateOutput()) {
            lateLines.add(Answer.line(Event.COLUMNS.stream().map(row::cell).toList()));
        }
    }

    private List<Object> key(Event row) {
        return Arrays.asList(stream.keys().stream().map(row::key).toArray());
    }

    /// A window fires, or fires again.
    void result(BigInteger start, BigInteger end, List<Object> key, List<Event> rows, boolean inTime) {
        List<Object> cells = new ArrayList<>();
        cells.add(saturated(start).longValueExact());
        cells.add(saturated(end).longValueExact());
        cells.addAll(key);
        for (Asked asked : stream.asked()) {
            cells.add(asked.answer().apply(rows));
        }
        if (stream.lateness() > 0) {
            cells.add(inTime ? 0L : 1L);
        }
        fired.add(List.of((Long) cells.get(0), (Long) cells.get(1)));
        if (cells.contains(Asked.OVERFLOW)) {
            deadLetters++;
        } else {
            results.add(cells);
        }
    }

    static BigInteger saturated(BigInteger value) {
        return value.max(LEAST).min(GREATEST);
    }

    /// Whether W has come to a time.
    static boolean passed(BigInteger time, BigInteger watermark) {
        return saturated(time).compareTo(watermark) <= 0;
    }
}
