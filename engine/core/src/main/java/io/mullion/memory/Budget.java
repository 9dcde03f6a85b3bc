package io.mullion.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What all views of a [MemoryPool] have in common: blocks of power-of-two sizes, cut from slabs that are taken from
/// the operating system when first needed, and the accounts that hold them.
///
/// A slab stays until the pool closes; a block given back waits in the free list of its size and, when no slab may be
/// taken any more, larger free blocks are halved. So the budget bounds what the process really holds, and a steady
/// state takes nothing new. Free lists are linked through the free blocks themselves: giving and taking allocates
/// nothing on the heap.
///
/// All slabs belong to one shared arena, because closing one costs a handshake with every thread. *Thread*: any; one
/// lock, not for each row.
final class Budget {
    private static final int MIN_BLOCK_SHIFT = 7;
    private static final long SLAB_BYTES = 1 << 20;
    private static final byte POISON = (byte) 0xDB;
    /// Holders that the error of an exhausted budget names, and characters of a name: that of an operator is its whole
    /// expression.
    private static final int MOST_HOLDERS = 3;

    private static final int MOST_NAME = 60;

    private final long limitBytes;
    private final Arena arena = Arena.ofShared();
    private final long[] freeHeads = new long[64];
    private final List<MemoryAccount> accounts = new ArrayList<>();
    private long slabNext;
    private long slabEnd;
    /// Size of each slab by its address.
    private final TreeMap<Long, Long> slabs = new TreeMap<>();

    private long takenBytes;
    private boolean closed;

    /// @param limitBytes the most that may be held, whatever it is used for
    Budget(long limitBytes) {
        if (limitBytes < SLAB_BYTES) {
            throw MullionException.invalid(
                    "memory limit must be at least " + SLAB_BYTES + " bytes: memoryLimitBytes=" + limitBytes);
        }
        this.limitBytes = limitBytes;
    }

    /// A new account; names need not be unique.
    ///
    /// @param owner the job, or null
    synchronized MemoryAccount account(String owner, String name) {
        MemoryAccount account = new MemoryAccount(this, owner, name);
        accounts.add(account);
        return account;
    }

    /// Forgets an account whose owner is gone, unless it still holds something.
    synchronized void retire(MemoryAccount account) {
        if (account.bytesOut() == 0) {
            accounts.remove(account);
        }
    }

    long limitBytes() {
        return limitBytes;
    }

    /// Bytes held from the operating system: what is out and what waits to be used again.
    synchronized long takenBytes() {
        return takenBytes;
    }

    /// Bytes in use now.
    synchronized long bytesOut() {
        return accounts.stream().mapToLong(MemoryAccount::bytesOut).sum();
    }

    /// Returns all slabs.
    ///
    /// @throws MullionException `LEAK` if blocks are still out, naming their owners; the slabs then stay, because
    /// somebody may write to them
    synchronized void close() {
        if (closed) {
            return;
        }
        if (bytesOut() != 0) {
            throw new MullionException(Reason.LEAK, "memory still out when the engine closed: " + holders());
        }
        closed = true;
        arena.close();
    }

    static long blockBytes(long bytes) {
        return 1L << blockShift(bytes);
    }

    synchronized long take(long bytes, MemoryAccount account) {
        if (closed) {
            throw MullionException.misuse("memory taken from a closed engine: account=" + account.fullName());
        }
        int shift = blockShift(bytes);
        long address = block(shift);
        if (address == 0 && rejoin()) {
            address = block(shift);
        }
        if (address == 0) {
            new MemoryRefused(account.fullName(), 1L << shift, limitBytes, greatestHolders() + byOwner()).commit();
            throw new MullionException(
                    Reason.OUT_OF_MEMORY,
                    "memory budget exhausted: wanted=" + (1L << shift) + " for " + cut(account.fullName()) + ", limit="
                            + limitBytes + ", held by " + greatestHolders() + byOwner() + ", free in smaller blocks="
                            + (takenBytes - bytesOut()));
        }
        RawMemory.track(address, 1L << shift);
        return address;
    }

    synchronized void give(long address, long bytes) {
        int shift = blockShift(bytes);
        if (RawMemory.CHECKED) {
            RawMemory.fill(address, 1L << shift, POISON);
            RawMemory.untrack(address);
        }
        pushFree(shift, address);
    }

    /// A block: one that was given back, a new one, or a part of a larger one that was given back; 0 if there is none.
    private long block(int shift) {
        long address = freeHeads[shift];
        if (address != 0) {
            freeHeads[shift] = nextFree(address);
            return address;
        }
        address = cut(shift);
        return address != 0 ? address : halve(shift);
    }

    /// A new block from a slab, or 0 if the budget has no room for one.
    private long cut(int shift) {
        long bytes = 1L << shift;
        if (bytes > SLAB_BYTES / 2) {
            return slab(bytes);
        }
        if (slabEnd - slabNext < bytes) {
            long slab = slab(SLAB_BYTES);
            if (slab == 0) {
                return 0;
            }
            keepRest();
            slabNext = slab;
            slabEnd = slab + SLAB_BYTES;
        }
        long address = slabNext;
        slabNext += bytes;
        return address;
    }

    /// What is left of the slab becomes free blocks: the rest is a sum of powers of two.
    private void keepRest() {
        while (slabNext < slabEnd) {
            int shift = Long.numberOfTrailingZeros(slabEnd - slabNext);
            pushFree(shift, slabNext);
            slabNext += 1L << shift;
        }
    }

    private long slab(long bytes) {
        if (takenBytes + bytes > limitBytes) {
            return 0;
        }
        long address = arena.allocate(bytes, 1L << MIN_BLOCK_SHIFT).address();
        takenBytes += bytes;
        slabs.put(address, bytes);
        return address;
    }

    /// Half of a larger free block; the other half goes to its free list.
    private long halve(int shift) {
        int larger = shift + 1;
        while (larger < freeHeads.length && freeHeads[larger] == 0) {
            larger++;
        }
        if (larger == freeHeads.length) {
            return 0;
        }
        long address = freeHeads[larger];
        freeHeads[larger] = nextFree(address);
        while (larger > shift) {
            larger--;
            pushFree(larger, address + (1L << larger));
        }
        return address;
    }

    /// Joins free blocks that were once halves of one. Only when the budget has no other block to give.
    ///
    /// @return whether any were joined
    private boolean rejoin() {
        boolean joined = false;
        for (int shift = MIN_BLOCK_SHIFT; shift < freeHeads.length - 1; shift++) {
            long[] free = takeFree(shift);
            for (int i = 0; i < free.length; i++) {
                if (i + 1 < free.length && areHalves(free[i], free[i + 1], shift)) {
                    pushFree(shift + 1, free[i]);
                    i++;
                    joined = true;
                } else {
                    pushFree(shift, free[i]);
                }
            }
        }
        return joined;
    }

    /// All free blocks of a size, by address.
    private long[] takeFree(int shift) {
        LongStream.Builder free = LongStream.builder();
        for (long address = freeHeads[shift]; address != 0; address = nextFree(address)) {
            free.add(address);
        }
        freeHeads[shift] = 0;
        return free.build().sorted().toArray();
    }

    private boolean areHalves(long first, long second, int shift) {
        Map.Entry<Long, Long> slab = slabs.floorEntry(first);
        long offset = first - slab.getKey();
        long joinedBytes = 2L << shift;
        return second - first == 1L << shift
                && (offset & joinedBytes - 1) == 0
                && offset + joinedBytes <= slab.getValue();
    }

    private void pushFree(int shift, long address) {
        RawMemory.EVERYTHING.set(JAVA_LONG, address, freeHeads[shift]);
        freeHeads[shift] = address;
    }

    // Free blocks are not live, so these two go past the checks of RawMemory.
    private static long nextFree(long address) {
        return RawMemory.EVERYTHING.get(JAVA_LONG, address);
    }

    private static int blockShift(long bytes) {
        if (bytes < 0 || bytes > 1L << 46) {
            throw new IllegalArgumentException("block size out of range: bytes=" + bytes);
        }
        return Math.max(MIN_BLOCK_SHIFT, 64 - Long.numberOfLeadingZeros(Math.max(1, bytes) - 1));
    }

    private String holders() {
        return holding()
                .map(account -> account.fullName() + "=" + account.bytesOut())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private Stream<MemoryAccount> holding() {
        return accounts.stream()
                .filter(account -> account.bytesOut() != 0)
                .sorted(Comparator.comparingLong(MemoryAccount::bytesOut).reversed());
    }

    /// Those that the one who has to mend it looks at, by names that fit a line.
    private String greatestHolders() {
        StringJoiner holders = new StringJoiner(", ", "[", "]");
        holding()
                .limit(MOST_HOLDERS)
                .forEach(account -> holders.add(cut(account.fullName()) + "=" + account.bytesOut()));
        long others = holding().count() - MOST_HOLDERS;
        if (others > 0) {
            holders.add(others + " more="
                    + holding()
                            .skip(MOST_HOLDERS)
                            .mapToLong(MemoryAccount::bytesOut)
                            .sum());
        }
        return holders.toString();
    }

    /// How much each job holds; empty if there are none.
    private String byOwner() {
        Map<String, Long> owners = new TreeMap<>();
        holding()
                .filter(account -> account.owner() != null)
                .forEach(account -> owners.merge(account.owner(), account.bytesOut(), Long::sum));
        return owners.isEmpty() ? "" : ", by job " + owners;
    }

    /// Bytes that are out by the names of an owner's accounts.
    synchronized Map<String, Long> bytesByPart(String owner) {
        Map<String, Long> parts = new TreeMap<>();
        holding()
                .filter(account -> owner.equals(account.owner()))
                .forEach(account -> parts.merge(account.name(), account.bytesOut(), Long::sum));
        return parts;
    }

    private static String cut(String name) {
        return name.length() <= MOST_NAME ? name : name.substring(0, MOST_NAME) + "...";
    }
}
