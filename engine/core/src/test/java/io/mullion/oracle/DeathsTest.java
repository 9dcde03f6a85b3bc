package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.StatefulStream;
import io.mullion.TestEngine;
import io.mullion.expr.TimeUnit;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.RowView;
import io.mullion.io.Timers;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Jobs that die again and again, each with another number of workers, say what one says that does not die.
/// `-Dmullion.schedule.seeds=N` asks for more streams, `-Dmullion.seed=S` for others.
@Tag("schedule")
class DeathsTest {
    record Click(@EventTime(TimeUnit.SECONDS) long time, String user, long page) {}

    record Visits(long count) {}

    record Note(long count, String what) {}

    private static final int ROWS = 300;
    private static final long DISORDER = 6;

    /// Which streams a question reads. Where rows of several workers come together by two ways, which of them are late
    /// is not promised: then none is.
    enum Reads {
        LEFT_AND_LATE_ROWS,
        LEFT,
        BOTH
    }

    /// What is asked of two streams. Order among the results is not promised.
    enum Question {
        DUPLICATES(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.dropDuplicates("user", "page");
            }
        },
        DUPLICATES_WITH_TIME(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.dropDuplicates("time", "user");
            }
        },
        DUPLICATES_WITHIN(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.dropDuplicatesWithin(ofSeconds(9), "user");
            }
        },
        WINDOWS_OF_DUPLICATES(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left.dropDuplicatesWithin(ofSeconds(9), "user", "page"));
            }
        },
        TOP_OF_WINDOW(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left).topOfWindow(2, "n", "page");
            }
        },
        TOP_OF_WINDOW_BY_KEY(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left).keyBy("user").topOfWindow(1, "n", "page");
            }
        },
        TOP_OF_WINDOW_BY_ANOTHER_KEY(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left).keyBy("n").topOfWindow(1, "page");
            }
        },
        FIRST_OF_THE_ORDER(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left).sort("n", "user", "page").limit(3);
            }
        },
        WINDOWS_OF_TOPS(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left)
                        .topOfWindow(2, "n")
                        .keyBy("page")
                        .window(Window.tumbling(ofSeconds(16)))
                        .aggregate(count().as("windows"), sum(col("n")).as("n"));
            }
        },
        UNION {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.union(right.filter(col("page").gt(0)), left);
            }
        },
        WINDOWS_OF_A_UNION {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left.union(right));
            }
        },
        UNION_OF_WINDOWS {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left)
                        .union(counted(right))
                        .keyBy("page")
                        .window(Window.tumbling(ofSeconds(8)))
                        .aggregate(count().as("rows"), sum(col("n")).as("n"));
            }
        },
        SESSIONS_OF_A_UNION {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.union(right)
                        .keyBy("user")
                        .window(Window.session(ofSeconds(3)))
                        .aggregate(count().as("n"));
            }
        },
        ROWS_AS_OF {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left
                        .join(right)
                        .onEqual("user", "user")
                        .asOf()
                        .where(col("left_page").le(col("right_page")))
                        .stream();
            }
        },
        LATEST_ROWS {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.leftJoin(right).onEqual("user", "user").latest().stream();
            }
        },
        LATEST_ROW_OF_ALL {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.join(right).latest().stream();
            }
        },
        LATEST_ROWS_BY_ANOTHER_KEY {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left
                        .dropDuplicates("time", "page")
                        .leftJoin(right.filter(col("user").isNotNull()))
                        .onEqual("page", "page")
                        .latest()
                        .stream();
            }
        },
        WINDOWS_OF_A_JOIN {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.leftJoin(right).onEqual("user", "user").between(ofSeconds(4), ofSeconds(1)).stream()
                        .keyBy("left_page")
                        .window(Window.tumbling(ofSeconds(8)))
                        .aggregate(count().as("n"), max(col("right_page")).as("most"));
            }
        },
        JOIN_OF_WINDOWS {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left)
                        .fullJoin(counted(right))
                        .onEqual("page", "page")
                        .between(ofSeconds(4), ofSeconds(4))
                        .stream();
            }
        },
        FUNCTION(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return visits(left);
            }
        },
        /// Not of a union: which of two streams is ahead is nobody's to say where workers share them.
        FUNCTION_OF_COLUMNS(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return visits(left.select(
                        col("time"), col("user"), col("page").plus(1).as("page")));
            }
        },
        FUNCTION_BEHIND_WINDOWS(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return counted(left)
                        .keyBy("page")
                        .process(RowView.class, StateSpec.of(Visits.class), Note.class, (row, state, timers, out) -> {
                            long all = (state.exists() ? state.get().count() : 0) + row.int64("n");
                            state.update(new Visits(all));
                            out.accept(new Note(0, "of window " + row.int64("window_end")));
                        });
            }
        },
        STATES_AT_TIMES(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return visits(left).stateSnapshots(ofSeconds(10));
            }
        },
        WINDOWS_OF_A_FUNCTION(Reads.LEFT) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return visits(left)
                        .keyBy("what")
                        .window(Window.tumbling(ofSeconds(8)))
                        .aggregate(count().as("n"), sum(col("count")).as("sum"));
            }
        },
        STEPS_BY_OTHER_KEYS(Reads.LEFT_AND_LATE_ROWS) {
            @Override
            DataStream of(DataStream left, DataStream right) {
                return left.dropDuplicates("time", "user")
                        .keyBy("page")
                        .window(Window.tumbling(ofSeconds(4)))
                        .aggregate(count().as("n"))
                        .keyBy("n")
                        .window(Window.tumbling(ofSeconds(8)))
                        .aggregate(count().as("windows"))
                        .window(Window.tumbling(ofSeconds(16)))
                        .aggregate(count().as("rows"), sum(col("windows")).as("windows"));
            }
        };

        final Reads reads;

        Question() {
            this(Reads.BOTH);
        }

        Question(Reads reads) {
            this.reads = reads;
        }

        abstract DataStream of(DataStream left, DataStream right);

        private static DataStream counted(DataStream clicks) {
            return clicks.keyBy("user", "page")
                    .window(Window.sliding(ofSeconds(8), ofSeconds(4)))
                    .aggregate(count().as("n"), max(col("time")).as("last"));
        }

        private static StatefulStream visits(DataStream clicks) {
            return clicks.keyBy("user")
                    .process(
                            Click.class,
                            StateSpec.of(Visits.class).withTimeOut(ofSeconds(12)),
                            Note.class,
                            new Counting());
        }
    }

    /// Counts rows, says so some time after one, forgets the count now and then, and says how much was left of it when
    /// a key is idle.
    private static final class Counting implements KeyedFunction<Click, Visits, Note> {
        @Override
        public void onRow(Click row, KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            long count = state.exists() ? state.get().count() : 0;
            if (count > 7) {
                state.remove();
                out.accept(new Note(count, "enough"));
            } else {
                state.update(new Visits(count + 1));
            }
            if (row.page() > 0) {
                timers.at(row.time() + row.page() * 4);
            }
        }

        @Override
        public void onTimer(KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            out.accept(new Note(state.exists() ? state.get().count() : 0, "timer"));
        }

        @Override
        public void onTimeOut(KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            out.accept(new Note(state.exists() ? state.get().count() : -1, "idle"));
        }
    }

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    /// A question, and what it gets.
    private final class Asked {
        final Question question;
        final Pipeline pipeline = Pipeline.create();
        final Input<Click> left = pipeline.input("left", Click.class, Watermark.bounded(ofSeconds(DISORDER)));
        final Input<Click> right = pipeline.input("right", Click.class, Watermark.bounded(ofSeconds(DISORDER)));
        final Collected results = new Collected();
        private Job job;
        private Producer<Click> lefts;
        private Producer<Click> rights;

        Asked(Question question) {
            this.question = question;
            question.of(left.stream(), right.stream()).to(results);
        }

        void begin(Job job) {
            this.job = job;
            lefts = job.producer(left);
            rights = question.reads == Reads.BOTH ? job.producer(right) : null;
        }

        void feed(TestEngine engine, List<Arrived> stretch) {
            for (Arrived row : stretch) {
                Producer<Click> producer = row.left() ? lefts : rights;
                if (producer != null) {
                    producer.offer(row.click());
                }
            }
            engine.runUntilIdle();
        }

        void close() {
            lefts.close();
            if (rights != null) {
                rights.close();
            }
        }

        List<String> end() throws InterruptedException {
            close();
            job.drain();
            job.await();
            return results.rows.stream().map(List::toString).sorted().toList();
        }
    }

    private record Arrived(boolean left, Click click) {}

    private static List<List<Arrived>> stretches(Random random, Reads reads) {
        List<List<Arrived>> stretches = new ArrayList<>();
        int longest = List.of(1, 6, 70).get(random.nextInt(3));
        for (int made = 0; made < ROWS; ) {
            boolean left = random.nextInt(3) > 0;
            List<Arrived> stretch = new ArrayList<>();
            for (int i = 1 + random.nextInt(longest); i > 0; i--) {
                boolean late = random.nextInt(20) == 0 && reads == Reads.LEFT_AND_LATE_ROWS;
                long time = made++ / 4 + random.nextLong(DISORDER) - (late ? 20 : 0);
                String user = random.nextInt(10) == 0 ? null : "a user by the name of " + random.nextInt(6);
                stretch.add(new Arrived(left, new Click(time, user, random.nextInt(4))));
            }
            stretches.add(stretch);
        }
        return stretches;
    }

    static Stream<Arguments> questions() {
        long first = Long.getLong("mullion.seed", 1);
        long count = Integer.getInteger("mullion.schedule.seeds", 6);
        return Stream.of(Question.values())
                .flatMap(question -> Stream.iterate(first, seed -> seed < first + count, seed -> seed + 1)
                        .map(seed -> Arguments.of(question, seed)));
    }

    private JobConfig config(Random lives) {
        return JobConfig.defaults()
                .withWorkers(1 + lives.nextInt(3))
                .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("questions")
    void deathsDoNotShow(Question question, long seed) throws InterruptedException {
        Random random = new Random(seed);
        List<List<Arrived>> stretches = stretches(random, question.reads);
        List<String> expected = undisturbed(question, stretches);
        assertFalse(expected.isEmpty());
        assertEquals(String.join("\n", expected), String.join("\n", withDeaths(question, stretches, random)));
    }

    private List<String> undisturbed(Question question, List<List<Arrived>> stretches) throws InterruptedException {
        Asked asked = new Asked(question);
        TestEngine engine = engines.test();
        asked.begin(engine.run(asked.pipeline));
        stretches.forEach(stretch -> asked.feed(engine, stretch));
        return asked.end();
    }

    /// Some rows behind a checkpoint a job stops, what it has handed on since is forgotten, and another one goes on
    /// from the checkpoint and gets these rows again.
    private List<String> withDeaths(Question question, List<List<Arrived>> stretches, Random random)
            throws InterruptedException {
        Asked asked = new Asked(question);
        TestEngine engine = engines.test();
        asked.begin(engine.run(asked.pipeline, config(random)));
        int distance = 1 + stretches.size() / 6;
        for (int i = 0; i < stretches.size(); i++) {
            if (random.nextInt(distance) == 0) {
                asked.job.checkpoint();
                int kept = asked.results.rows.size();
                for (int lost = i; lost < stretches.size() && random.nextInt(3) > 0; lost++) {
                    asked.feed(engine, stretches.get(lost));
                }
                asked.job.stop();
                asked.job.await();
                asked.close();
                asked.results.rows.subList(kept, asked.results.rows.size()).clear();
                asked.begin(engine.restore(asked.pipeline, config(random)));
            }
            asked.feed(engine, stretches.get(i));
        }
        return asked.end();
    }
}
