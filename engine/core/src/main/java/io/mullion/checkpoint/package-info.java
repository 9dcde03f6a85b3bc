/// Checkpoints on disk: a folder of Arrow files and of manifests that say which of them make a whole. [CheckpointStore]
/// locks the folder and finds the newest whole checkpoint, [CheckpointWriter] adds one that is there entirely or not at
/// all, [TableReader] reads a table back into batches, and [Disk] is what all this asks of a file system, so that tests
/// can let each call fail. A store is used by one thread at a time: the one that restores, then the one that writes in
/// the background. A log of what came after a checkpoint lies in the same folder: [LogGroup] writes, [LogReader] reads
/// it. Of what is stored nothing is known here but columns and rows.
package io.mullion.checkpoint;
