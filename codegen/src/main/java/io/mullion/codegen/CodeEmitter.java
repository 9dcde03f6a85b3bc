package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_char;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns the [Code] of one method into bytecode.
final class CodeEmitter {
    /// HotSpot inlines no method of more bytes than this.
    private static final int FREQ_INLINE_SIZE = 325;

    private static final int IFEQ = 0x99;
    private static final int LOAD = 0x15;
    private static final int STORE = 0x36;

    private final ConstantPool constants;
    private final MethodBytes code;
    /// By name, of which a method has each once at a time.
    private final Map<String, Integer> slots = new HashMap<>();

    private CodeEmitter(ConstantPool constants, boolean wide) {
        this.constants = constants;
        this.code = new MethodBytes(constants, wide);
    }

    /// @param self the class of the method, which is not static
    static MethodBytes bytes(ConstantPool constants, ClassDesc self, Code.Method method) {
        MethodBytes near = new CodeEmitter(constants, false).emit(self, method);
        return near.tooFar() ? new CodeEmitter(constants, true).emit(self, method) : near;
    }

    private MethodBytes emit(ClassDesc self, Code.Method method) {
        code.declare(self);
        for (Code.Var parameter : method.parameters()) {
            declare(parameter);
        }
        code.begin();
        if (method.loops()) {
            standAlone();
        }
        statements(method.body());
        return code;
    }

    private int declare(Code.Var variable) {
        int slot = code.declare(MethodBytes.computational(variable.type()));
        slots.put(variable.name(), slot);
        return slot;
    }

    // if (false) { (nothing, at length) }
    /// Makes a method that loops too large for the JIT to inline, which then compiles it on its own, whoever calls it.
    /// Inlined into a caller that takes in a whole chain of operators, a loop is what comes last, and when by then the
    /// JIT has spent its budget (`NodeCountInliningCutoff`) it leaves calls in the loop for every access to memory:
    /// such a run was three times slower than others of the same program.
    private void standAlone() {
        MethodBytes.Label start = new MethodBytes.Label();
        int before = code.stackSize();
        int32(0);
        code.popTo(before);
        code.branch(IFEQ, start);
        code.nothing(FREQ_INLINE_SIZE);
        code.bind(start);
    }

    /// Variables that are declared in a block are gone behind it.
    private void block(List<Code.Statement> statements) {
        int locals = code.localCount();
        statements(statements);
        code.forget(locals);
    }

    private void statements(List<Code.Statement> statements) {
        for (Code.Statement statement : statements) {
            if (code.reachable()) {
                statement(statement);
            }
        }
    }

    private void statement(Code.Statement statement) {
        switch (statement) {
            case Code.Let it -> {
                value(it.value());
                code.popTo(0);
                store(it.variable(), declare(it.variable()));
            }
            case Code.Assign it -> {
                value(it.value());
                code.popTo(0);
                store(it.variable(), slots.get(it.variable().name()));
            }
            case Code.Put it -> {
                value(it.object());
                value(it.value());
                code.op(0xb5, constants.field(it.owner(), it.name(), it.type()));
                code.popTo(0);
            }
            case Code.Do it -> {
                value(it.call());
                if (it.call().type() != CD_void) {
                    code.op(MethodBytes.slots(it.call().type()) == 2 ? 0x58 : 0x57);
                }
                code.popTo(0);
            }
            case Code.Return it -> {
                if (it.value() == null) {
                    code.op(0xb1);
                } else {
                    value(it.value());
                    code.op(0xac + MethodBytes.kind(it.value().type()));
                    code.popTo(0);
                }
                code.end();
            }
            case Code.Note _ -> {}
            case Code.While it -> loop(it);
            case Code.If it -> branch(it);
        }
    }

    private void store(Code.Var variable, int slot) {
        code.variable(STORE, variable.type(), slot);
    }

    private void loop(Code.While it) {
        MethodBytes.Label start = new MethodBytes.Label();
        MethodBytes.Label end = new MethodBytes.Label();
        code.bindLoop(start);
        jump(it.test(), false, end);
        block(it.body());
        if (code.reachable()) {
            code.branch(0, start);
        }
        code.bind(end);
    }

    private void branch(Code.If it) {
        MethodBytes.Label otherwise = new MethodBytes.Label();
        jump(it.test(), false, otherwise);
        block(it.then());
        if (it.otherwise().isEmpty()) {
            code.bind(otherwise);
            return;
        }
        MethodBytes.Label end = new MethodBytes.Label();
        if (code.reachable()) {
            code.branch(0, end);
        }
        code.bind(otherwise);
        block(it.otherwise());
        code.bind(end);
    }

    /// Leaves the value on the stack.
    private void value(Code.Value value) {
        int before = code.stackSize();
        switch (value) {
            case Code.Var it -> code.variable(LOAD, it.type(), slots.get(it.name()));
            case Code.This _ -> code.op(0x2a);
            case Code.Const it -> constant(it.value());
            case Code.ClassData it -> code.constant(constants.classData(it.index(), it.type()));
            case Code.Get it -> {
                if (it.object() != null) {
                    value(it.object());
                }
                code.op(it.object() == null ? 0xb2 : 0xb4, constants.field(it.owner(), it.name(), it.type()));
            }
            case Code.Element it -> {
                value(it.array());
                value(it.index());
                element(it.type());
            }
            case Code.Binary it -> {
                value(it.left());
                value(it.right());
                operator(it.op(), it.type());
            }
            case Code.Test _ -> materialise(value);
            case Code.Logic _ -> materialise(value);
            case Code.Not it -> {
                value(it.value());
                int32(1);
                code.op(0x82);
            }
            case Code.Choose it -> choose(it.test(), it.yes(), it.no());
            case Code.Cast it -> {
                value(it.value());
                cast(it.value().type(), it.type());
            }
            case Code.Call it -> call(it);
        }
        code.popTo(before);
        if (value.type() != CD_void) {
            code.push(MethodBytes.computational(value.type()));
        }
    }

    private void int32(int value) {
        code.int32(value);
        code.push(CD_int);
    }

    private void element(ClassDesc type) {
        int opcode;
        if (type == CD_byte || type == CD_boolean) {
            opcode = 0x33;
        } else if (type == CD_char) {
            opcode = 0x34;
        } else if (type == CD_short) {
            opcode = 0x35;
        } else {
            opcode = 0x2e + MethodBytes.kind(type);
        }
        code.op(opcode);
    }

    private void call(Code.Call it) {
        int argumentSlots = 1;
        if (it.receiver() != null) {
            value(it.receiver());
        }
        for (Code.Value argument : it.arguments()) {
            value(argument);
            argumentSlots += MethodBytes.slots(argument.type());
        }
        int method = constants.method(it);
        if (it.receiver() == null) {
            code.op(0xb8, method);
        } else if (it.ofInterface()) {
            code.interfaceCall(method, argumentSlots);
        } else {
            code.op(it.name().equals(ConstantDescs.INIT_NAME) ? 0xb7 : 0xb6, method);
        }
    }

    private void materialise(Code.Value test) {
        choose(test, Values.int32(1), Values.int32(0));
    }

    private void choose(Code.Value test, Code.Value yes, Code.Value no) {
        MethodBytes.Label otherwise = new MethodBytes.Label();
        MethodBytes.Label end = new MethodBytes.Label();
        int before = code.stackSize();
        jump(test, false, otherwise);
        value(yes);
        code.branch(0, end);
        code.popTo(before);
        code.bind(otherwise);
        value(no);
        code.popTo(before);
        code.push(MethodBytes.computational(yes.type()));
        code.bind(end);
    }

    /// Goes to `target` if the test comes out as `when`, else falls through.
    private void jump(Code.Value test, boolean when, MethodBytes.Label target) {
        int before = code.stackSize();
        switch (test) {
            case Code.Not it -> jump(it.value(), !when, target);
            case Code.Logic it -> {
                if (it.conjunction() == when) {
                    MethodBytes.Label through = new MethodBytes.Label();
                    jump(it.left(), !when, through);
                    jump(it.right(), when, target);
                    code.bind(through);
                } else {
                    jump(it.left(), when, target);
                    jump(it.right(), when, target);
                }
            }
            case Code.Test it -> {
                value(it.left());
                value(it.right());
                code.popTo(before);
                relation(it, when, target);
            }
            case Code.Value it -> {
                value(it);
                code.popTo(before);
                code.branch(when ? IFEQ + 1 : IFEQ, target);
            }
        }
    }

    private void relation(Code.Test it, boolean when, MethodBytes.Label target) {
        ClassDesc type = it.left().type();
        Code.Relation relation = it.relation();
        int opcode = when ? relation.opcode : MethodBytes.opposite(relation.opcode);
        if (type == CD_int || type == CD_boolean) {
            // if_icmpeq and its neighbours stand behind ifeq and its.
            code.branch(opcode + 6, target);
            return;
        }
        // What a comparison with NaN comes out as is never what is asked.
        boolean less = relation == Code.Relation.LT || relation == Code.Relation.LE;
        if (type == CD_long) {
            code.op(0x94);
        } else if (type == CD_float) {
            code.op(less ? 0x96 : 0x95);
        } else {
            code.op(less ? 0x98 : 0x97);
        }
        code.branch(opcode, target);
    }

    private void constant(Object value) {
        switch (value) {
            case null -> code.op(0x01);
            case Boolean it -> code.int32(it ? 1 : 0);
            case Byte it -> code.int32(it);
            case Integer it -> code.int32(it);
            case Long it -> {
                if (it == 0 || it == 1) {
                    code.op(it == 0 ? 0x09 : 0x0a);
                } else {
                    code.op(0x14, constants.number(it));
                }
            }
            case Float it -> code.constant(constants.number(it));
            case Double it -> code.op(0x14, constants.number(it));
            case String it -> code.constant(constants.string(it));
            default -> throw new IllegalStateException("no such constant: " + value);
        }
    }

    private void operator(Code.Operator op, ClassDesc type) {
        int kind = MethodBytes.kind(type);
        if (op.integral() && kind > 1) {
            throw new IllegalStateException("no such operator of " + type.displayName() + ": " + op);
        }
        code.op(op.opcode + kind);
    }

    private void cast(ClassDesc from, ClassDesc to) {
        if (!to.isPrimitive()) {
            code.op(0xc0, constants.type(to));
        } else if (!from.equals(to)) {
            convert(MethodBytes.kind(from), MethodBytes.kind(to));
            if (to == CD_byte) {
                code.op(0x91);
            } else if (to == CD_char) {
                code.op(0x92);
            } else if (to == CD_short) {
                code.op(0x93);
            } else if (to == CD_boolean) {
                int32(1);
                code.op(0x7e);
            }
        }
    }

    private void convert(int from, int to) {
        if (from != to) {
            // i2l i2f i2d, l2i l2f l2d, f2i f2l f2d, d2i d2l d2f
            code.op(0x85 + 3 * from + (to < from ? to : to - 1));
        }
    }
}
