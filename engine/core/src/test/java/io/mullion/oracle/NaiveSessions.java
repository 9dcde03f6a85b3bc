package io.mullion.oracle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Rows of a key that follow each other closely: each holds its session open for a gap, and sessions that touch are
/// one.
final class NaiveSessions implements NaiveWindows.Windows {
    private record Session(List<Object> key, BigInteger start, BigInteger end, List<Event> rows, boolean fired) {
        boolean touches(Session other) {
            return key.equals(other.key) && start.compareTo(other.end) <= 0 && end.compareTo(other.start) >= 0;
        }

        Session with(Session other) {
            List<Event> all = new ArrayList<>(rows);
            all.addAll(other.rows);
            return new Session(key, start.min(other.start), end.max(other.end), all, false);
        }
    }

    private final RandomStream stream;
    private final NaiveWindows naive;
    private final BigInteger lateness;
    private final List<Session> sessions = new ArrayList<>();

    NaiveSessions(RandomStream stream, NaiveWindows naive) {
        this.stream = stream;
        this.naive = naive;
        lateness = BigInteger.valueOf(stream.lateness());
    }

    @Override
    public void advance(BigInteger watermark) {
        List<Session> due = sessions.stream()
                .filter(session -> !session.fired() && NaiveWindows.passed(session.end(), watermark))
                .sorted(Comparator.comparing(Session::end).thenComparing(Session::start))
                .toList();
        due.forEach(session -> fire(session, true));
        sessions.removeIf(session -> expired(session, watermark));
    }

    @Override
    public boolean take(Event row, List<Object> key, BigInteger watermark) {
        BigInteger start = BigInteger.valueOf(row.time());
        Session session = new Session(
                key, start, NaiveWindows.saturated(start.add(BigInteger.valueOf(gap(row)))), List.of(row), false);
        List<Session> touched = sessions.stream().filter(session::touches).toList();
        for (Session other : touched) {
            session = other.with(session);
        }
        if (expired(session, watermark)) {
            return true;
        }
        sessions.removeAll(touched);
        sessions.add(session);
        if (NaiveWindows.passed(session.end(), watermark)) {
            fire(session, false);
        }
        return false;
    }

    private void fire(Session session, boolean inTime) {
        naive.result(session.start(), session.end(), session.key(), session.rows(), inTime);
        sessions.remove(session);
        sessions.add(new Session(session.key(), session.start(), session.end(), session.rows(), true));
    }

    private long gap(Event row) {
        return stream.shape() instanceof Shape.Sessions(long gap) ? gap : row.g();
    }

    private boolean expired(Session session, BigInteger watermark) {
        return NaiveWindows.passed(session.end().add(lateness), watermark);
    }
}
