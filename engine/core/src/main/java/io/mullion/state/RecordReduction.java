package io.mullion.state;

import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.AggregateFunction;
import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.ObjectAggregate;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordColumns;
import io.mullion.ingest.RecordDecoder;
import io.mullion.ingest.RecordEncoder;
import io.mullion.ingest.RecordForms;
import io.mullion.io.RowView;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;

/// Records reduced by a function of the user's. Each component that is no key becomes a column of the results: all of
/// them are columns of [VariableStates], the first one with the records, the others with what is behind it there.
///
/// @param rows the columns that a record is read from
/// @param made the columns that a record becomes
/// @param results those of them that are no keys
public record RecordReduction<T>(
        Class<T> type,
        BinaryOperator<T> function,
        Schema rows,
        Schema made,
        List<Field> results,
        RecordDecoder<T> decoder,
        RecordEncoder<T> encoder)
        implements ObjectAggregate<RecordReduction.Held<T>> {
    /// What the rows of a group have come to. *Ownership*: records do not change, and may be held by several.
    public static final class Held<T> {
        private T record;

        private void take(BinaryOperator<T> function, T other) {
            record = record == null ? other : reduced(function, record, other);
            if (record == null) {
                throw new MullionException(Reason.USER_CODE, "the function of a reduce returned null");
            }
        }

        /// Where panes are combined there is no row to name, and nobody else who knows whose code it is.
        private static <T> T reduced(BinaryOperator<T> function, T a, T b) {
            try {
                return function.apply(a, b);
            } catch (RuntimeException e) {
                throw new MullionException(Reason.USER_CODE, "the function of a reduce failed: " + e, e);
            }
        }
    }

    /// @throws MullionException if the rows have no such records, or a record is all key
    public static <T> RecordReduction<T> of(Class<T> type, BinaryOperator<T> function, Schema rows, List<String> keys) {
        Objects.requireNonNull(function, "function");
        RecordForms.reading(type, rows);
        Schema columns = RecordColumns.columns(type, rows);
        Schema made = RecordColumns.schema(type);
        List<Field> results = made.fields().stream()
                .filter(field -> !keys.contains(field.name()))
                .toList();
        if (results.isEmpty()) {
            throw MullionException.invalid("reduce: a record has a component that is no key: " + type.getSimpleName()
                    + " is " + made + ", keys are " + keys);
        }
        return new RecordReduction<>(
                type, function, columns, made, results, RecordCodec.decoder(type, columns), RecordCodec.encoder(type));
    }

    /// One for each column of the results, in their order.
    public List<VariableAggregate> aggregates() {
        return results.stream()
                .map(field -> new VariableAggregate(
                        AggregateFunction.USER, this, rows.field(0).name(), null, 0, field))
                .toList();
    }

    /// The columns of the results.
    public List<Expr> columns() {
        return results.stream().map(field -> Expressions.col(field.name())).toList();
    }

    @Override
    public String name() {
        return "reduce " + type.getSimpleName();
    }

    @Override
    public DataType resultType(List<DataType> inputs) {
        return results.getFirst().type();
    }

    @Override
    public Held<T> create() {
        return new Held<>();
    }

    /// @param inputs a whole row, as [RecordStates] has it
    @Override
    public void accumulate(Held<T> state, AggregateInputs inputs) {
        state.take(function, decoder.decode((RowView) inputs));
    }

    @Override
    public void combine(Held<T> into, Held<T> from) {
        into.take(function, from.record);
    }

    @Override
    public T result(Held<T> state) {
        return state.record;
    }
}
