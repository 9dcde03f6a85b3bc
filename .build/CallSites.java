import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Resolves call sites of compiled classes once, at build time: `CallSites.java FOLDER [together]`, for every class
/// file in it.
///
/// A `switch` over types, a lambda and what a record is compared by are `invokedynamic`. At the first use of each the
/// JVM makes and loads hidden classes, which takes 0.6 ms each, and the first kernel of a JVM meets a hundred of them.
/// Here a switch becomes a method of `instanceof`s, `equals`, `hashCode` and `toString` of a record methods over its
/// fields, and a lambda a class of the same nest, which is loaded in a fifth of the time. What runs is the same; what
/// has no such form here (a lambda that is serializable, a label that is no type) stays as it is.
///
/// Two more things make the JVM load classes that are not run, and go: the class with the numbers of a `switch` over an
/// enum ([EnumSwitches]), and records that the verifier looks at to see what they have in common
/// ([#RECORDS_AS_OBJECTS]).
///
/// With `together` the lambdas of a nest are one class, and a number says which of them an object is; and a switch over
/// the records of a sealed interface, or an `instanceof` for one of them, asks them for their number instead of asking
/// for their class ([Kinds]). A class less to load counts where nothing is hot yet; where lambdas are called for every
/// batch, the JIT tells classes apart better than numbers.
public final class CallSites {
    private static final ClassDesc SWITCHES = ClassDesc.of("java.lang.runtime.SwitchBootstraps");
    private static final ClassDesc LAMBDAS = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
    private static final ClassDesc RECORDS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final String LAMBDA = "$Lambda";

    private static final ClassHierarchyInfo RECORD = ClassHierarchyInfo.ofClass(ClassDesc.of("java.lang.Record"));
    private static final ClassHierarchyResolver DECLARED = ClassHierarchyResolver.defaultResolver();

    /// Where branches with two records meet, their common class is `Record`, and the verifier would load both to see
    /// that it is. An interface that both implement it never asks for, so what they have in common may as well be
    /// `Object`.
    private static final ClassFile RECORDS_AS_OBJECTS = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(type -> {
        ClassHierarchyInfo declared = DECLARED.getClassInfo(type);
        return RECORD.equals(declared) ? ClassHierarchyInfo.ofClass(ConstantDescs.CD_Object) : declared;
    }));

    private final Path folder;
    private final boolean together;
    /// By the host of the nest: classes that joined it.
    private final Map<String, List<ClassDesc>> joined = new TreeMap<>();
    /// By nest, or by host and number.
    private final Map<String, Lambdas> lambdas = new TreeMap<>();

    private EnumSwitches enums;
    private Kinds kinds;

    private CallSites(Path folder, boolean together) {
        this.folder = folder;
        this.together = together;
    }

    public static void main(String[] arguments) throws IOException {
        boolean together = arguments.length > 1 && arguments[1].equals("together");
        new CallSites(Path.of(arguments[0]), together).resolveAll();
    }

    private void resolveAll() throws IOException {
        List<ClassModel> classes = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .sorted()
                    .toList();
            for (Path file : files) {
                classes.add(ClassFile.of().parse(file));
            }
        }
        enums = new EnumSwitches(classes);
        kinds = new Kinds(together ? classes : List.of());
        for (ClassModel model : classes) {
            if (!enums.replaced(model.thisClass().asSymbol())) {
                new Host(model).resolve();
            }
        }
        for (Lambdas some : lambdas.values()) {
            Files.write(file(some.self), some.bytes());
            joined.computeIfAbsent(internalName(some.nestHost), _ -> new ArrayList<>())
                    .add(some.self);
        }
        for (Map.Entry<String, List<ClassDesc>> nest : joined.entrySet()) {
            Path file = file(nest.getKey());
            Files.write(file, joined(ClassFile.of().parse(file), nest.getValue()));
        }
        for (Map.Entry<ClassDesc, ClassTransform> numbered : kinds.used().entrySet()) {
            Path file = file(numbered.getKey());
            Files.write(file, ClassFile.of().transformClass(ClassFile.of().parse(file), numbered.getValue()));
        }
        for (ClassDesc gone : enums.replaced()) {
            Files.delete(file(gone));
        }
    }

    private Path file(String internalName) {
        return folder.resolve(internalName + ".class");
    }

    private Path file(ClassDesc type) {
        return file(internalName(type));
    }

    private static String internalName(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    private static byte[] joined(ClassModel host, List<ClassDesc> members) {
        List<ClassDesc> all = new ArrayList<>();
        host.findAttribute(Attributes.nestMembers())
                .ifPresent(known -> known.nestMembers().forEach(member -> all.add(member.asSymbol())));
        all.addAll(members);
        ClassTransform others = ClassTransform.dropping(NestMembersAttribute.class::isInstance);
        return ClassFile.of()
                .transformClass(
                        host,
                        others.andThen(ClassTransform.endHandler(
                                builder -> builder.with(NestMembersAttribute.ofSymbols(all)))));
    }

    /// A class with call sites.
    private final class Host {
        private final ClassModel model;
        private final ClassDesc self;
        private final String name;
        private final String nestHost;
        private final List<Switch> switches = new ArrayList<>();
        private final List<RecordMethod> records = new ArrayList<>();
        private int resolvedLambdas;

        Host(ClassModel model) {
            this.model = model;
            this.self = model.thisClass().asSymbol();
            this.name = model.thisClass().asInternalName();
            this.nestHost = model.findAttribute(Attributes.nestHost())
                    .map(it -> it.nestHost().asInternalName())
                    .orElse(name);
        }

        void resolve() throws IOException {
            CodeTransform sites = (code, element) -> {
                boolean resolved = switch (element) {
                    case InvokeDynamicInstruction site -> resolved(code, site);
                    case TypeCheckInstruction check -> kinds.resolved(code, check);
                    default -> false;
                };
                if (!resolved) {
                    code.with(element);
                }
            };
            byte[] changed = RECORDS_AS_OBJECTS.transformClass(
                    model,
                    ClassTransform.transformingMethodBodies(sites)
                            .andThen(enums.transform())
                            .andThen(ClassTransform.endHandler(builder -> {
                                switches.forEach(it -> it.build(builder));
                                records.forEach(it -> it.build(builder));
                            })));
            Files.write(file(name), changed);
        }

        private boolean resolved(CodeBuilder code, InvokeDynamicInstruction site) {
            DirectMethodHandleDesc bootstrap = site.bootstrapMethod();
            if (bootstrap.owner().equals(SWITCHES) && bootstrap.methodName().equals("typeSwitch")) {
                return resolvedSwitch(code, site);
            }
            if (bootstrap.owner().equals(RECORDS)) {
                return resolvedRecord(code, site);
            }
            return bootstrap.owner().equals(LAMBDAS)
                    && bootstrap.methodName().equals("metafactory")
                    && resolvedLambda(code, site);
        }

        private boolean resolvedSwitch(CodeBuilder code, InvokeDynamicInstruction site) {
            List<ClassDesc> labels = new ArrayList<>();
            for (ConstantDesc label : site.bootstrapArgs()) {
                if (!(label instanceof ClassDesc type)) {
                    return false;
                }
                labels.add(type);
            }
            Switch made = new Switch("switch$" + switches.size(), site.typeSymbol(), labels, kinds.of(labels));
            switches.add(made);
            code.invokestatic(self, made.name(), made.type(), isInterface());
            return true;
        }

        private boolean resolvedRecord(CodeBuilder code, InvokeDynamicInstruction site) {
            String method = site.name().stringValue();
            // The class, the names of the components, then a getter of each field.
            List<DirectMethodHandleDesc> fields = site.bootstrapArgs().stream()
                    .skip(2)
                    .map(DirectMethodHandleDesc.class::cast)
                    .toList();
            RecordMethod made = new RecordMethod(method, self, site.typeSymbol(), fields);
            records.add(made);
            code.invokestatic(self, made.name(), made.type());
            return true;
        }

        private boolean isInterface() {
            return model.flags().has(AccessFlag.INTERFACE);
        }

        private boolean resolvedLambda(CodeBuilder code, InvokeDynamicInstruction site) {
            List<ConstantDesc> arguments = site.bootstrapArgs();
            Lambdas.Lambda made = new Lambdas.Lambda(
                    site.name().stringValue(),
                    site.typeSymbol(),
                    (MethodTypeDesc) arguments.get(0),
                    (DirectMethodHandleDesc) arguments.get(1),
                    (MethodTypeDesc) arguments.get(2));
            if (!made.adaptable()) {
                return false;
            }
            String in = together ? nestHost : name;
            Lambdas all = lambdas.computeIfAbsent(
                    together ? nestHost : name + " " + lambdas.size(),
                    _ -> new Lambdas(
                            ClassDesc.ofInternalName(in + LAMBDA + (together ? "s" : resolvedLambdas++)),
                            ClassDesc.ofInternalName(nestHost)));
            int which = all.add(made);
            if (made.captured().parameterCount() == 0) {
                code.getstatic(all.self, Lambdas.INSTANCE + which, all.self);
            } else {
                code.invokestatic(all.self, "of" + which, made.captured());
            }
            return true;
        }
    }

    /// @param kinds what numbers the labels, or null
    private record Switch(String name, MethodTypeDesc type, List<ClassDesc> labels, Kinds.Sealed kinds) {
        // private static int switch$0(Object value, int from) {
        //     if (value == null) { return -1; }
        //     if (from <= 0 && value instanceof A) { return 0; }
        //     if (from <= 1 && value instanceof B) { return 1; }
        //     return 2;
        // }
        void build(ClassBuilder builder) {
            builder.withMethodBody(
                    name, type, ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC, code -> {
                        Label present = code.newLabel();
                        code.aload(0).ifnonnull(present).iconst_m1().ireturn().labelBinding(present);
                        if (kinds != null) {
                            kinds.choose(code, type.parameterType(0), labels);
                            return;
                        }
                        for (int label = 0; label < labels.size(); label++) {
                            Label next = code.newLabel();
                            code.iload(1).loadConstant(label).if_icmpgt(next);
                            code.aload(0).instanceOf(labels.get(label)).ifeq(next);
                            code.loadConstant(label).ireturn().labelBinding(next);
                        }
                        code.loadConstant(labels.size()).ireturn();
                    });
        }
    }

    /// @param method of Object that the record has by itself
    /// @param type of the record, and what the method takes
    private record RecordMethod(
            String method, ClassDesc self, MethodTypeDesc type, List<DirectMethodHandleDesc> fields) {
        private static final int ACCESS = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

        String name() {
            return "record$" + method;
        }

        void build(ClassBuilder builder) {
            builder.withMethodBody(
                    name(),
                    type,
                    ACCESS,
                    switch (method) {
                        case "hashCode" -> this::hash;
                        case "equals" -> this::compare;
                        case "toString" -> this::print;
                        default -> throw new IllegalStateException("a record has no such method by itself: " + method);
                    });
        }

        // private static int record$hashCode(Pair pair) {
        //     return (0 * 31 + Objects.hashCode(pair.a)) * 31 + Integer.hashCode(pair.b);
        // }
        private void hash(CodeBuilder code) {
            code.iconst_0();
            for (DirectMethodHandleDesc field : fields) {
                ClassDesc value = field.invocationType().returnType();
                code.loadConstant(31).imul();
                code.aload(0).getfield(self, field.methodName(), value);
                if (value.isPrimitive()) {
                    code.invokestatic(
                            Lambdas.Lambda.box(value), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, value));
                } else {
                    code.invokestatic(
                            OBJECTS, "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_Object));
                }
                code.iadd();
            }
            code.ireturn();
        }

        // private static boolean record$equals(Pair pair, Object other) {
        //     if (pair == other) { return true; }
        //     if (!(other instanceof Pair)) { return false; }
        //     return Objects.equals(pair.a, ((Pair) other).a) && Integer.compare(pair.b, ((Pair) other).b) == 0;
        // }
        private void compare(CodeBuilder code) {
            Label another = code.newLabel();
            Label different = code.newLabel();
            code.aload(0).aload(1).if_acmpne(another).iconst_1().ireturn().labelBinding(another);
            code.aload(1).instanceOf(self).ifeq(different);
            code.aload(1).checkcast(self).astore(2);
            for (DirectMethodHandleDesc field : fields) {
                ClassDesc value = field.invocationType().returnType();
                code.aload(0).getfield(self, field.methodName(), value);
                code.aload(2).getfield(self, field.methodName(), value);
                if (value.isPrimitive()) {
                    code.invokestatic(
                                    Lambdas.Lambda.box(value),
                                    "compare",
                                    MethodTypeDesc.of(ConstantDescs.CD_int, value, value))
                            .ifne(different);
                } else {
                    code.invokestatic(
                                    OBJECTS,
                                    "equals",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object))
                            .ifeq(different);
                }
            }
            code.iconst_1().ireturn().labelBinding(different).iconst_0().ireturn();
        }

        // private static String record$toString(Pair pair) {
        //     return new StringBuilder().append(Pair.class.getSimpleName()).append("[").append("a=").append(pair.a)
        //             .append(", b=").append(pair.b).append("]").toString();
        // }
        private void print(CodeBuilder code) {
            code.new_(BUILDER).dup().invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
            code.loadConstant(self)
                    .invokevirtual(ConstantDescs.CD_Class, "getSimpleName", MethodTypeDesc.of(ConstantDescs.CD_String));
            append(code, ConstantDescs.CD_String);
            String before = "[";
            for (DirectMethodHandleDesc field : fields) {
                ClassDesc value = field.invocationType().returnType();
                code.loadConstant(before + field.methodName() + "=");
                append(code, ConstantDescs.CD_String);
                code.aload(0).getfield(self, field.methodName(), value);
                append(code, printed(value));
                before = ", ";
            }
            code.loadConstant(fields.isEmpty() ? "[]" : "]");
            append(code, ConstantDescs.CD_String);
            code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(ConstantDescs.CD_String))
                    .areturn();
        }

        private static void append(CodeBuilder code, ClassDesc value) {
            code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, value));
        }

        /// As what StringBuilder takes it.
        private static ClassDesc printed(ClassDesc value) {
            if (!value.isPrimitive()) {
                return ConstantDescs.CD_Object;
            }
            boolean small = value.equals(ConstantDescs.CD_byte) || value.equals(ConstantDescs.CD_short);
            return small ? ConstantDescs.CD_int : value;
        }
    }
}
