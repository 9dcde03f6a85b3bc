package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/// Groupings whose sums of int64 take one lane in place of two, which makes rows shorter.
///
/// A lane wraps, and so it has the right lower 64 bits whatever was added, combined or retracted: it has the sum itself
/// if that is an int64. Somebody else proves that all are, by the least and the greatest value of each batch
/// ([#extremes]), and goes on with the [#wide] form, for rows that were rewritten, when that is no longer so.
///
/// *Thread*: the worker, but for its words.
public final class NarrowSums {
    private static final int LOW_BITS = 32;

    private final AccumulatorLayout narrow;
    private final AccumulatorLayout wide;
    /// By wide lane: the narrow one that it is made of, or -1 for padding; how far that is shifted; what is kept of it.
    private final int[] sources;

    private final int[] shifts;
    private final long[] kept;
    private final Supplier<List<Accumulation>> wideForms;
    private List<Accumulation> wideMade;
    private volatile boolean isWide;
    private final Compiled<AccumulateKernel> extremes;
    private final AccumulatorLayout extremesLayout;
    /// The lanes of those: of a least value, and of the greatest one of the same column.
    private final int[] leastLanes;

    private final int[] greatestLanes;

    private NarrowSums(
            Schema in,
            AggregatePlan narrowPlan,
            AggregatePlan widePlan,
            List<Typed.Column> summed,
            Supplier<List<Accumulation>> wideForms,
            Function<List<Expr>, Compiled<AccumulateKernel>> loop) {
        this.wideForms = wideForms;
        narrow = narrowPlan.layout();
        wide = widePlan.layout();
        sources = new int[wide.laneCount()];
        shifts = new int[wide.laneCount()];
        kept = new long[wide.laneCount()];
        List<AccumulatorPlan.Lane> lanes = widePlan.loops().getFirst().lanes();
        int source = 0;
        for (int lane = 0; lane < wide.laneCount(); lane++) {
            AccumulatorPlan.Part part = lane < lanes.size() ? lanes.get(lane).part() : null;
            boolean low = part == AccumulatorPlan.Part.LOW_HALF;
            sources[lane] = part == null ? -1 : source;
            shifts[lane] = part == AccumulatorPlan.Part.HIGH_HALF ? LOW_BITS : 0;
            kept[lane] = low ? (1L << LOW_BITS) - 1 : -1;
            source += low ? 0 : 1;
        }
        List<Expr> aggregates = extremesOf(summed);
        extremes = loop.apply(aggregates);
        AggregatePlan plan = AggregatePlan.of(in, aggregates);
        extremesLayout = plan.layout();
        leastLanes = new int[summed.size()];
        greatestLanes = new int[summed.size()];
        for (int i = 0; i < leastLanes.length; i++) {
            leastLanes[i] = plan.resultLanes().get(2 * i).lane();
            greatestLanes[i] = plan.resultLanes().get(2 * i + 1).lane();
        }
    }

    /// What [KernelCompiler#narrowAccumulations] makes: narrow only if that makes rows shorter and sums are of columns.
    /// Rows of two lanes are no gain, for no vector takes them.
    static List<Accumulation> accumulations(
            KernelCompiler compiler, Schema in, List<List<Expr>> groupings, AccumulateGenerator.Form likely) {
        List<Expr> all = groupings.stream().flatMap(List::stream).toList();
        return Complexity.compile(all, () -> {
            AggregatePlan wide = AggregatePlan.of(in, all);
            AggregatePlan narrow = AggregatePlan.of(in, all, true);
            List<Typed.Column> summed = summedColumns(wide);
            int lanes = narrow.layout().laneCount();
            if (wide.loops().size() > 1
                    || summed == null
                    || lanes < 4
                    || lanes == wide.layout().laneCount()) {
                return compiler.accumulations(wide, in, null, groupings, likely, null);
            }
            NarrowSums sums = new NarrowSums(
                    in,
                    narrow,
                    wide,
                    summed,
                    () -> Complexity.compile(
                            all, () -> compiler.accumulations(wide, in, null, groupings, likely, null)),
                    extremes -> compiler.accumulate(
                            AggregatePlan.of(in, extremes),
                            List.of(),
                            in,
                            new Title("accumulate", extremes),
                            extremes,
                            AccumulateGenerator.Form.of(false, likely.rows())));
            return compiler.accumulations(narrow, in, null, groupings, likely, sums);
        });
    }

    /// The columns of int64 that are summed; null if anything else of int64 is.
    private static List<Typed.Column> summedColumns(AggregatePlan wide) {
        Set<Typed.Column> columns = new LinkedHashSet<>();
        for (AccumulatorPlan.Lane lane : wide.loops().getFirst().lanes()) {
            if (lane.part() == AccumulatorPlan.Part.LOW_HALF) {
                if (!(lane.input() instanceof Typed.Column column)) {
                    return null;
                }
                columns.add(column);
            }
        }
        return List.copyOf(columns);
    }

    private static List<Expr> extremesOf(List<Typed.Column> columns) {
        List<Expr> aggregates = new ArrayList<>();
        for (Typed.Column column : columns) {
            String name = column.field().name();
            aggregates.add(Expressions.min(name).as("least " + name));
            aggregates.add(Expressions.max(name).as("greatest " + name));
        }
        return aggregates;
    }

    /// The groupings with two lanes a sum, in the order of the narrow ones. The first call makes their kernels.
    public List<Accumulation> wide() {
        if (wideMade == null) {
            wideMade = wideForms.get();
        }
        return wideMade;
    }

    /// Finds the least and the greatest values that are summed, of rows without groups.
    public Compiled<AccumulateKernel> extremes() {
        return extremes;
    }

    /// Of the row that [#extremes] folds into.
    public AccumulatorLayout extremesLayout() {
        return extremesLayout;
    }

    /// No value of those that were folded into this row of extremes is farther from 0.
    public long farthest(long extremesRow) {
        long reach = 0;
        for (int i = 0; i < leastLanes.length; i++) {
            long least = RawMemory.getLong(extremesRow + 8L * leastLanes[i]);
            long greatest = RawMemory.getLong(extremesRow + 8L * greatestLanes[i]);
            if (least <= greatest) {
                reach = Math.max(reach, Math.max(distance(least), distance(greatest)));
            }
        }
        return reach;
    }

    /// No sum in these rows, which are narrow, is farther from 0.
    public long farthestNarrow(long address, int rows) {
        long reach = 0;
        long end = address + (long) rows * narrow.rowBytes();
        for (long row = address; row < end; row += narrow.rowBytes()) {
            for (int lane = 0; lane < shifts.length; lane++) {
                if (shifts[lane] != 0) {
                    reach = Math.max(reach, distance(RawMemory.getLong(row + 8L * sources[lane])));
                }
            }
        }
        return reach;
    }

    /// No sum in these rows, which are wide, is farther from 0; the greatest int64 if one may be out of int64.
    public long farthestWide(long address, int rows) {
        long reach = 0;
        long end = address + (long) rows * wide.rowBytes();
        for (long row = address; row < end; row += wide.rowBytes()) {
            for (int lane = 0; lane < shifts.length; lane++) {
                if (shifts[lane] != 0) {
                    long low = RawMemory.getLong(row + 8L * lane - 8);
                    long high = RawMemory.getLong(row + 8L * lane);
                    boolean fits = SumOps.fitsInt64(high, low);
                    reach = Math.max(reach, fits ? distance(SumOps.fromHalves(high, low)) : Long.MAX_VALUE);
                }
            }
        }
        return reach;
    }

    /// What a lane of the wide form of a narrow row has.
    public long wideLane(long narrowRow, int lane) {
        return sources[lane] < 0 ? 0 : RawMemory.getLong(narrowRow + 8L * sources[lane]) >> shifts[lane] & kept[lane];
    }

    /// The lane of a narrow row that a lane of its wide form is a part of; -1 for padding.
    public int narrowLane(int lane) {
        return sources[lane];
    }

    /// How far a lane of the wide form is shifted in that lane: 0 for what comes first in it. The sum of all parts is
    /// the value.
    public int shift(int lane) {
        return shifts[lane];
    }

    /// Writes the wide form of narrow rows that lie side by side.
    public void widen(long from, long to, int rows) {
        for (int row = 0; row < rows; row++) {
            long narrowRow = from + (long) row * narrow.rowBytes();
            long wideRow = to + (long) row * wide.rowBytes();
            for (int lane = 0; lane < wide.laneCount(); lane++) {
                RawMemory.putLong(wideRow + 8L * lane, wideLane(narrowRow, lane));
            }
        }
    }

    /// Writes the narrow form of wide rows that lie side by side, whose sums are int64.
    public void narrow(long from, long to, int rows) {
        for (int row = 0; row < rows; row++) {
            long wideRow = from + (long) row * wide.rowBytes();
            long narrowRow = to + (long) row * narrow.rowBytes();
            for (int lane = 0; lane < narrow.laneCount(); lane++) {
                RawMemory.putLong(narrowRow + 8L * lane, 0);
            }
            for (int lane = 0; lane < wide.laneCount(); lane++) {
                if (sources[lane] >= 0) {
                    long at = narrowRow + 8L * sources[lane];
                    long part = RawMemory.getLong(wideRow + 8L * lane) << shifts[lane];
                    RawMemory.putLong(at, RawMemory.getLong(at) + part);
                }
            }
        }
    }

    /// Rows have been rewritten. *Thread*: the worker, others read it.
    public void changed(boolean nowWide) {
        isWide = nowWide;
    }

    /// What both forms are and which one rows have, for people.
    @Override
    public String toString() {
        return "a sum of int64 takes one lane of a row of " + narrow.rowBytes()
                + " bytes while it is known that none leaves int64, and then two of " + wide.rowBytes() + ": "
                + (isWide ? "two" : "one") + " now";
    }

    private static long distance(long value) {
        long below = Math.max(value, ~value);
        return below == Long.MAX_VALUE ? below : below + 1;
    }
}
