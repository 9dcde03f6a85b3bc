package io.mullion.codegen;

import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The inputs of all aggregates for one row, each computed once, and what every lane takes of them.
final class LaneInputs {
    private static final ClassDesc DOUBLE = Types.of(Double.class);

    private final Map<Typed, RowCode.Cell> cells = new LinkedHashMap<>();

    LaneInputs(Body body, RowCode code, AccumulatorPlan plan, Code.Value row) {
        for (Typed input : plan.inputs()) {
            RowCode.Cell cell = plan.takes(input)
                    ? code.cell(body, input, row)
                    : new RowCode.Cell(int64(1), code.valid(body, input, row));
            Code.Value valid = cell.valid() == null ? null : body.hold("valid", cell.valid());
            List<Code.Value> words = new ArrayList<>();
            for (Code.Value word : cell.words()) {
                words.add(body.hold("value", word));
            }
            cells.put(input, new RowCode.Cell(words, valid));
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
            case LIMB_0 -> and(low(lane.input()), int64(0xffffffffL));
            case LIMB_1 -> binary(Code.Operator.SHIFT_RIGHT_UNSIGNED, low(lane.input()), int32(32));
            case LIMB_2 -> and(value(lane.input()), int64(0xffffffffL));
            case LIMB_3 -> binary(Code.Operator.SHIFT_RIGHT, value(lane.input()), int32(32));
            case COMPOUND -> throw new IllegalStateException("is folded with other lanes: " + lane);
        };
    }

    private Code.Value low(Typed decimal) {
        return cells.get(decimal).second();
    }

    // foldLeastBy(target + 8L, toOrdered(by), value, valueValid);
    /// The accumulator at the address takes a row that counts.
    Code.Call compound(AccumulatorPlan.Lane lane, Code.Value address) {
        List<Code.Value> arguments = new ArrayList<>(List.of(address));
        if (lane.by() == null) {
            arguments.addAll(cells.get(lane.input()).words());
        } else {
            Code.Value by = value(lane.by());
            Code.Value value = value(lane.input());
            arguments.add(isDouble(by) ? call(Types.OPS, "toOrdered", CD_long, by) : by);
            arguments.add(isDouble(value) ? call(DOUBLE, "doubleToRawLongBits", CD_long, value) : value);
            Code.Value valid = valid(lane.input());
            arguments.add(valid == null ? bool(true) : valid);
        }
        return call(Types.COMPOUND_OPS, "fold" + lane.op().compound, CD_void, arguments.toArray(Code.Value[]::new));
    }

    private static boolean isDouble(Code.Value value) {
        return value.type().equals(CD_double);
    }
}
