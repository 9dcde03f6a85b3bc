package io.mullion.codegen;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// A kernel under construction: literals become final fields, loops become methods, and all of it a hidden class that
/// goes away with its kernel.
///
/// `toString` of the kernel is the expression it was made of. With `-Dmullion.dump=DIR` the class and the listing of
/// every kernel are written there.
final class KernelClass {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final String DUMP = System.getProperty("mullion.dump");
    private static final AtomicInteger DUMPED = new AtomicInteger();
    private static final MethodType CONSTRUCTOR = MethodType.methodType(void.class, String.class, Object[].class);
    private static final int HUGE_METHOD_BYTES = 8000;
    private static final String TEXT = "expression";

    private record Literal(Code.Var field, Object value) {}

    private final String name;
    private final Class<?> role;
    private final String expression;
    private final ClassDesc self;
    private final List<Literal> literals = new ArrayList<>();
    private final List<Code.Method> methods = new ArrayList<>();

    KernelClass(Class<?> role, String expression) {
        this.name = role.getSimpleName() + "$Generated";
        this.role = role;
        this.expression = expression;
        this.self = ClassDesc.of("io.mullion.codegen", name);
    }

    /// A constant of the expression: a field, so that kernels which differ in their literals only have the same code.
    Code.Value literal(ClassDesc type, Object value) {
        int index = indexOf(type, value);
        if (index < 0) {
            index = literals.size();
            literals.add(new Literal(new Code.Var("literal" + index, type), value));
        }
        return new Code.Get(
                new Code.This(self), self, literals.get(index).field().name(), type);
    }

    private int indexOf(ClassDesc type, Object value) {
        for (int i = 0; i < literals.size(); i++) {
            Literal literal = literals.get(i);
            if (literal.field().type().equals(type) && Objects.deepEquals(literal.value(), value)) {
                return i;
            }
        }
        return -1;
    }

    /// The method of the role.
    void open(String method, ClassDesc returns, List<Code.Var> parameters, Consumer<Body> content) {
        methods.addFirst(method(true, method, returns, parameters, content));
    }

    /// A method of the kernel's own, and how to call it.
    void inner(String method, ClassDesc returns, List<Code.Var> parameters, Consumer<Body> content) {
        methods.add(method(false, method, returns, parameters, content));
    }

    Code.Call callInner(String method, ClassDesc returns, List<Code.Var> arguments) {
        return Values.invoke(new Code.This(self), method, returns, arguments.toArray(Code.Value[]::new));
    }

    String listing() {
        List<Code.Var> fields = literals.stream().map(Literal::field).toList();
        return new CodeText().kernel(name, role.getSimpleName(), fields, methods);
    }

    byte[] bytes() {
        return ClassFile.of().build(self, this::build);
    }

    <K> Compiled<K> define(Class<K> kernel, String variant) {
        String listing = "// " + expression.replace('\n', ' ') + "\n" + listing();
        byte[] bytes = bytes();
        if (DUMP != null) {
            dump(Path.of(DUMP), bytes, listing);
        }
        try {
            MethodHandles.Lookup defined = LOOKUP.defineHiddenClass(bytes, true);
            MethodHandle constructor = defined.findConstructor(defined.lookupClass(), CONSTRUCTOR);
            String remark = tooLarge(bytes) ? ", too large for the JIT: runs interpreted" : "";
            return new Compiled<>(kernel.cast(constructor.invoke(expression, values())), listing, variant + remark);
        } catch (Throwable broken) {
            throw new IllegalStateException("a generated kernel is broken: " + expression + "\n" + listing, broken);
        }
    }

    private Code.Method method(
            boolean open, String method, ClassDesc returns, List<Code.Var> parameters, Consumer<Body> content) {
        Body body = new Body();
        parameters.forEach(body::reserve);
        content.accept(body);
        return new Code.Method(open, method, parameters, returns, body.statements());
    }

    private void build(ClassBuilder builder) {
        builder.withFlags(ACC_FINAL).withInterfaceSymbols(Types.of(role));
        builder.withField(TEXT, CD_String, ACC_PRIVATE | ACC_FINAL);
        literals.forEach(it -> builder.withField(it.field().name(), it.field().type(), ACC_PRIVATE | ACC_FINAL));
        builder.withMethodBody(
                ConstantDescs.INIT_NAME, CONSTRUCTOR.describeConstable().orElseThrow(), ACC_PUBLIC, this::constructor);
        builder.withMethodBody(
                "toString",
                MethodTypeDesc.of(CD_String),
                ACC_PUBLIC,
                code -> code.aload(0).getfield(self, TEXT, CD_String).areturn());
        for (Code.Method method : methods) {
            builder.withMethodBody(
                    method.name(),
                    method.descriptor(),
                    method.open() ? ACC_PUBLIC : ACC_PRIVATE,
                    code -> new CodeEmitter(code).method(method));
        }
    }

    // FilterKernel$Generated(String expression, Object[] literals) {
    //     this.expression = expression;
    //     this.literal0 = (double) literals[0];
    // }
    private void constructor(CodeBuilder code) {
        code.aload(0).invokespecial(CD_Object, ConstantDescs.INIT_NAME, MethodTypeDesc.of(CD_void));
        code.aload(0).aload(code.parameterSlot(0)).putfield(self, TEXT, CD_String);
        for (int i = 0; i < literals.size(); i++) {
            Code.Var field = literals.get(i).field();
            code.aload(0).aload(code.parameterSlot(1)).loadConstant(i).aaload();
            ClassDesc boxed = Types.of(literals.get(i).value().getClass());
            code.checkcast(boxed);
            if (field.type().isPrimitive()) {
                code.invokevirtual(boxed, field.type().displayName() + "Value", MethodTypeDesc.of(field.type()));
            }
            code.putfield(self, field.name(), field.type());
        }
        code.return_();
    }

    private Object[] values() {
        return literals.stream().map(Literal::value).toArray();
    }

    /// HotSpot leaves methods beyond `HugeMethodLimit` to the interpreter.
    private static boolean tooLarge(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .flatMap(method -> method.code().stream())
                .anyMatch(code -> ((CodeAttribute) code).codeLength() > HUGE_METHOD_BYTES);
    }

    private void dump(Path directory, byte[] bytes, String listing) {
        String file = name + "." + DUMPED.incrementAndGet();
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve(file + ".class"), bytes);
            Files.writeString(directory.resolve(file + ".java"), listing);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write the dump of a kernel: directory=" + directory, failed);
        }
    }
}
