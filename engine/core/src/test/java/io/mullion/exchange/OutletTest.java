package io.mullion.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class OutletTest {
    private static final int SHIPMENTS = 2_000;

    /// What has waited for room goes while the receiver gives back: more in one go than both queues hold.
    @Test
    void whatComesBackWhileMuchIsSentHasRoom() throws InterruptedException, ExecutionException {
        try (ExecutorService receiving = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < 100; round++) {
                Channel channel = new Channel(null);
                try (Outlet outlet = new Outlet(channel, null, null, 1, 1, false)) {
                    for (int time = 0; time < SHIPMENTS; time++) {
                        // Another word about who holds time is another shipment.
                        outlet.idle(time % 2 == 0);
                        outlet.advance(time);
                    }
                    Future<Long> come = receiving.submit(() -> {
                        Inlet inlet = new Inlet(channel, null);
                        while (inlet.time() < SHIPMENTS - 1) {
                            if (inlet.head() != null) {
                                inlet.finish();
                            }
                        }
                        return inlet.finished();
                    });
                    while (!outlet.shipped() && !come.isDone()) {
                        outlet.ship();
                    }
                    assertEquals(outlet.sent(), come.get());
                }
            }
        }
    }
}
