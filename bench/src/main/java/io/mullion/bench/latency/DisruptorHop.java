package io.mullion.bench.latency;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;

/// An LMAX Disruptor with one producer and one consumer that spins.
final class DisruptorHop implements Hop {
    private static final int CAPACITY = 1 << 15;

    private static final class Slot {
        long dueNanos;
    }

    private final Disruptor<Slot> disruptor = new Disruptor<>(
            Slot::new,
            CAPACITY,
            task -> Thread.ofPlatform().daemon().name("hop").unstarted(task),
            ProducerType.SINGLE,
            new BusySpinWaitStrategy());
    private final RingBuffer<Slot> ring;

    DisruptorHop(Arrivals arrivals) {
        disruptor.handleEventsWith((slot, _, _) -> arrivals.arrived(slot.dueNanos));
        ring = disruptor.start();
    }

    @Override
    public void send(long dueNanos) {
        long sequence = ring.next();
        ring.get(sequence).dueNanos = dueNanos;
        ring.publish(sequence);
    }

    @Override
    public void close() {
        disruptor.shutdown();
    }
}
