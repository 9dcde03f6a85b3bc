package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;

import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Objects;

/// The small part of Java that kernels are made of. Generators build it, [CodeText] prints it, [CodeEmitter] turns it
/// into bytecode: what a listing shows is what runs.
///
/// Values that are keys of maps in most kernels say themselves what equality is: what the JVM makes for a record takes
/// milliseconds at its first use.
final class Code {
    private Code() {}

    sealed interface Value {
        ClassDesc type();
    }

    record Var(String name, ClassDesc type) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Var it && name.equals(it.name) && type.equals(it.type);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    /// An int, long, float, double, boolean or String.
    record Const(Object value, ClassDesc type) implements Value {}

    record This(ClassDesc type) implements Value {}

    /// An object that the class was defined with: a constant for the JIT, too.
    ///
    /// @param name for people
    record ClassData(int index, String name, ClassDesc type) implements Value {}

    /// A field; of a class if there is no object.
    record Get(Value object, ClassDesc owner, String name, ClassDesc type) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Get it
                    && name.equals(it.name)
                    && owner.equals(it.owner)
                    && type.equals(it.type)
                    && Objects.equals(object, it.object);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    /// An element of a `long[]` or `Object[]`.
    record Element(Value array, Value index, ClassDesc type) implements Value {}

    /// Both operands have the type of the result, but for the right one of a shift, which is an int.
    record Binary(Operator op, Value left, Value right) implements Value {
        @Override
        public ClassDesc type() {
            return left.type();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary it && op == it.op && left.equals(it.left) && right.equals(it.right);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * op.ordinal() + left.hashCode()) + right.hashCode();
        }
    }

    enum Operator {
        MULTIPLY("*", 10, 0x68),
        DIVIDE("/", 10, 0x6c),
        REMAINDER("%", 10, 0x70),
        ADD("+", 9, 0x60),
        SUBTRACT("-", 9, 0x64),
        SHIFT_LEFT("<<", 8, 0x78),
        SHIFT_RIGHT(">>", 8, 0x7a),
        SHIFT_RIGHT_UNSIGNED(">>>", 8, 0x7c),
        AND("&", 5, 0x7e),
        XOR("^", 4, 0x82),
        OR("|", 3, 0x80);

        final String symbol;
        final int precedence;
        /// The instruction for ints; those for longs, floats and doubles are the next ones.
        final int opcode;

        Operator(String symbol, int precedence, int opcode) {
            this.symbol = symbol;
            this.precedence = precedence;
            this.opcode = opcode;
        }

        /// Whether there is no instruction for floats and doubles.
        boolean integral() {
            return opcode >= 0x78;
        }

        boolean shift() {
            return precedence == 8;
        }
    }

    /// A comparison of two ints, longs, floats, doubles or booleans as Java has it.
    record Test(Relation relation, Value left, Value right) implements Value {
        @Override
        public ClassDesc type() {
            return CD_boolean;
        }
    }

    enum Relation {
        EQ("==", 0x99),
        NE("!=", 0x9a),
        LT("<", 0x9b),
        LE("<=", 0x9e),
        GT(">", 0x9d),
        GE(">=", 0x9c);

        final String symbol;
        /// The instruction that branches where an int has this relation to 0; the one for the opposite is its
        /// neighbour.
        final int opcode;

        Relation(String symbol, int opcode) {
            this.symbol = symbol;
            this.opcode = opcode;
        }
    }

    /// `left && right` or `left || right`.
    record Logic(boolean conjunction, Value left, Value right) implements Value {
        @Override
        public ClassDesc type() {
            return CD_boolean;
        }
    }

    record Not(Value value) implements Value {
        @Override
        public ClassDesc type() {
            return CD_boolean;
        }
    }

    record Choose(Value test, Value yes, Value no) implements Value {
        @Override
        public ClassDesc type() {
            return yes.type();
        }
    }

    /// A conversion between primitives, or a checked cast of a reference.
    record Cast(ClassDesc type, Value value) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Cast it && type.equals(it.type) && value.equals(it.value);
        }

        @Override
        public int hashCode() {
            return 31 * type.hashCode() + value.hashCode();
        }
    }

    /// A call; of a static method if there is no receiver.
    ///
    /// @param type what the method returns
    /// @param parameters their types; null if they are just those of the arguments
    record Call(
            Value receiver,
            ClassDesc owner,
            boolean ofInterface,
            String name,
            ClassDesc type,
            List<ClassDesc> parameters,
            List<Value> arguments)
            implements Value {
        ClassDesc parameter(int index) {
            return parameters == null ? arguments.get(index).type() : parameters.get(index);
        }
    }

    sealed interface Statement {}

    /// Declares a variable.
    record Let(Var variable, Value value) implements Statement {}

    record Assign(Var variable, Value value) implements Statement {}

    record Put(Value object, ClassDesc owner, String name, ClassDesc type, Value value) implements Statement {}

    record Do(Call call) implements Statement {}

    record If(Value test, List<Statement> then, List<Statement> otherwise) implements Statement {}

    record While(Value test, List<Statement> body) implements Statement {}

    record Return(Value value) implements Statement {}

    record Note(String text) implements Statement {}

    /// A method of a kernel. `this` is not among the parameters.
    record Method(boolean open, String name, List<Var> parameters, ClassDesc returns, List<Statement> body) {
        String descriptor() {
            StringBuilder text = new StringBuilder("(");
            for (Var parameter : parameters) {
                text.append(parameter.type().descriptorString());
            }
            return text.append(')').append(returns.descriptorString()).toString();
        }

        boolean loops() {
            return loops(body);
        }

        private static boolean loops(List<Statement> statements) {
            for (Statement statement : statements) {
                if (statement instanceof While
                        || statement instanceof If it && (loops(it.then()) || loops(it.otherwise()))) {
                    return true;
                }
            }
            return false;
        }
    }
}
