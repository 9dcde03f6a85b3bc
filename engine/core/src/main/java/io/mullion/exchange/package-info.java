/// Rows and time on their way from one worker of a job to another. The plan of each worker is cut into segments; where
/// a segment ends its rows are copied into batches that go to the workers which have the next one, through one queue
/// for each pair, with what is said about time in between. Nothing here waits: what a queue has no room for is kept,
/// and the segment takes no further rows until it is gone. Channels are laid while a job is planned, on the user's
/// thread; then each end belongs to one worker.
package io.mullion.exchange;
