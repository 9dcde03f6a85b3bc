package io.mullion.memory;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/// The budget had no room for what somebody wanted.
@Name("mullion.MemoryRefused")
@Label("Memory Refused")
@Category("Mullion")
final class MemoryRefused extends Event {
    @Label("Account")
    final String account;

    @Label("Wanted")
    @DataAmount
    final long wanted;

    @Label("Limit")
    @DataAmount
    final long limit;

    @Label("Held by")
    final String holders;

    MemoryRefused(String account, long wanted, long limit, String holders) {
        this.account = account;
        this.wanted = wanted;
        this.limit = limit;
        this.holders = holders;
    }
}
