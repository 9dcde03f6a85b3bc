package io.mullion.oracle;

import java.util.Random;

/// How rows reach a job: how many producers take turns, and after which rows the job gets to work.
///
/// @param producers lanes that the rows are dealt to at random
/// @param worksOneIn the job works after each row with this chance, 1 for always, 0 for only when it must
record Cadence(int producers, int worksOneIn) {
    static final Cadence ROW_BY_ROW = new Cadence(1, 1);
    static final Cadence AT_ONCE = new Cadence(1, 0);

    boolean worksNow(Random random) {
        return worksOneIn > 0 && random.nextInt(worksOneIn) == 0;
    }
}
