package io.mullion.codegen;

import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Bits of validity in one step of a vector loop: whole bytes, one load a column, joined as integers. The first row of
/// the loop is the first one of a byte. (FilterSumKernelBenchmark, 10 % nulls: 5.3 G rows/s instead of 2.9 with bits
/// that begin anywhere and masks joined as masks.)
final class ValidityWords {
    private final Body body;
    private final ColumnCode columns;
    private final Code.Var i;
    private final int rows;
    private final Map<Typed.Column, Code.Value> words = new HashMap<>();

    /// @param i the first row of the step
    /// @param rows of the step: a power of two, 32 at most
    ValidityWords(Body body, ColumnCode columns, Code.Var i, int rows) {
        this.body = body;
        this.columns = columns;
        this.i = i;
        this.rows = rows;
    }

    // long priceValid = getShort(priceValidity + (i >> 3));
    // (priceValid & quantityValid) >>> 8
    /// Whether all the columns are valid, from row `i + offset` in bit 0; null for no column.
    Code.Value of(Set<Typed.Column> nullable, int offset) {
        Code.Value all = null;
        for (Typed.Column column : nullable) {
            Code.Value word = word(column);
            all = all == null ? word : and(all, word);
        }
        return all == null || offset == 0 ? all : binary(Code.Operator.SHIFT_RIGHT_UNSIGNED, all, int32(offset));
    }

    private Code.Value word(Typed.Column column) {
        Code.Value known = words.get(column);
        if (known == null) {
            known = load(column);
            words.put(column, known);
        }
        return known;
    }

    private Code.Value load(Typed.Column column) {
        int bytes = Math.max(rows / Byte.SIZE, 1);
        Code.Value offset = widen(binary(Code.Operator.SHIFT_RIGHT, i, int32(3)));
        columns.check(body, column.index(), ColumnAddresses.VALIDITY, offset, int64(bytes));
        Code.Value address = add(columns.address(column.index(), ColumnAddresses.VALIDITY), offset);
        Code.Value loaded = switch (bytes) {
            case 1 -> Values.getByte(address);
            case 2 -> Values.getShort(address);
            default -> Values.getInt(address);
        };
        Code.Value word = new Code.Cast(CD_long, loaded);
        boolean part = rows < Byte.SIZE;
        return body.let(
                column.field().name() + "Valid",
                part ? binary(Code.Operator.SHIFT_RIGHT, word, and(i, int32(Byte.SIZE - 1))) : word);
    }
}
