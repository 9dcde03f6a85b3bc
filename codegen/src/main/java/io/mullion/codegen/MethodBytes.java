package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bytecode of one method: instructions, what lies on the stack, which variables there are, and the frames that the
/// verifier wants to be told where branches meet.
///
/// The `java.lang.classfile` of the JDK would do all this, and took four tenths of the time of a new shape: it finds
/// out by an analysis of the code what a generator of structured code knows, and makes an object for each instruction.
///
/// *Source*: Java Virtual Machine Specification, 4.7.3, 4.7.4 and 6.5.
final class MethodBytes {
    private static final int GOTO = 0xa7;
    private static final int GOTO_W = 0xc8;
    private static final int WIDE = 0xc4;
    private static final int MAX_BYTES = 65_535;

    /// A place in the code.
    static final class Label {
        private static final int OPEN = -1;

        private int at = OPEN;
        /// Where branches to it stand, until it is bound.
        private List<Integer> branches = List.of();

        private boolean used() {
            return !branches.isEmpty();
        }
    }

    private final ConstantPool constants;
    private final boolean wide;
    private final Bytes code = new Bytes();
    /// The second slot of longs and doubles is not among them.
    private final TypeStack locals = new TypeStack();
    private final TypeStack stack = new TypeStack();
    private boolean reachable = true;
    private boolean tooFar;

    private final Bytes frames = new Bytes();
    private int frameCount;
    private int lastFrame = -1;
    private int lastFrameStart;
    private ClassDesc[] lastLocals = {};
    private ClassDesc[] localsBefore = {};
    private int offsetBefore = -1;

    /// @param wide whether branches take four bytes
    MethodBytes(ConstantPool constants, boolean wide) {
        this.constants = constants;
        this.wide = wide;
    }

    /// Whether a branch goes further than two bytes can say: the method is to be made again with wide branches.
    boolean tooFar() {
        return tooFar;
    }

    /// Whether the next instruction is reached by anything.
    boolean reachable() {
        return reachable;
    }

    /// @return the slot of the new variable
    int declare(ClassDesc type) {
        int slot = locals.slots;
        locals.push(type);
        return slot;
    }

    /// The method's parameters, and `this`, are declared.
    void begin() {
        lastLocals = locals.types();
    }

    int localCount() {
        return locals.size;
    }

    /// Forgets the variables that were declared since there were `count`.
    void forget(int count) {
        locals.popTo(count);
    }

    int stackSize() {
        return stack.size;
    }

    void push(ClassDesc type) {
        stack.push(type);
    }

    /// Takes what lies above the lowest `size` from the stack.
    void popTo(int size) {
        stack.popTo(size);
    }

    /// An instruction without operands in the code. What it does to the stack is told apart.
    void op(int opcode) {
        code.u1(opcode);
    }

    void op(int opcode, int index) {
        code.u1(opcode).u2(index);
    }

    void interfaceCall(int index, int argumentSlots) {
        code.u1(0xb9).u2(index).u1(argumentSlots).u1(0);
    }

    /// @param opcode of a load or store of an int
    void variable(int opcode, ClassDesc type, int slot) {
        if (slot <= 3) {
            // The short forms of loads begin at iload_0, those of stores at istore_0.
            code.u1((opcode == 0x15 ? 0x1a : 0x3b) + 4 * kind(type) + slot);
        } else if (slot <= 0xff) {
            code.u1(opcode + kind(type)).u1(slot);
        } else {
            code.u1(WIDE).u1(opcode + kind(type)).u2(slot);
        }
    }

    void int32(int value) {
        if (value >= -1 && value <= 5) {
            code.u1(0x03 + value);
        } else if (value == (byte) value) {
            code.u1(0x10).u1(value);
        } else if (value == (short) value) {
            code.u1(0x11).u2(value);
        } else {
            constant(constants.number(value));
        }
    }

    /// Of one slot.
    void constant(int index) {
        if (index <= 0xff) {
            code.u1(0x12).u1(index);
        } else {
            code.u1(0x13).u2(index);
        }
    }

    /// Instructions that do nothing.
    void nothing(int bytes) {
        code.zeros(bytes);
    }

    /// @param opcode of a branch that depends on what was popped, or 0 for one in any case
    void branch(int opcode, Label target) {
        if (!wide) {
            int at = code.length();
            code.u1(opcode == 0 ? GOTO : opcode).u2(0);
            to(target, at, at + 1);
        } else {
            if (opcode != 0) {
                code.u1(opposite(opcode)).u2(8);
            }
            int at = code.length();
            code.u1(GOTO_W).u4(0);
            to(target, at, at + 1);
            if (opcode != 0) {
                frame();
            }
        }
        reachable = opcode != 0;
    }

    static int opposite(int opcode) {
        return (opcode - 0x99 ^ 1) + 0x99;
    }

    private void to(Label target, int at, int operand) {
        if (target.at == Label.OPEN) {
            if (target.branches.isEmpty()) {
                target.branches = new ArrayList<>();
            }
            target.branches.add(at);
        } else {
            put(operand, target.at - at);
        }
    }

    private void put(int operand, int distance) {
        if (wide) {
            code.putU4(operand, distance);
        } else {
            tooFar |= distance != (short) distance;
            code.putU2(operand, distance);
        }
    }

    /// Here branches come to that stand before; with the same variables and the same stack as is known now.
    void bind(Label label) {
        label.at = code.length();
        for (int at : label.branches) {
            put(at + 1, label.at - at);
        }
        if (label.used()) {
            frame();
            reachable = true;
        }
    }

    /// Here branches come to that stand behind.
    void bindLoop(Label label) {
        label.at = code.length();
        frame();
    }

    void end() {
        reachable = false;
    }

    /// Of two frames in one place the later one counts: it is that of the outer statement.
    private void frame() {
        int at = code.length();
        if (at == lastFrame) {
            frames.truncate(lastFrameStart);
            lastFrame = offsetBefore;
            lastLocals = localsBefore;
            frameCount--;
        }
        offsetBefore = lastFrame;
        localsBefore = lastLocals;
        lastFrameStart = frames.length();
        int delta = at - lastFrame - 1;
        ClassDesc[] now = locals.types();
        int common = common(lastLocals, now);
        int gone = lastLocals.length - common;
        int come = now.length - common;
        boolean empty = stack.size == 0;
        if (empty && gone == 0 && come == 0) {
            if (delta < 64) {
                frames.u1(delta);
            } else {
                frames.u1(251).u2(delta);
            }
        } else if (empty && come == 0 && gone <= 3) {
            frames.u1(251 - gone).u2(delta);
        } else if (empty && gone == 0 && come <= 3) {
            frames.u1(251 + come).u2(delta);
            types(now, common);
        } else {
            frames.u1(255).u2(delta).u2(now.length);
            types(now, 0);
            frames.u2(stack.size);
            types(stack.types(), 0);
        }
        frameCount++;
        lastFrame = at;
        lastLocals = now;
    }

    private static int common(ClassDesc[] a, ClassDesc[] b) {
        int size = Math.min(a.length, b.length);
        int common = 0;
        while (common < size && (a[common] == b[common] || a[common].equals(b[common]))) {
            common++;
        }
        return common;
    }

    private void types(ClassDesc[] types, int from) {
        for (int i = from; i < types.length; i++) {
            ClassDesc type = types[i];
            switch (kind(type)) {
                case 0 -> frames.u1(1);
                case 1 -> frames.u1(4);
                case 2 -> frames.u1(2);
                case 3 -> frames.u1(3);
                default -> frames.u1(7).u2(constants.type(type));
            }
        }
    }

    /// What the class file has for the method's body.
    ///
    /// @return the bytes of its instructions
    int writeTo(Bytes file) {
        if (code.length() > MAX_BYTES) {
            throw new IllegalArgumentException("a method of " + code.length() + " bytes");
        }
        int table = frameCount == 0 ? 0 : 6 + 2 + frames.length();
        file.u2(constants.text("Code")).u4(12 + code.length() + table);
        file.u2(stack.maxSlots)
                .u2(locals.maxSlots)
                .u4(code.length())
                .append(code)
                .u2(0);
        file.u2(frameCount == 0 ? 0 : 1);
        if (frameCount > 0) {
            file.u2(constants.text("StackMapTable")).u4(2 + frames.length());
            file.u2(frameCount).append(frames);
        }
        return code.length();
    }

    /// How loads, stores, operators and returns number their types: int and what is narrower, long, float, double,
    /// references.
    ///
    /// Here and in the emitter primitive types are told apart by `==`, because the JDK has one object for each, and
    /// because `equals` is hundreds of bytecodes: a third of the time of a new shape, before the JIT comes.
    static int kind(ClassDesc type) {
        if (type == CD_int) {
            return 0;
        }
        if (type == CD_long) {
            return 1;
        }
        if (type == CD_double) {
            return 3;
        }
        if (!type.isPrimitive()) {
            return 4;
        }
        return type == CD_float ? 2 : 0;
    }

    /// What a value is on the stack and in variables.
    static ClassDesc computational(ClassDesc type) {
        return kind(type) == 0 ? CD_int : type;
    }

    static int slots(ClassDesc type) {
        return type == CD_long || type == CD_double ? 2 : 1;
    }

    /// Types of variables or of values on the stack, and the slots that they take.
    private static final class TypeStack {
        private ClassDesc[] types = new ClassDesc[16];
        /// Below each.
        private int[] slotsBelow = new int[16];

        private int size;
        private int slots;
        private int maxSlots;

        void push(ClassDesc type) {
            if (size == types.length) {
                types = Arrays.copyOf(types, 2 * size);
                slotsBelow = Arrays.copyOf(slotsBelow, 2 * size);
            }
            types[size] = type;
            slotsBelow[size++] = slots;
            slots += slots(type);
            if (slots > maxSlots) {
                maxSlots = slots;
            }
        }

        void popTo(int below) {
            if (below < size) {
                size = below;
                slots = slotsBelow[below];
            }
        }

        ClassDesc[] types() {
            return Arrays.copyOf(types, size);
        }
    }
}
