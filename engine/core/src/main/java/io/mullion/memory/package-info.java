/// Memory off the heap under one budget. [MemoryPool] takes slabs from the operating system when they are first needed
/// and hands out blocks, each charged to a [MemoryAccount], so that a full budget and a leak can say who holds what.
/// Any thread may call; blocks are taken at start, when state grows and when windows move on, never for each row.
package io.mullion.memory;
