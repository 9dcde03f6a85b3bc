package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns the [Code] of one method into bytecode.
final class CodeEmitter {
    /// HotSpot inlines no method of more bytes than this.
    private static final int FREQ_INLINE_SIZE = 325;

    private static final DirectMethodHandleDesc CLASS_DATA = ConstantDescs.ofConstantBootstrap(
            ConstantDescs.CD_MethodHandles, "classDataAt", ConstantDescs.CD_Object, CD_int);

    private final CodeBuilder code;
    /// By name, of which a method has each once.
    private final Map<String, Integer> slots = new HashMap<>();

    CodeEmitter(CodeBuilder code) {
        this.code = code;
    }

    void method(Code.Method method) {
        for (int i = 0; i < method.parameters().size(); i++) {
            slots.put(method.parameters().get(i).name(), code.parameterSlot(i));
        }
        if (method.loops()) {
            standAlone();
        }
        block(method.body());
    }

    // if (false) { (nothing, at length) }
    /// Makes a method that loops too large for the JIT to inline, which then compiles it on its own, whoever calls it.
    /// Inlined into a caller that takes in a whole chain of operators, a loop is what comes last, and when by then the
    /// JIT has spent its budget (`NodeCountInliningCutoff`) it leaves calls in the loop for every access to memory:
    /// such a run was three times slower than others of the same program.
    private void standAlone() {
        Label start = code.newLabel();
        code.iconst_0().ifeq(start);
        for (int i = 0; i < FREQ_INLINE_SIZE; i++) {
            code.nop();
        }
        code.labelBinding(start);
    }

    private void block(List<Code.Statement> statements) {
        for (Code.Statement statement : statements) {
            statement(statement);
        }
    }

    private void statement(Code.Statement statement) {
        switch (statement) {
            case Code.Let it -> {
                value(it.value());
                code.storeLocal(kind(it.variable().type()), slot(it.variable()));
            }
            case Code.Assign it -> {
                value(it.value());
                code.storeLocal(
                        kind(it.variable().type()), slots.get(it.variable().name()));
            }
            case Code.Put it -> {
                value(it.object());
                value(it.value());
                code.putfield(it.owner(), it.name(), it.type());
            }
            case Code.Do it -> {
                value(it.call());
                discard(it.call().type());
            }
            case Code.Return it -> {
                if (it.value() == null) {
                    code.return_();
                } else {
                    value(it.value());
                    code.return_(kind(it.value().type()));
                }
            }
            case Code.Note _ -> {}
            case Code.While it -> loop(it);
            case Code.If it -> branch(it);
        }
    }

    /// Of a variable that is declared, in a loop or two perhaps.
    private int slot(Code.Var variable) {
        Integer known = slots.get(variable.name());
        if (known == null) {
            known = code.allocateLocal(kind(variable.type()));
            slots.put(variable.name(), known);
        }
        return known;
    }

    private void loop(Code.While it) {
        Label start = code.newBoundLabel();
        Label end = code.newLabel();
        jump(it.test(), false, end);
        block(it.body());
        code.goto_(start);
        code.labelBinding(end);
    }

    private void branch(Code.If it) {
        Label otherwise = code.newLabel();
        jump(it.test(), false, otherwise);
        block(it.then());
        if (it.otherwise().isEmpty()) {
            code.labelBinding(otherwise);
            return;
        }
        Label end = code.newLabel();
        boolean falls = !endsInReturn(it.then());
        if (falls) {
            code.goto_(end);
        }
        code.labelBinding(otherwise);
        block(it.otherwise());
        if (falls) {
            code.labelBinding(end);
        }
    }

    private static boolean endsInReturn(List<Code.Statement> statements) {
        return !statements.isEmpty() && statements.getLast() instanceof Code.Return;
    }

    private void discard(ClassDesc type) {
        if (type.equals(CD_long) || type.equals(CD_double)) {
            code.pop2();
        } else if (kind(type) != TypeKind.VOID) {
            code.pop();
        }
    }

    private void value(Code.Value value) {
        switch (value) {
            case Code.Var it -> code.loadLocal(kind(it.type()), slots.get(it.name()));
            case Code.This _ -> code.aload(0);
            case Code.Const it -> constant(it.value());
            case Code.ClassData it ->
                code.loadConstant(
                        DynamicConstantDesc.ofNamed(CLASS_DATA, ConstantDescs.DEFAULT_NAME, it.type(), it.index()));
            case Code.Get it -> {
                if (it.object() == null) {
                    code.getstatic(it.owner(), it.name(), it.type());
                } else {
                    value(it.object());
                    code.getfield(it.owner(), it.name(), it.type());
                }
            }
            case Code.Element it -> {
                value(it.array());
                value(it.index());
                code.arrayLoad(kind(it.type()));
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
                code.iconst_1().ixor();
            }
            case Code.Choose it -> choose(it.test(), it.yes(), it.no());
            case Code.Cast it -> {
                value(it.value());
                cast(it.value().type(), it.type());
            }
            case Code.Call it -> call(it);
        }
    }

    private void call(Code.Call it) {
        if (it.receiver() != null) {
            value(it.receiver());
        }
        for (Code.Value argument : it.arguments()) {
            value(argument);
        }
        if (it.receiver() == null) {
            code.invokestatic(it.owner(), it.name(), it.descriptor(), it.ofInterface());
        } else if (it.ofInterface()) {
            code.invokeinterface(it.owner(), it.name(), it.descriptor());
        } else {
            code.invokevirtual(it.owner(), it.name(), it.descriptor());
        }
    }

    private void materialise(Code.Value test) {
        choose(test, Values.int32(1), Values.int32(0));
    }

    private void choose(Code.Value test, Code.Value yes, Code.Value no) {
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        jump(test, false, otherwise);
        value(yes);
        code.goto_(end);
        code.labelBinding(otherwise);
        value(no);
        code.labelBinding(end);
    }

    /// Goes to `target` if the test comes out as `when`, else falls through.
    private void jump(Code.Value test, boolean when, Label target) {
        switch (test) {
            case Code.Not it -> jump(it.value(), !when, target);
            case Code.Logic it -> {
                if (it.conjunction() == when) {
                    Label through = code.newLabel();
                    jump(it.left(), !when, through);
                    jump(it.right(), when, target);
                    code.labelBinding(through);
                } else {
                    jump(it.left(), when, target);
                    jump(it.right(), when, target);
                }
            }
            case Code.Test it -> {
                value(it.left());
                value(it.right());
                relation(it, when, target);
            }
            case Code.Value it -> {
                value(it);
                code.branch(when ? Opcode.IFNE : Opcode.IFEQ, target);
            }
        }
    }

    private void relation(Code.Test it, boolean when, Label target) {
        ClassDesc type = it.left().type();
        Code.Relation relation = it.relation();
        if (type.equals(CD_int) || type.equals(CD_boolean)) {
            Opcode opcode = switch (relation) {
                case EQ -> when ? Opcode.IF_ICMPEQ : Opcode.IF_ICMPNE;
                case NE -> when ? Opcode.IF_ICMPNE : Opcode.IF_ICMPEQ;
                case LT -> when ? Opcode.IF_ICMPLT : Opcode.IF_ICMPGE;
                case LE -> when ? Opcode.IF_ICMPLE : Opcode.IF_ICMPGT;
                case GT -> when ? Opcode.IF_ICMPGT : Opcode.IF_ICMPLE;
                case GE -> when ? Opcode.IF_ICMPGE : Opcode.IF_ICMPLT;
            };
            code.branch(opcode, target);
            return;
        }
        if (type.equals(CD_long)) {
            code.lcmp();
        } else if (type.equals(CD_float)) {
            if (relation == Code.Relation.LT || relation == Code.Relation.LE) {
                code.fcmpg();
            } else {
                code.fcmpl();
            }
        } else if (relation == Code.Relation.LT || relation == Code.Relation.LE) {
            code.dcmpg();
        } else {
            code.dcmpl();
        }
        Opcode opcode = switch (relation) {
            case EQ -> when ? Opcode.IFEQ : Opcode.IFNE;
            case NE -> when ? Opcode.IFNE : Opcode.IFEQ;
            case LT -> when ? Opcode.IFLT : Opcode.IFGE;
            case LE -> when ? Opcode.IFLE : Opcode.IFGT;
            case GT -> when ? Opcode.IFGT : Opcode.IFLE;
            case GE -> when ? Opcode.IFGE : Opcode.IFLT;
        };
        code.branch(opcode, target);
    }

    private void constant(Object value) {
        switch (value) {
            case null -> code.aconst_null();
            case Boolean it -> code.loadConstant(it ? 1 : 0);
            case Byte it -> code.loadConstant(it.intValue());
            case Integer it -> code.loadConstant(it.intValue());
            case Long it -> code.loadConstant(it.longValue());
            case Float it -> code.loadConstant(it.floatValue());
            case Double it -> code.loadConstant(it.doubleValue());
            case String it -> code.loadConstant(it);
            default -> throw new IllegalStateException("no such constant: " + value);
        }
    }

    private void operator(Code.Operator op, ClassDesc type) {
        if (type.equals(CD_long)) {
            switch (op) {
                case ADD -> code.ladd();
                case SUBTRACT -> code.lsub();
                case MULTIPLY -> code.lmul();
                case DIVIDE -> code.ldiv();
                case REMAINDER -> code.lrem();
                case SHIFT_LEFT -> code.lshl();
                case SHIFT_RIGHT -> code.lshr();
                case SHIFT_RIGHT_UNSIGNED -> code.lushr();
                case AND -> code.land();
                case XOR -> code.lxor();
                case OR -> code.lor();
            }
        } else if (type.equals(CD_double)) {
            switch (op) {
                case ADD -> code.dadd();
                case SUBTRACT -> code.dsub();
                case MULTIPLY -> code.dmul();
                case DIVIDE -> code.ddiv();
                case REMAINDER -> code.drem();
                case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_UNSIGNED, AND, XOR, OR ->
                    throw new IllegalStateException("no such operator of doubles: " + op);
            }
        } else if (type.equals(CD_float)) {
            switch (op) {
                case ADD -> code.fadd();
                case SUBTRACT -> code.fsub();
                case MULTIPLY -> code.fmul();
                case DIVIDE -> code.fdiv();
                case REMAINDER -> code.frem();
                case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_UNSIGNED, AND, XOR, OR ->
                    throw new IllegalStateException("no such operator of floats: " + op);
            }
        } else {
            switch (op) {
                case ADD -> code.iadd();
                case SUBTRACT -> code.isub();
                case MULTIPLY -> code.imul();
                case DIVIDE -> code.idiv();
                case REMAINDER -> code.irem();
                case SHIFT_LEFT -> code.ishl();
                case SHIFT_RIGHT -> code.ishr();
                case SHIFT_RIGHT_UNSIGNED -> code.iushr();
                case AND -> code.iand();
                case XOR -> code.ixor();
                case OR -> code.ior();
            }
        }
    }

    private void cast(ClassDesc from, ClassDesc to) {
        if (!to.isPrimitive()) {
            code.checkcast(to);
        } else if (!from.equals(to)) {
            code.conversion(kind(from), kind(to));
        }
    }

    private static TypeKind kind(ClassDesc type) {
        return TypeKind.from(type);
    }
}
