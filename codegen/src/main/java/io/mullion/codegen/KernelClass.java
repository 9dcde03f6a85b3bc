package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.ExpressionException;
import io.mullion.expr.UserFunction;
import io.mullion.routine.Scratch;
import io.mullion.routine.TextLiteral;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// A kernel under construction: literals become final fields, loops become methods, and all of it a hidden class that
/// goes away with its kernel.
///
/// `toString` of the kernel is the expression it was made of. With `-Dmullion.dump=DIR` the class and the listing of
/// every kernel are written there.
final class KernelClass {
    private static final String DUMP = System.getProperty("mullion.dump");
    /// Takes the title, and an array of the literals with the forms behind them. The JDK has what calls a constructor
    /// of two parameters; of three it would make it.
    private static final MethodType CONSTRUCTOR = MethodType.methodType(void.class, Object.class, Object[].class);
    private static final int SHOWN = 200;
    /// HotSpot leaves methods beyond `HugeMethodLimit` to the interpreter.
    private static final int HUGE_METHOD_BYTES = 8000;

    /// Of Java 25.
    private static final int CLASS_FILE_VERSION = 69;
    private static final int ACC_PUBLIC = 0x0001;
    private static final int ACC_PRIVATE = 0x0002;
    private static final int ACC_FINAL = 0x0010;
    private static final int ACC_SUPER = 0x0020;
    private static final String TITLE = "title";

    /// Fields for literals. A large expression has its other numbers in the code, and its other objects in an array:
    /// the constructor would be too long.
    private static final int MAX_FIELDS = 100;
    private static final String MORE = "literals";

    private static final String FORMS = "forms";
    private static final ClassDesc FORMS_TYPE = Types.of(Forms.class);

    /// Texts are equal by their bytes.
    record Literal(ClassDesc type, Object value) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Literal(ClassDesc otherType, Object otherValue)
                    && type.equals(otherType)
                    && Objects.deepEquals(value, otherValue);
        }

        @Override
        public int hashCode() {
            return value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value.hashCode();
        }
    }

    private final String name;
    private final Class<?> role;
    private final ClassDesc parent;
    private final Object title;
    private final ClassDesc self;
    private final Code.This thisKernel;
    private final List<Literal> literals = new ArrayList<>();
    private final Map<Literal, Integer> literalIndex = new HashMap<>();
    private final List<Object> constants = new ArrayList<>();
    private final List<Code.Method> methods = new ArrayList<>();
    private boolean numbersInCode;
    private boolean callsForms;
    private int longest;

    KernelClass(Class<?> role, Object title) {
        this(role, Object.class, title);
    }

    /// @param parent a class of this package that the kernel extends
    KernelClass(Class<?> role, Class<?> parent, Object title) {
        this.parent = Types.of(parent);
        this.name = role.getSimpleName() + "$Generated";
        this.role = role;
        this.title = title;
        this.self = ClassDesc.of("io.mullion.codegen", name);
        this.thisKernel = new Code.This(self);
    }

    /// A constant of the expression: a field, so that kernels which differ in their literals only have the same code.
    Code.Value literal(ClassDesc type, Object value) {
        Integer index = literalIndex.get(new Literal(type, value));
        if (index == null) {
            if (type.isPrimitive() && literals.size() >= MAX_FIELDS) {
                numbersInCode = true;
                return new Code.Const(value, type);
            }
            index = literals.size();
            literalIndex.put(new Literal(type, value), index);
            literals.add(new Literal(type, value));
        }
        if (index < MAX_FIELDS) {
            return new Code.Get(self(), self, fieldName(index), type);
        }
        Code.Value more = new Code.Get(self(), self, MORE, CD_Object.arrayType());
        return new Code.Cast(type, new Code.Element(more, Values.int32(index), CD_Object));
    }

    /// A function of the user's: a constant of the class.
    Code.Value function(UserFunction function) {
        return constant("function" + indexOf(function.lambda()), function.lambda(), Types.of(function.contract()));
    }

    /// An object as a constant of the class, which then no other kernel shares.
    Code.Value constant(String constant, Object value, ClassDesc type) {
        return new Code.ClassData(indexOf(value), constant, type);
    }

    private int indexOf(Object constant) {
        for (int index = 0; index < constants.size(); index++) {
            if (constants.get(index) == constant) {
                return index;
            }
        }
        constants.add(constant);
        return constants.size() - 1;
    }

    Code.Value self() {
        return thisKernel;
    }

    /// The method of the role.
    void open(String method, ClassDesc returns, List<Code.Var> parameters, Consumer<Body> content) {
        methods.addFirst(method(true, method, returns, parameters, content));
    }

    /// A method of the kernel's own, and how to call it.
    void inner(String method, ClassDesc returns, List<Code.Var> parameters, Consumer<Body> content) {
        boolean rows = parameters.contains(Rows.FROM) && parameters.contains(Rows.TO);
        methods.add(method(false, method, returns, parameters, body -> {
            if (rows) {
                Rows.bound(body);
            }
            content.accept(body);
        }));
    }

    Code.Call callInner(String method, ClassDesc returns, List<Code.Var> arguments) {
        return new Code.Call(thisKernel, self, false, method, returns, null, List.copyOf(arguments));
    }

    /// `((FilterKernel) this.forms.kernel(1)).filter(in, active, from, to, out, progress)`
    Code.Call callForm(int form, String method, ClassDesc returns, List<Code.Var> arguments) {
        callsForms = true;
        Code.Value all = new Code.Get(self(), self, FORMS, FORMS_TYPE);
        Code.Value other = Values.invoke(all, "kernel", CD_Object, Values.int32(form));
        ClassDesc contract = Types.of(role);
        return new Code.Call(
                new Code.Cast(contract, other), contract, true, method, returns, null, List.copyOf(arguments));
    }

    String listing() {
        return listing(title, code());
    }

    static String listing(Object title, String code) {
        return "// " + title.toString().replace('\n', ' ') + "\n" + code;
    }

    /// Whether every class is written to a folder.
    static boolean dumps() {
        return DUMP != null;
    }

    /// What the listing shows below the title.
    String code() {
        return new CodeText().kernel(name, role.getSimpleName(), fields(), methods());
    }

    /// Loops read the memory of texts, sets and tables by address: it must not go away before they end, although the
    /// kernel, which holds the objects that own it, may be needed no more.
    private List<Code.Method> methods() {
        boolean owns = false;
        for (Literal literal : literals) {
            ClassDesc type = literal.type();
            owns |= !type.isPrimitive() && !type.isArray();
        }
        if (!owns) {
            return methods;
        }
        List<Code.Method> held = new ArrayList<>();
        for (Code.Method method : methods) {
            held.add(method.open() ? HeldReturns.of(method, self()) : method);
        }
        return held;
    }

    private List<Code.Var> fields() {
        List<Code.Var> fields = new ArrayList<>();
        for (int index = 0; index < Math.min(literals.size(), MAX_FIELDS); index++) {
            fields.add(new Code.Var(fieldName(index), literals.get(index).type()));
        }
        return fields;
    }

    private static String fieldName(int literal) {
        return "literal" + literal;
    }

    byte[] bytes() {
        longest = 0;
        return build();
    }

    /// The kernel of expressions that need no scratch.
    <K> Compiled<K> define(Class<K> kernel, String variant) {
        return define(kernel, variant, List.of(), 0, null);
    }

    /// @param expressions what the loops compute
    /// @param reservedBytes at the front of the scratch, for temporary columns
    /// @param forms which [#callForm] calls, or null
    <K> Compiled<K> define(
            Class<K> kernel, String variant, List<Typed> expressions, long reservedBytes, Forms<K> forms) {
        long scratchBytes = reservedBytes + (Typed.anyMakesText(expressions) ? Scratch.TEXT_BYTES : 0);
        byte[] bytes = bytesOrRefusal();
        String found = variant + (longest > HUGE_METHOD_BYTES ? ", too large for the JIT: runs interpreted" : "");
        Shape<K> shape = new Shape<>(kernel, constructor(bytes), keys(), this, found, scratchBytes);
        if (DUMP != null) {
            KernelDump.write(Path.of(DUMP), name, bytes, "// " + found + "\n" + listing());
        }
        return shape.kernel(title, values(), forms);
    }

    private MethodHandle constructor(byte[] bytes) {
        try {
            MethodHandles.Lookup shape = ShapeCache.lookup(bytes, constants);
            return shape.findConstructor(shape.lookupClass(), CONSTRUCTOR);
        } catch (ReflectiveOperationException | LinkageError broken) {
            throw new IllegalStateException("a generated kernel is broken: " + listing(), broken);
        }
    }

    /// Null where literals are not all there is to kernels of the same code.
    private List<Literal> keys() {
        if (numbersInCode) {
            return null;
        }
        return List.copyOf(literals);
    }

    /// *Failure*: what a class file cannot hold is too much for one kernel.
    private byte[] bytesOrRefusal() {
        try {
            return bytes();
        } catch (IllegalArgumentException tooLarge) {
            String text = title.toString();
            String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
            ExpressionException refused = new ExpressionException(
                    "too many outputs, or too large ones, for one kernel (" + tooLarge.getMessage() + "): " + shown);
            refused.initCause(tooLarge);
            throw refused;
        }
    }

    private Code.Method method(
            boolean open, String method, ClassDesc returns, List<Code.Var> parameters, Consumer<Body> content) {
        Body body = new Body();
        for (Code.Var parameter : parameters) {
            body.reserve(parameter);
        }
        content.accept(body);
        return new Code.Method(open, method, parameters, returns, body.statements());
    }

    /// Notes how long the longest method is.
    private byte[] build() {
        ConstantPool constants = new ConstantPool();
        Bytes members = new Bytes();
        members.u2(ACC_FINAL | ACC_SUPER).u2(constants.type(self)).u2(constants.type(parent));
        members.u2(1).u2(constants.type(Types.of(role)));
        boolean more = literals.size() > MAX_FIELDS;
        List<Code.Var> fields = fields();
        members.u2(1 + fields.size() + (more ? 1 : 0) + (callsForms ? 1 : 0));
        field(members, constants, TITLE, CD_Object);
        for (Code.Var field : fields) {
            field(members, constants, field.name(), field.type());
        }
        if (more) {
            field(members, constants, MORE, CD_Object.arrayType());
        }
        if (callsForms) {
            field(members, constants, FORMS, FORMS_TYPE);
        }
        List<Code.Method> all = new ArrayList<>(List.of(constructor(), text()));
        all.addAll(methods());
        members.u2(all.size());
        for (Code.Method method : all) {
            members.u2(method.open() ? ACC_PUBLIC : ACC_PRIVATE)
                    .u2(constants.text(method.name()))
                    .u2(constants.text(method.descriptor()))
                    .u2(1);
            longest =
                    Math.max(longest, CodeEmitter.bytes(constants, self, method).writeTo(members));
        }
        members.append(constants.attributes());
        Bytes file = new Bytes().u4(0xcafebabe).u4(CLASS_FILE_VERSION);
        constants.writeTo(file);
        return file.append(members).toArray();
    }

    private static void field(Bytes members, ConstantPool constants, String field, ClassDesc type) {
        members.u2(ACC_PRIVATE | ACC_FINAL)
                .u2(constants.text(field))
                .u2(constants.text(type.descriptorString()))
                .u2(0);
    }

    // FilterKernel$Generated(Object title, Object[] literals) {
    //     this.title = title;
    //     this.forms = (Forms) literals[1];
    //     this.literal0 = (double) literals[0];
    // }
    private Code.Method constructor() {
        Code.Var given = new Code.Var(TITLE, CD_Object);
        Code.Var values = new Code.Var(MORE, CD_Object.arrayType());
        Body body = new Body();
        body.run(new Code.Call(thisKernel, parent, false, ConstantDescs.INIT_NAME, CD_void, null, List.of()));
        body.put(thisKernel, TITLE, given);
        if (callsForms) {
            Code.Value others = new Code.Element(values, Values.int32(literals.size()), CD_Object);
            body.put(thisKernel, FORMS, new Code.Cast(FORMS_TYPE, others));
        }
        if (literals.size() > MAX_FIELDS) {
            body.put(thisKernel, MORE, values);
        }
        List<Code.Var> fields = fields();
        for (int i = 0; i < fields.size(); i++) {
            Code.Var field = fields.get(i);
            Code.Value value = new Code.Element(values, Values.int32(i), CD_Object);
            if (field.type().isPrimitive()) {
                ClassDesc box = Types.of(literals.get(i).value().getClass());
                value = Values.invoke(new Code.Cast(box, value), field.type().displayName() + "Value", field.type());
            } else {
                value = new Code.Cast(field.type(), value);
            }
            body.put(thisKernel, field.name(), value);
        }
        body.give(null);
        return new Code.Method(true, ConstantDescs.INIT_NAME, List.of(given, values), CD_void, body.statements());
    }

    private Code.Method text() {
        Body body = new Body();
        body.give(Values.invoke(new Code.Get(thisKernel, self, TITLE, CD_Object), "toString", CD_String));
        return new Code.Method(true, "toString", List.of(), CD_String, body.statements());
    }

    private Object[] values() {
        Object[] values = new Object[literals.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = literals.get(i).value();
            boolean text = literals.get(i).type().equals(Types.TEXT_LITERAL);
            values[i] = text ? new TextLiteral((byte[]) value) : value;
        }
        return values;
    }
}
