package io.mullion.state;

import io.mullion.codegen.Accumulation;
import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.CombineKernel;
import io.mullion.codegen.NarrowSums;
import io.mullion.memory.MemoryAccount;
import java.util.ArrayList;
import java.util.List;

/// The form that all accumulator rows of an operator have: the only one, or narrow or wide ([NarrowSums]).
///
/// *Thread*: the worker. *Ownership*: knows the rows for as long as the operator lives, and owns none.
public final class RowForm {
    private final NarrowSums sums;
    private final List<AccumulatorPages> all = new ArrayList<>();
    private Accumulation accumulation;

    /// @param accumulation any of the operator's, narrow if there are two forms
    public RowForm(Accumulation accumulation) {
        this.accumulation = accumulation;
        sums = accumulation.narrow();
    }

    /// Rows that have this form, and get the other one when it changes.
    public AccumulatorPages rows(MemoryAccount account) {
        AccumulatorPages rows = new AccumulatorPages(accumulation.layout(), account);
        if (sums != null) {
            all.add(rows);
        }
        return rows;
    }

    public AccumulatorLayout layout() {
        return accumulation.layout();
    }

    public CombineKernel combine() {
        return accumulation.combine().kernel();
    }

    /// What narrow rows mean; null if they are not narrow.
    public NarrowSums narrow() {
        return accumulation.narrow();
    }

    /// No sum in the rows is farther from 0.
    public long farthest(AccumulatorPages rows) {
        long reach = 0;
        for (int page = 0; page < rows.pageCount(); page++) {
            if (rows.page(page) != 0) {
                int count = rows.rowsIn(page);
                reach = Math.max(
                        reach,
                        narrow() == null
                                ? sums.farthestWide(rows.page(page), count)
                                : sums.farthestNarrow(rows.page(page), count));
            }
        }
        return reach;
    }

    /// Rewrites all rows from narrow to wide, or from wide to narrow. *Failure*: rows stay usable if there is no memory
    /// for all of them.
    ///
    /// @param other an accumulation of the other form
    public void change(Accumulation other) {
        boolean widens = narrow() != null;
        for (AccumulatorPages rows : all) {
            rows.rewrite(other.layout(), sums, widens);
        }
        accumulation = other;
        sums.changed(widens);
    }
}
