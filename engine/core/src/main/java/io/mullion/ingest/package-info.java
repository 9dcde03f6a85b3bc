/// The way in: lanes between one producer thread and one worker, the writers that put rows and records into them, and
/// what happens when they are full. [LaneWriter] runs on the producer's thread, [LaneReader] on the worker's; they
/// share a [Lane] and keep to its contract, nothing else.
package io.mullion.ingest;
