package io.mullion.codegen;

import io.mullion.expr.AggregateResult;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Kernels of a grouping that has aggregates of the user's own: the generated ones, and after each of them loops that
/// call the user's code. The states lie behind the lanes of the generated loops, which leave them alone.
///
/// *Thread*: one, since they go through the rows with flyweights of their own.
final class UserKernels {
    /// An aggregate and where it is.
    ///
    /// @param offset of its state in the row of a group, in bytes
    /// @param column number of its result
    private record Part(
            UserAccumulator user,
            long offset,
            int column,
            InputValues inputs,
            StateWords state,
            StateWords other,
            Result result) {}

    private final List<Part> parts = new ArrayList<>();
    private final int rowBytes;

    /// @param plan whose last lanes are those of the users, in their order
    UserKernels(Schema in, AggregatePlan plan, List<UserAccumulator> users) {
        rowBytes = plan.layout().rowBytes();
        int lane = plan.firstUserLane();
        int column = plan.results().size();
        for (UserAccumulator user : users) {
            parts.add(new Part(
                    user,
                    (long) lane * AccumulatorLayout.LANE_BYTES,
                    column++,
                    new InputValues(in, user.inputs()),
                    user.newState(),
                    user.newState(),
                    new Result(user.result())));
            lane += user.aggregate().stateWords();
        }
    }

    static boolean retractable(List<UserAccumulator> users) {
        return users.stream().allMatch(user -> user.aggregate().retractable());
    }

    Compiled<AccumulateKernel> accumulate(Compiled<AccumulateKernel> generated) {
        AccumulateKernel first = generated.kernel();
        return with(generated, "accumulate", (in, active, from, to, groupIds, state) -> {
            first.accumulate(in, active, from, to, groupIds, state);
            for (Part part : parts) {
                fold(part, in, active, from, to, groupIds, state);
            }
        });
    }

    Compiled<CombineKernel> combine(Compiled<CombineKernel> generated) {
        CombineKernel first = generated.kernel();
        return with(generated, "combine", (target, source, rows) -> {
            first.combine(target, source, rows);
            for (Part part : parts) {
                for (int row = 0; row < rows; row++) {
                    long at = part.offset + (long) rowBytes * row;
                    part.user.aggregate().combine(part.state.at(target + at), part.other.at(source + at));
                }
            }
        });
    }

    Compiled<CombineKernel> retract(Compiled<CombineKernel> generated) {
        CombineKernel first = generated.kernel();
        return with(generated, "retract", (target, source, rows) -> {
            first.combine(target, source, rows);
            for (int row = 0; row < rows; row++) {
                long at = (long) rowBytes * row;
                // A group that is not there any more has to be as if it had never been.
                boolean gone = RawMemory.getLong(target + at) == 0;
                for (Part part : parts) {
                    StateWords state = part.state.at(target + at + part.offset);
                    if (gone) {
                        state.clear();
                    } else {
                        part.user.aggregate().retract(state, part.other.at(source + at + part.offset));
                    }
                }
            }
        });
    }

    Compiled<ResultKernel> result(Compiled<ResultKernel> generated) {
        ResultKernel first = generated.kernel();
        return with(generated, "result", (page, fromRow, toRow, firstGroupId, groupIdsOut, out, progress) -> {
            int before = progress.outRows;
            int rows = first.result(page, fromRow, toRow, firstGroupId, groupIdsOut, out, progress);
            for (Part part : parts) {
                for (int row = before; row < rows; row++) {
                    int group = RawMemory.getInt(groupIdsOut + 4L * row) - firstGroupId;
                    part.result.at(out, part.column, row);
                    StateWords state = part.state.at(page + (long) rowBytes * group + part.offset);
                    part.user.aggregate().result(state, part.result);
                }
            }
            return rows;
        });
    }

    private <K> Compiled<K> with(Compiled<K> generated, String call, K kernel) {
        return new Compiled<>(
                kernel,
                () -> generated.listing() + "\n"
                        + parts.stream()
                                .map(part -> "// then, for each row: "
                                        + part.user.aggregate().name() + "." + call + "(..)")
                                .collect(Collectors.joining("\n", "", "\n")),
                generated);
    }

    private void fold(
            Part part, ColumnAddresses in, long active, int from, int to, long groupIds, StateAddresses pages) {
        part.inputs.use(in);
        for (int position = from; position < to; position++) {
            int row = active == 0 ? position : RawMemory.getInt(active + 4L * position);
            if (part.inputs.at(row)) {
                int group = groupIds == 0 ? 0 : RawMemory.getInt(groupIds + 4L * row);
                long page = pages.pages()[group >>> StateAddresses.PAGE_SHIFT];
                long at = page + (long) rowBytes * (group & StateAddresses.PAGE_MASK) + part.offset;
                part.user.aggregate().accumulate(part.state.at(at), part.inputs);
            }
        }
    }

    /// The cell that a result goes to: null until one is told.
    private static final class Result implements AggregateResult {
        private final Field field;
        private long data;
        private long validity;
        private int row;

        Result(Field field) {
            this.field = field;
        }

        void at(ColumnAddresses out, int column, int row) {
            data = out.address(column, ColumnAddresses.DATA);
            validity = out.address(column, ColumnAddresses.VALIDITY);
            this.row = row;
            KernelOps.putBit(validity, row, false);
        }

        @Override
        public void int64(long value) {
            require(DataType.INT64);
            RawMemory.putLong(data + 8L * row, value);
            KernelOps.putBit(validity, row, true);
        }

        @Override
        public void float64(double value) {
            require(DataType.FLOAT64);
            RawMemory.putDouble(data + 8L * row, value);
            KernelOps.putBit(validity, row, true);
        }

        @Override
        public void bool(boolean value) {
            require(DataType.BOOL);
            KernelOps.putBit(data, row, value);
            KernelOps.putBit(validity, row, true);
        }

        private void require(DataType told) {
            if (!field.type().equals(told)) {
                throw new IllegalArgumentException(field + " was given a result of " + told);
            }
        }
    }
}
