package io.mullion.codegen;

/// Where a table of keys lies: what a [KeyKernel] needs to know of it, and all it knows.
///
/// *Shape*: an open-addressing table with linear probing in segments, as [KeyLayout] describes its slots and the keys
/// by group id. A key belongs into segment `Hashing.segment(hash) & segmentMask`, and there into slot `hash >>>
/// hashShift`, or the next free one after it, the first one following the last.
/// *Thread*: plain fields, one thread. *Ownership*: borrows; never frees.
public final class KeyAddresses {
    /// Address of the int64 addresses of the segments.
    public long segments;

    /// Number of segments, a power of two, minus 1.
    public long segmentMask;

    /// How far a hash is shifted to the right to give the number of a slot in its segment.
    public int hashShift;

    /// Number of slots of a segment, a power of two, minus 1.
    public long slotMask;

    /// Address of the int64 addresses of the pages of keys. May be 0 for a layout that keeps the key in its slot.
    public long keyPages;

    /// Where the key is kept in its slot: the group id + 1 of null, or 0 as long as there is none. Other layouts find
    /// nulls in their slots.
    public int nullGroup;

    /// Where integers of a small range are found without a hash: address of int32 group ids + 1 by key minus
    /// [#directBase]; 0 where they are not. All keys that are in the table are in here, too.
    public long direct;

    public long directBase;

    /// The bits that a key minus the base has only if it is out of the range.
    public long directOutside;

    public KeyAddresses() {}

    /// @param address of the addresses of the segments
    /// @param segmentCount a power of two
    /// @param slotCount slots of each: a power of two, 2 at least
    public void useSegments(long address, int segmentCount, int slotCount) {
        segments = address;
        segmentMask = segmentCount - 1L;
        slotMask = slotCount - 1L;
        hashShift = Long.numberOfLeadingZeros(slotMask);
    }
}
