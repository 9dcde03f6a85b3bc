package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ExpressionTree;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/// How large expressions may be, and the stack that deep ones need: the compiler goes down trees by recursion.
final class Complexity {
    /// Nodes of all expressions of a kernel; a node that is used twice counts twice.
    static final int MAX_NODES = 100_000;

    /// Levels of an expression: a sum of so many terms is one.
    static final int MAX_DEPTH = 20_000;

    /// Deeper expressions are compiled on a thread of their own.
    private static final int DEEP = 300;

    /// Measured: the compiler needs less than 4 KiB a level.
    private static final long STACK_BYTES_PER_LEVEL = 16L << 10;

    private record Place(Expr expression, int depth) {}

    private Complexity() {}

    /// Compiles expressions on a stack that is deep enough. *Failure*: an [ExpressionException] if they are too large.
    static <T> T compile(List<Expr> expressions, Supplier<T> compiler) {
        int depth = depth(expressions);
        return depth <= DEEP ? compiler.get() : DeepStack.compile(depth * STACK_BYTES_PER_LEVEL, compiler);
    }

    private static int depth(List<Expr> expressions) {
        Deque<Place> open = new ArrayDeque<>();
        for (Expr expression : expressions) {
            open.push(new Place(expression, 1));
        }
        int nodes = 0;
        int deepest = 0;
        while (!open.isEmpty()) {
            Place place = open.pop();
            nodes++;
            deepest = Math.max(deepest, place.depth());
            if (nodes > MAX_NODES) {
                throw new ExpressionException("an expression may have at most " + MAX_NODES + " parts: "
                        + shortened(expressions) + " has more");
            }
            if (deepest > MAX_DEPTH) {
                throw new ExpressionException("an expression may be at most " + MAX_DEPTH + " levels deep: "
                        + shortened(expressions) + " is deeper");
            }
            int below = place.depth() + levels(place.expression());
            for (Expr input : ExpressionTree.inputs(place.expression())) {
                open.push(new Place(input, below));
            }
        }
        return deepest;
    }

    /// What the language writes side by side the compiler has one within the other: a case of n branches is n choices.
    private static int levels(Expr expression) {
        if (expression instanceof Expr.Case it) {
            return it.branches().size();
        }
        return expression instanceof Expr.Call it ? Math.max(1, it.arguments().size()) : 1;
    }

    private static String shortened(List<Expr> expressions) {
        String text = expressions.toString();
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    /// A thread of its own, which few expressions need.
    private static final class DeepStack<T> implements Runnable {
        private final Supplier<T> compiler;
        private T value;
        private Throwable failure;

        DeepStack(Supplier<T> compiler) {
            this.compiler = compiler;
        }

        static <T> T compile(long bytes, Supplier<T> compiler) {
            DeepStack<T> result = new DeepStack<>(compiler);
            Thread thread = new Thread(null, result, "mullion-compiler", bytes);
            thread.start();
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return result.get();
        }

        @Override
        public void run() {
            try {
                value = compiler.get();
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }

        T get() {
            return switch (failure) {
                case null -> value;
                case ExpressionException wrong -> throw wrong;
                case RuntimeException broken -> throw broken;
                case Error error -> throw error;
                default -> throw new IllegalStateException(failure);
            };
        }
    }
}
