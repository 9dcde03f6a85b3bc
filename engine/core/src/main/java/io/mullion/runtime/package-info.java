/// Jobs as they run: workers that do bounded turns on whatever threads give them turns, inputs with their lanes,
/// sources on threads of their own, and the life cycle from start to finished, failed or stopped. A worker owns
/// everything behind its lanes, and shares nothing with the others but the queues between them; what other threads want
/// of it goes through queues and flags that it looks at once a turn.
package io.mullion.runtime;
