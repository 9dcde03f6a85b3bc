package io.mullion.exchange;

import java.util.ArrayList;
import java.util.List;

/// The receivers, on whichever workers, that the same senders tell how far time has come.
///
/// Where lanes come and go, or have been idle for long, they may hear of it at different moments, and one has come
/// further in time than another for a while. For a checkpoint, whose state others may share out anew among each other,
/// there is but one time: the others come to the greatest that any has come to.
/// *Thread*: that which plans the job; then whichever worker, while all of them stand still.
final class CommonTime {
    private final List<Receiver> receivers = new ArrayList<>();

    void add(Receiver receiver) {
        receivers.add(receiver);
    }

    /// The greatest that any of them has come to; the least int64 if none has heard of any.
    long time() {
        long greatest = Long.MIN_VALUE;
        for (Receiver receiver : receivers) {
            greatest = Math.max(greatest, receiver.time());
        }
        return greatest;
    }

    /// Has those that are behind come to the time of the others, when their workers go on.
    ///
    /// @return whether there are any
    boolean settle() {
        long greatest = Long.MIN_VALUE;
        for (Receiver receiver : receivers) {
            // That all has ended each of them hears for itself.
            if (!receiver.ended()) {
                greatest = Math.max(greatest, receiver.time());
            }
        }
        boolean behind = false;
        for (Receiver receiver : receivers) {
            // What waits there for others is what holds it up.
            if (receiver.time() < greatest && receiver.isEmpty()) {
                receiver.catchUp(greatest);
                behind = true;
            }
        }
        return behind;
    }

    /// Has all of them come to a time, if they have not, before they hand on anything.
    void restored(long time) {
        receivers.forEach(receiver -> receiver.catchUp(time));
    }
}
