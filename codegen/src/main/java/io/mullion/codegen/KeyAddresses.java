package io.mullion.codegen;

/// Where a table of keys lies: what a [KeyKernel] needs to know of it, and all it knows.
///
/// *Shape*: an open-addressing table with linear probing, as [KeyLayout] describes its slots and the keys by group id.
/// A key belongs into slot `hash >>> hashShift`, or the next free one after it.
/// *Thread*: plain fields, one thread. *Ownership*: borrows; never frees.
public final class KeyAddresses {
    /// Address of the slots.
    public long slots;

    /// How far a hash is shifted to the right to give the number of a slot.
    public int hashShift;

    /// Number of slots, a power of two, minus 1.
    public long slotMask;

    /// Address of the keys by group id. May be 0 for a layout that keeps the key in its slot.
    public long keys;

    /// Where the key is kept in its slot: the group id + 1 of null, or 0 as long as there is none. Other layouts find
    /// nulls in their slots.
    public int nullGroup;

    public KeyAddresses() {}

    /// @param count a power of two, 2 at least
    public void useSlots(long address, int count) {
        slots = address;
        slotMask = count - 1L;
        hashShift = Long.numberOfLeadingZeros(slotMask);
    }
}
