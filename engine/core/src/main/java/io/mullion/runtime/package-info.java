/// Jobs as they run: a worker with its duty cycle, inputs with their lanes, sources on threads of their own, and the
/// life cycle from start to finished, failed or stopped. The worker's thread owns everything behind the lanes; what
/// other threads want of it goes through queues and flags that it looks at once a cycle.
package io.mullion.runtime;
