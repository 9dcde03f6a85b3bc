package io.mullion.codegen;

import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.LinkedHashMap;
import java.util.Map;

/// The inputs of all aggregates for one row, each computed once, and what every lane takes of them.
final class LaneInputs {
    private final Map<Typed, RowCode.Cell> cells = new LinkedHashMap<>();

    LaneInputs(Body body, RowCode code, AccumulatorPlan plan, Code.Value row) {
        for (Typed input : plan.inputs()) {
            boolean counted = plan.lanes().stream()
                    .noneMatch(lane -> lane.ofValue() && lane.input().equals(input));
            RowCode.Cell cell =
                    counted ? new RowCode.Cell(int64(1), code.valid(body, input, row)) : code.cell(body, input, row);
            Code.Value valid = cell.valid() == null ? null : body.hold("valid", cell.valid());
            cells.put(input, new RowCode.Cell(body.hold("value", cell.value()), valid));
        }
    }

    /// Whether there is a value; null when there always is.
    Code.Value valid(Typed input) {
        return input == null ? null : cells.get(input).valid();
    }

    Code.Value value(Typed input) {
        return cells.get(input).value();
    }

    /// What the lane takes of a row whose input is not null.
    Code.Value contribution(AccumulatorPlan.Lane lane) {
        return switch (lane.part()) {
            case ROW, VALUE_COUNT -> int64(1);
            case LOW_HALF -> and(value(lane.input()), int64(0xffffffffL));
            case HIGH_HALF -> binary(Code.Operator.SHIFT_RIGHT, value(lane.input()), int32(32));
            case WHOLE, FLOAT -> value(lane.input());
            case ORDERED -> call(Types.OPS, "toOrdered", CD_long, value(lane.input()));
        };
    }
}
