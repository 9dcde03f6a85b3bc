package io.mullion.state;

import io.mullion.codegen.KeyAddresses;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// Group ids by the value of an integer key, for as long as all keys that were ever seen lie in a small range: a
/// look-up is then one load. Beside the slots, which have all keys in any case, so that it can end at any time.
///
/// *Ownership*: owns its block. *Thread*: the worker.
final class DirectIds implements AutoCloseable {
    private static final int LEAST_SPAN = 1 << 10;
    /// 256 KiB: it lies in the second-level cache.
    private static final int MOST_SPAN = 1 << 16;

    private final MemoryAccount account;
    private final KeyAddresses addresses;
    private int span;
    private boolean over;
    private long least;
    private long greatest;

    /// @param addresses kept up to date
    DirectIds(MemoryAccount account, KeyAddresses addresses) {
        this.account = account;
        this.addresses = addresses;
    }

    /// Enters a key, or gives up for good if it lies too far from those before.
    void enter(long key, int group) {
        if (over) {
            return;
        }
        if (span == 0) {
            least = key;
            greatest = key;
            use(LEAST_SPAN);
        } else {
            least = Math.min(least, key);
            greatest = Math.max(greatest, key);
            // Unsigned, for the difference may leave int64.
            if (Long.compareUnsigned(greatest - least, MOST_SPAN) >= 0) {
                over = true;
                close();
                return;
            }
            if ((key - addresses.directBase & addresses.directOutside) != 0) {
                int width = (int) (greatest - least) + 1;
                use(Math.min(MOST_SPAN, Math.max(LEAST_SPAN, Integer.highestOneBit(width) << 2)));
            }
        }
        RawMemory.putInt(at(key), group + 1);
    }

    void remove(long key) {
        if (!over) {
            RawMemory.putInt(at(key), 0);
        }
    }

    /// Room for a range with the keys seen in its middle, so that it can grow to both sides.
    private void use(int newSpan) {
        long fresh = account.take(4L * newSpan);
        RawMemory.fill(fresh, 4L * newSpan, (byte) 0);
        long base = least - (newSpan - (greatest - least + 1)) / 2;
        if (span != 0) {
            long from = Math.max(0, base - addresses.directBase);
            long to = Math.min(span, base + newSpan - addresses.directBase);
            RawMemory.copy(
                    addresses.direct + 4 * from, fresh + 4 * (addresses.directBase + from - base), 4 * (to - from));
            close();
        }
        addresses.direct = fresh;
        addresses.directBase = base;
        addresses.directOutside = -(long) newSpan;
        span = newSpan;
    }

    private long at(long key) {
        return addresses.direct + 4 * (key - addresses.directBase);
    }

    @Override
    public void close() {
        if (span != 0) {
            account.give(addresses.direct, 4L * span);
            addresses.direct = 0;
            span = 0;
        }
    }
}
