package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.spec.Watermark;
import io.mullion.window.WindowSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Where engines differ, and ours is not the one that a case was taken from. Each says for which params, why, and what
/// has to come out here.
enum Difference {
    /// Two sessions that lie exactly one gap apart are one.
    TOUCHING_SESSIONS("sessions that touch are one") {
        @Override
        boolean applies(Case one) {
            return one.word("touching_sessions").equals("separate")
                    || one.word("touching").equals("separate");
        }

        /// Expected are the sessions of the case, those that touch put together.
        @Override
        Trial change(Case one, Trial trial) {
            List<Row> rows = new ArrayList<>(trial.expectation().rows());
            if (!rows.stream().allMatch(Row::hasBounds)) {
                return trial;
            }
            rows.sort(Comparator.comparingLong(Row::start));
            List<Row> merged = new ArrayList<>();
            for (Row row : rows) {
                int touched = -1;
                for (int i = 0; i < merged.size(); i++) {
                    if (merged.get(i).end() == row.start() && sameKey(trial, merged.get(i), row)) {
                        touched = i;
                    }
                }
                if (touched < 0) {
                    merged.add(row);
                } else {
                    Row before = merged.remove(touched);
                    merged.add(combined(one, before, row)
                            .with(WindowSchema.START, before.cells().get(WindowSchema.START)));
                }
            }
            merged.sort(Comparator.comparingLong(Row::end));
            return merged.size() == trial.expectation().rows().size()
                    ? trial
                    : new Trial(trial.question(), trial.expectation().withRows(merged));
        }
    },

    /// A row whose session has no length is left out.
    EMPTY_SESSIONS("a gap of nothing is no session") {
        @Override
        boolean applies(Case one) {
            return one.operation().equals("merge-windows");
        }

        @Override
        Trial change(Case one, Trial trial) {
            List<Row> rows = trial.expectation().rows().stream()
                    .filter(row -> row.start() < row.end())
                    .toList();
            return new Trial(trial.question(), trial.expectation().withRows(rows));
        }
    },

    /// A window that fires again says what all its rows give, not what the new ones do.
    REFIRING_COVERS_ALL("a window that fires again covers all its rows, there is no purging") {
        @Override
        boolean applies(Case one) {
            return one.word("trigger").equals("purge")
                    && one.params().path("allowed_lateness_ms").asLong() > 0;
        }

        /// Expected is, at each firing, what the case has for this window or parts of it so far.
        @Override
        Trial change(Case one, Trial trial) {
            List<Row> purged = trial.expectation().rows();
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < purged.size(); i++) {
                Row row = purged.get(i);
                for (Row before : purged.subList(0, i)) {
                    if (sameKey(trial, before, row) && before.start() >= row.start() && before.end() <= row.end()) {
                        row = combined(one, before, row);
                    }
                }
                rows.add(row);
            }
            return new Trial(trial.question(), trial.expectation().withRows(rows));
        }
    },

    /// A row behind the watermark counts in the windows that are open.
    LATE_ROWS_OF_OPEN_WINDOWS("a row behind the watermark counts while its window is open") {
        @Override
        boolean applies(Case one) {
            return one.word("family").equals("jet");
        }

        /// The expectation holds without the rows that are behind the watermark.
        @Override
        Trial change(Case one, Trial trial) {
            List<Step> kept = new ArrayList<>(trial.question().steps());
            kept.removeAll(behind(trial.question().steps()));
            return new Trial(trial.question().withSteps(kept), trial.expectation());
        }

        /// With them, windows that end after that watermark are those of the same rows in good time.
        @Override
        void checkOurs(Trial trial) throws InterruptedException {
            List<Step> steps = trial.question().steps();
            long watermark = greatestWatermark(
                    steps.subList(0, steps.lastIndexOf(behind(steps).getLast())));
            List<Step> inGoodTime = Stream.concat(
                            steps.stream().filter(Step.Feed.class::isInstance),
                            steps.stream().filter(step -> !(step instanceof Step.Feed)))
                    .toList();
            assertEquals(after(watermark, trial.question().withSteps(inGoodTime)), after(watermark, trial.question()));
        }

        private List<String> after(long watermark, Question question) throws InterruptedException {
            return Outcome.of(question).rows().stream()
                    .filter(row -> row.end() > watermark)
                    .map(row -> row.at(Row.ANY).toString())
                    .sorted()
                    .toList();
        }

        private static List<Step> behind(List<Step> steps) {
            List<Step> behind = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i) instanceof Step.Feed feed
                        && feed.row().get(CaseColumns.TIME).asLong() < greatestWatermark(steps.subList(0, i))) {
                    behind.add(feed);
                }
            }
            return behind;
        }

        private static long greatestWatermark(List<Step> steps) {
            return steps.stream()
                    .mapToLong(step -> step instanceof Step.State state ? state.time() : Long.MIN_VALUE)
                    .max()
                    .orElse(Long.MIN_VALUE);
        }
    },

    /// Results follow the watermark at once.
    NO_BATCH_LATER("results come with the batch that moved the watermark, never one later") {
        @Override
        boolean applies(Case one) {
            return !one.params().path("no_data_batch").asBoolean(true);
        }

        /// What the case has for a batch comes one earlier; the last batch's results it does not see.
        @Override
        Trial change(Case one, Trial trial) {
            List<Row> rows = trial.expectation().rows().stream()
                    .map(row -> row.at(row.at() - 1))
                    .toList();
            return new Trial(
                    trial.question(),
                    trial.expectation().withRows(rows).until(one.batches().size() - 1));
        }
    },

    /// Windows leave when they have fired.
    NO_COMPLETE_MODE("windows leave: their results are not repeated with each batch for ever") {
        @Override
        boolean applies(Case one) {
            return one.has("window") && one.word("output_mode").equals("complete");
        }

        /// As nothing is ever late in that mode, the last of its results are those at the end of an input without
        /// watermark.
        @Override
        Trial change(Case one, Trial trial) {
            int last = one.batches().size() - 1;
            List<Step> steps = new ArrayList<>(trial.question().steps());
            steps.add(new Step.End(last));
            List<Row> rows = trial.expectation().rows().stream()
                    .filter(row -> row.at() == last)
                    .toList();
            return new Trial(
                    trial.question().withWatermark(Watermark.none()).withSteps(steps),
                    trial.expectation().withRows(rows).withoutLateCounts());
        }
    },

    /// A window that had early results says the last of them once more.
    LAST_RESULT_REPEATED("a window has a result when it ends, also where its last early one said the same") {
        @Override
        boolean applies(Case one) {
            return one.has("window") && one.word("output_mode").equals("update");
        }

        @Override
        Trial change(Case one, Trial trial) {
            return new Trial(trial.question(), trial.expectation().withRepeated());
        }
    },

    /// Windows may be shifted backwards.
    NEGATIVE_OFFSET("|offset| < slide, negative too") {
        @Override
        boolean applies(Case one) {
            JsonNode window = one.params().path("window");
            long offset = window.path("offset_ms").asLong();
            long slide =
                    window.path(window.has("slide_ms") ? "slide_ms" : "size_ms").asLong();
            return one.refused()
                    && one.word("family").equals("beam")
                    && window.path("size_ms").asLong() > 0
                    && offset < 0
                    && -offset < slide;
        }
    };

    final String reason;

    Difference(String reason) {
        this.reason = reason;
    }

    static List<Difference> of(Case one) {
        return Arrays.stream(values())
                .filter(difference -> difference.applies(one))
                .toList();
    }

    /// Whether it is one, for the params of the case.
    abstract boolean applies(Case one);

    /// What is asked here and has to come out; the trial itself where this case is none in which engines differ.
    Trial change(Case one, Trial trial) {
        return trial;
    }

    /// What more holds for our answer to a trial that was changed.
    ///
    /// @param trial as the case has it
    void checkOurs(Trial trial) throws InterruptedException {}

    private static boolean sameKey(Trial trial, Row a, Row b) {
        return a.with(trial.expectation().keys())
                .at(Row.ANY)
                .equals(b.with(trial.expectation().keys()).at(Row.ANY));
    }

    /// `row` with the aggregates of both.
    private static Row combined(Case one, Row before, Row row) {
        Map<String, Object> cells = new TreeMap<>(row.cells());
        for (JsonNode aggregate : one.aggregates()) {
            String name = aggregate.get("as").asText();
            Object a = before.cells().get(name);
            Object b = row.cells().get(name);
            if (cells.containsKey(name)) {
                cells.put(
                        name,
                        a == null
                                ? b
                                : b == null ? a : combined(aggregate.get("fn").asText(), a, b));
            }
        }
        return new Row(row.at(), cells);
    }

    private static Object combined(String function, Object a, Object b) {
        return switch (function) {
            case "count", "count_non_null", "sum", "sum_decimal" -> Row.number(((BigDecimal) a).add((BigDecimal) b));
            case "min", "min_ts" -> ((BigDecimal) a).min((BigDecimal) b);
            case "max", "max_ts" -> ((BigDecimal) a).max((BigDecimal) b);
            case "collect", "collect_ts" ->
                Row.sorted(Stream.concat(((Collection<?>) a).stream(), ((Collection<?>) b).stream())
                        .toList());
            default -> throw new IllegalArgumentException("two results cannot be put together: fn=" + function);
        };
    }
}
