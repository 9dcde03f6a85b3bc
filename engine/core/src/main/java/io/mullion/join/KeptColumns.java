package io.mullion.join;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// The columns of right rows that a join with a table keeps: those that its pairs have from there, and neither a key
/// that the left row has, too, nor what only a predicate on the right side asks for. Short records share lines.
///
/// *Thread*: one.
final class KeptColumns {
    private final int[] numbers;
    private final Schema schema;
    private final List<JoinColumn> pairs;
    private final ColumnAddresses placed;

    /// @param rows the columns of the right rows
    /// @param columns of a pair, or none if nobody asks for pairs
    KeptColumns(Schema rows, List<JoinColumn> columns) {
        numbers = columns.stream()
                .filter(KeptColumns::ofRight)
                .mapToInt(JoinColumn::right)
                .toArray();
        List<Field> fields = new ArrayList<>();
        for (int number : numbers) {
            fields.add(rows.field(number));
        }
        schema = new Schema(fields);
        List<JoinColumn> renumbered = new ArrayList<>();
        int next = 0;
        for (JoinColumn column : columns) {
            renumbered.add(ofRight(column) ? JoinColumn.ofRight(next++) : column);
        }
        pairs = List.copyOf(renumbered);
        placed = new ColumnAddresses(numbers.length);
    }

    private static boolean ofRight(JoinColumn column) {
        return column.from() == JoinColumn.From.RIGHT;
    }

    Schema schema() {
        return schema;
    }

    /// The columns of a pair, with the numbers that right ones have here.
    List<JoinColumn> pairs() {
        return pairs;
    }

    /// Those of a batch of right rows, good until the next call.
    ColumnAddresses of(ColumnAddresses in) {
        for (int column = 0; column < numbers.length; column++) {
            for (int buffer = ColumnAddresses.DATA; buffer <= ColumnAddresses.OFFSETS; buffer++) {
                placed.set(column, buffer, in.address(numbers[column], buffer), in.limit(numbers[column], buffer));
            }
        }
        placed.rowLimit = in.rowLimit;
        return placed;
    }
}
