package io.mullion.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.runtime.Standstill.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Workers that send each other messages, each of which leads to others, and some input of their own.
class StandstillTest {
    private static final int MOST_HOPS = 6;

    /// Its cycle in steps, between any two of which the others may do theirs. What is plain here is read by the first
    /// worker at a standstill.
    private static final class Member {
        final int number;
        final Standstill standstill;
        final List<Member> all;
        final Random random;
        final ConcurrentLinkedQueue<Integer> inbox = new ConcurrentLinkedQueue<>();
        private final List<Integer> inHand = new ArrayList<>();
        private int step;
        private boolean token;
        private Phase phase;
        private boolean moved;
        private long sent;
        private long taken;
        /// Of the first worker.
        int standstills;

        Member(int number, Standstill standstill, List<Member> all, long seed) {
            this.number = number;
            this.standstill = standstill;
            this.all = all;
            random = new Random(seed + number);
        }

        void step() {
            switch (step++) {
                case 0 -> {
                    token = standstill.has(number);
                    phase = standstill.phase();
                    if (phase == Phase.STANDING) {
                        stand();
                    }
                }
                case 1 -> take();
                case 2 -> send();
                default -> {
                    step = 0;
                    if (number == 0 && phase == Phase.RUNNING && random.nextInt(5) == 0) {
                        standstill.call();
                    }
                    pass();
                }
            }
        }

        private void take() {
            // Not always all: workers do as much as a turn allows.
            for (int most = 1 + random.nextInt(3); most > 0; most--) {
                Integer hops = inbox.poll();
                if (hops != null) {
                    taken++;
                    moved = true;
                    inHand.add(hops);
                }
            }
            if ((phase == Phase.RUNNING || phase == Phase.CALLED) && random.nextInt(4) == 0) {
                inHand.add(random.nextInt(MOST_HOPS));
            }
        }

        private void send() {
            for (int hops : inHand) {
                if (hops > 0) {
                    sent++;
                    moved = true;
                    all.get(random.nextInt(all.size())).inbox.add(hops - 1);
                }
            }
            inHand.clear();
        }

        private void stand() {
            step = 0;
            if (number == 0 && token && standstill.reached()) {
                check();
                standstill.release();
            } else {
                pass();
            }
        }

        private void pass() {
            if (token && standstill.pass(number, moved)) {
                moved = false;
            }
        }

        private void check() {
            long sent = 0;
            long taken = 0;
            for (Member member : all) {
                assertTrue(member.inbox.isEmpty());
                assertTrue(member.inHand.isEmpty());
                sent += member.sent;
                taken += member.taken;
            }
            assertEquals(sent, taken);
            // Everybody's, while they do not look.
            all.forEach(member -> member.sent = 0);
            all.forEach(member -> member.taken = 0);
            standstills++;
        }
    }

    private static List<Member> members(int count, long seed) {
        Standstill standstill = new Standstill(count);
        List<Member> members = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            members.add(new Member(number, standstill, members, seed));
        }
        return members;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void nothingIsOnItsWayWhateverTheOrderOfSteps(int workers) {
        for (long seed = 0; seed < 300; seed++) {
            List<Member> members = members(workers, seed);
            Random random = new Random(seed);
            for (int steps = 0; members.getFirst().standstills < 5; steps++) {
                // Some of them are left out for long.
                int among = 1 + (int) (seed + steps / 50) % workers;
                members.get((random.nextInt(among) + steps / 50) % workers).step();
                assertTrue(steps < 1_000_000, "seed=" + seed);
            }
        }
    }

    @Test
    void threadsSeeWhatTheOthersWrote() throws InterruptedException {
        List<Member> members = members(3, 1);
        AtomicBoolean over = new AtomicBoolean();
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Member member : members) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    while (!over.get()) {
                        member.step();
                        Thread.yield();
                        over.compareAndSet(false, member.standstills == 300);
                    }
                } catch (Throwable e) {
                    over.set(true);
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        assertEquals(300, members.getFirst().standstills);
    }

    @Test
    void theLastOneLetsThemGo() {
        Standstill standstill = new Standstill(2);
        assertEquals(false, standstill.end(1));
        assertEquals(false, standstill.end(1));
        assertEquals(true, standstill.end(0));
        assertEquals(true, standstill.end(1));
        assertEquals(false, standstill.isOver());
        standstill.over();
        assertEquals(true, standstill.isOver());
    }
}
