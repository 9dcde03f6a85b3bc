/// Jobs as they run: a worker that does bounded turns on whatever thread gives it turns, inputs with their lanes,
/// sources on threads of their own, and the life cycle from start to finished, failed or stopped. The worker owns
/// everything behind the lanes; what other threads want of it goes through queues and flags that it looks at once a
/// turn.
package io.mullion.runtime;
