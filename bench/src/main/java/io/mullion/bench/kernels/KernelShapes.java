package io.mullion.bench.kernels;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// Makes kernels by number: another number is another shape, and of one shape there are kernels with other literals.
final class KernelShapes {
    /// How many shapes of a kind there are.
    static final int COUNT = 3 * 16 * 16 * 16;

    private static final int COLUMNS = 16;
    private static final int OPERATORS = 3;
    private static final int OUTPUTS = 10;

    /// Put together before: what the first `+` of texts costs is not the compiler's.
    private static final List<String> NAMES = List.of(
            "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14", "c15");

    private final KernelCompiler compiler = new KernelCompiler(KernelOptions.best());
    private final Schema schema;

    KernelShapes() {
        List<Field> fields = new ArrayList<>();
        for (int column = 0; column < COLUMNS; column++) {
            fields.add(new Field(name(column), DataType.FLOAT64, column % 2 == 1));
        }
        schema = new Schema(fields);
    }

    /// @param kind `filter`, `project` (ten columns) or `accumulate` (four aggregates: the kernels that fold, combine
    /// and make results)
    Object make(String kind, int shape, double literal) {
        return switch (kind) {
            case "filter" -> compiler.filter(schema, predicate(shape, literal));
            case "project" -> compiler.project(schema, projection(shape, literal));
            case "accumulate" -> compiler.accumulation(schema, aggregates(shape, literal));
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }

    // (c3 * c7) > 1.5 and c9 < 1.5
    private static Expr predicate(int shape, double literal) {
        return operation(shape)
                .gt(literal)
                .and(col(name(shape / OPERATORS / COLUMNS / COLUMNS)).lt(literal));
    }

    private static List<Expr> projection(int shape, double literal) {
        List<Expr> outputs = new ArrayList<>();
        for (int output = 0; output < OUTPUTS; output++) {
            outputs.add(operation((shape + output * 769) % COUNT).plus(literal).as("output".concat(name(output))));
        }
        return outputs;
    }

    private static List<Expr> aggregates(int shape, double literal) {
        Expr input = operation(shape).times(literal);
        return List.of(count(), sum(input), min(input), max(name(shape / OPERATORS / COLUMNS / COLUMNS)));
    }

    private static Expr operation(int shape) {
        Expr left = col(name(shape / OPERATORS));
        Expr right = col(name(shape / OPERATORS / COLUMNS));
        return switch (shape % OPERATORS) {
            case 0 -> left.plus(right);
            case 1 -> left.minus(right);
            default -> left.times(right);
        };
    }

    private static String name(int column) {
        return NAMES.get(column % COLUMNS);
    }
}
