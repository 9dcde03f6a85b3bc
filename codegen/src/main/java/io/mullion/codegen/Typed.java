package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;

/// A scalar expression after the type check: columns are positions, widening is explicit, names are gone.
sealed interface Typed {
    DataType type();

    boolean nullable();

    /// Whether some row may have no result at all, not even null.
    boolean fallible();

    record Column(int index, Field field) implements Typed {
        @Override
        public DataType type() {
            return field.type();
        }

        @Override
        public boolean nullable() {
            return field.nullable();
        }

        @Override
        public boolean fallible() {
            return false;
        }
    }

    record Constant(Object value, DataType type) implements Typed {
        @Override
        public boolean nullable() {
            return false;
        }

        @Override
        public boolean fallible() {
            return false;
        }
    }

    /// int64 as float64.
    record Widen(Typed input) implements Typed {
        @Override
        public DataType type() {
            return DataType.FLOAT64;
        }

        @Override
        public boolean nullable() {
            return input.nullable();
        }

        @Override
        public boolean fallible() {
            return input.fallible();
        }
    }

    /// Both operands have the type of the result.
    record Arithmetic(Expr.Arithmetic.Op op, Typed left, Typed right) implements Typed {
        @Override
        public DataType type() {
            return left.type();
        }

        @Override
        public boolean nullable() {
            return left.nullable() || right.nullable();
        }

        @Override
        public boolean fallible() {
            return left.fallible() || right.fallible() || dividesByAnything();
        }

        boolean integerDivision() {
            return type() instanceof DataType.Int64
                    && (op == Expr.Arithmetic.Op.DIVIDE || op == Expr.Arithmetic.Op.REMAINDER);
        }

        boolean dividesByAnything() {
            return integerDivision() && !(right instanceof Constant(Long divisor, _) && divisor != 0);
        }
    }

    /// Both operands have one type.
    record Comparison(Expr.Comparison.Op op, Typed left, Typed right) implements Typed {
        @Override
        public DataType type() {
            return DataType.BOOL;
        }

        @Override
        public boolean nullable() {
            return left.nullable() || right.nullable();
        }

        @Override
        public boolean fallible() {
            return left.fallible() || right.fallible();
        }
    }

    /// Kleene's `and` (conjunction) or `or`.
    record Logic(boolean conjunction, Typed left, Typed right) implements Typed {
        @Override
        public DataType type() {
            return DataType.BOOL;
        }

        @Override
        public boolean nullable() {
            return left.nullable() || right.nullable();
        }

        @Override
        public boolean fallible() {
            return left.fallible() || right.fallible();
        }
    }

    record Not(Typed input) implements Typed {
        @Override
        public DataType type() {
            return DataType.BOOL;
        }

        @Override
        public boolean nullable() {
            return input.nullable();
        }

        @Override
        public boolean fallible() {
            return input.fallible();
        }
    }
}
