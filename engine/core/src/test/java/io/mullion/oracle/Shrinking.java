package io.mullion.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes a stream that fails as small as it gets: takes away rows and parts of the question while it still fails.
final class Shrinking {
    /// Runs a stream and says how it failed, if it did.
    interface Trial {
        Optional<String> failure(RandomStream stream) throws InterruptedException;
    }

    private final Trial trial;

    Shrinking(Trial trial) {
        this.trial = trial;
    }

    /// What fails in the end, in words.
    String smallest(RandomStream failing) throws InterruptedException {
        RandomStream stream = failing;
        for (RandomStream next = smaller(stream); next != stream; next = smaller(stream)) {
            stream = next;
        }
        StringBuilder words = new StringBuilder(stream.toString());
        stream.arrivals().forEach(arrival -> words.append('\n').append(arrival));
        return words.append('\n')
                .append(trial.failure(stream).orElse("does not fail again"))
                .toString();
    }

    private RandomStream smaller(RandomStream stream) throws InterruptedException {
        RandomStream smallest = stream;
        for (int length = Math.max(1, stream.arrivals().size() / 2); length > 0; length /= 2) {
            int from = 0;
            while (from < smallest.arrivals().size()) {
                List<Arrival> fewer = new ArrayList<>(smallest.arrivals());
                fewer.subList(from, Math.min(fewer.size(), from + length)).clear();
                if (fails(smallest.with(fewer))) {
                    smallest = smallest.with(fewer);
                } else {
                    from += length;
                }
            }
        }
        for (RandomStream simpler : smallest.simpler()) {
            if (fails(simpler)) {
                return simpler;
            }
        }
        return smallest.arrivals().size() < stream.arrivals().size() ? smallest : stream;
    }

    private boolean fails(RandomStream stream) throws InterruptedException {
        return trial.failure(stream).isPresent();
    }
}
