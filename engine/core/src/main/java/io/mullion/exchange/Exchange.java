package io.mullion.exchange;

import java.util.ArrayList;
import java.util.List;

/// One place where the plans of all workers are cut: the channels from those that send there to those that receive.
///
/// *Thread*: that which plans the job.
final class Exchange {
    private record Way(int to, Channel channel) {}

    private final List<Way> ways = new ArrayList<>();
    private boolean exactAtWatermark;
    private boolean asked;
    /// Of those that receive, where their time is not that of an input.
    private final CommonTime time = new CommonTime();

    CommonTime time() {
        return time;
    }

    /// Lays the channels from one worker.
    ///
    /// @param presence whose lanes hold the time of what is sent back, or null
    List<Channel> channels(int receivers, Presence presence) {
        List<Channel> laid = new ArrayList<>();
        for (int to = 0; to < receivers; to++) {
            Channel channel = new Channel(presence);
            ways.add(new Way(to, channel));
            laid.add(channel);
        }
        return laid;
    }

    /// The channels to one worker.
    List<Channel> to(int worker) {
        return ways.stream().filter(way -> way.to() == worker).map(Way::channel).toList();
    }

    /// Whether rows at the very watermark must find time advanced where they are received. The first worker that is
    /// planned receives always.
    boolean exactAtWatermark() {
        return exactAtWatermark;
    }

    void requireExactAtWatermark(boolean exact) {
        exactAtWatermark |= exact;
    }

    /// Whether those that receive ask what time was before each row.
    boolean asked() {
        return asked;
    }

    void requireWatermarks(boolean asked) {
        this.asked |= asked;
    }
}
