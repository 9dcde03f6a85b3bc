import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What becomes one class: lambdas of which each has its number.
final class Lambdas {
    static final String INSTANCE = "INSTANCE";

    private static final Map<String, String> BOXES = Map.of(
            "Z",
            "Boolean",
            "B",
            "Byte",
            "C",
            "Character",
            "S",
            "Short",
            "I",
            "Integer",
            "J",
            "Long",
            "F",
            "Float",
            "D",
            "Double");

    private static final String WHICH = "which";
    /// Every JVM has loaded it.
    private static final ClassDesc NO_METHOD = ClassDesc.of("java.lang.LinkageError");

    /// The class.
    final ClassDesc self;
    final ClassDesc nestHost;
    private final List<Lambda> members = new ArrayList<>();

    Lambdas(ClassDesc self, ClassDesc nestHost) {
        this.self = self;
        this.nestHost = nestHost;
    }

    int add(Lambda lambda) {
        members.add(lambda);
        return members.size() - 1;
    }

    private boolean several() {
        return members.size() > 1;
    }

    /// What is captured in the same place has a field in common.
    static String field(int place, ClassDesc type) {
        return "captured" + place + (type.isPrimitive() ? type.descriptorString() : "");
    }

    /// The type of that field.
    ClassDesc held(ClassDesc type) {
        return several() && !type.isPrimitive() ? ConstantDescs.CD_Object : type;
    }

    // final class Host$Lambda0 implements Function, Supplier {
    //     private final int which;                                                    // if there are several
    //     private final Object captured0;
    //     Host$Lambda0(int which, Object captured0) { this.which = which; this.captured0 = captured0; }
    //     static Function of0(Host captured0) { return new Host$Lambda0(0, captured0); }     // or INSTANCE0
    //     public Object apply(Object a) {
    //         switch (which) {
    //             case 0: return ((Host) captured0).lambda$run$0((String) a);
    //             ...
    //             default: throw new LinkageError();
    //         }
    //     }
    //     public Object get() { ... }
    // }
    byte[] bytes() {
        // Lambdas for the same method, whichever interface has it.
        Map<String, List<Integer>> methods = new TreeMap<>();
        Set<ClassDesc> interfaces = new LinkedHashSet<>();
        for (int which = 0; which < members.size(); which++) {
            Lambda member = members.get(which);
            interfaces.add(member.captured().returnType());
            methods.computeIfAbsent(member.method() + member.erased().descriptorString(), _ -> new ArrayList<>())
                    .add(which);
        }
        return ClassFile.of().build(self, builder -> {
            builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC | ClassFile.ACC_SUPER)
                    .withInterfaceSymbols(List.copyOf(interfaces))
                    .with(NestHostAttribute.of(nestHost));
            Map<String, ClassDesc> fields = new TreeMap<>();
            Map<String, Lambda> constructors = new TreeMap<>();
            for (Lambda member : members) {
                MethodTypeDesc captured = member.captured();
                for (int i = 0; i < captured.parameterCount(); i++) {
                    fields.put(field(i, captured.parameterType(i)), held(captured.parameterType(i)));
                }
                constructors.putIfAbsent(making(member).descriptorString(), member);
            }
            if (several()) {
                fields.put(WHICH, ConstantDescs.CD_int);
            }
            fields.forEach(
                    (field, type) -> builder.withField(field, type, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL));
            constructors.values().forEach(member -> constructor(builder, member));
            instances(builder);
            methods.values().forEach(some -> {
                Lambda first = members.get(some.getFirst());
                builder.withMethodBody(
                        first.method(), first.erased(), ClassFile.ACC_PUBLIC, code -> choose(code, some));
            });
        });
    }

    private MethodTypeDesc making(Lambda member) {
        List<ClassDesc> types = new ArrayList<>();
        if (several()) {
            types.add(ConstantDescs.CD_int);
        }
        member.captured().parameterList().forEach(type -> types.add(held(type)));
        return MethodTypeDesc.of(ConstantDescs.CD_void, types);
    }

    private void constructor(ClassBuilder builder, Lambda member) {
        MethodTypeDesc making = making(member);
        builder.withMethodBody(ConstantDescs.INIT_NAME, making, ClassFile.ACC_PRIVATE, code -> {
            code.aload(0).invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
            int first = several() ? 1 : 0;
            if (several()) {
                code.aload(0).iload(1).putfield(self, WHICH, ConstantDescs.CD_int);
            }
            for (int i = first; i < making.parameterCount(); i++) {
                ClassDesc type = making.parameterType(i);
                code.aload(0).loadLocal(TypeKind.from(type), code.parameterSlot(i));
                code.putfield(self, field(i - first, type), type);
            }
            code.return_();
        });
    }

    /// Objects of what captures nothing, and methods that make the others.
    private void instances(ClassBuilder builder) {
        List<Integer> constant = new ArrayList<>();
        for (int which = 0; which < members.size(); which++) {
            MethodTypeDesc captured = members.get(which).captured();
            if (captured.parameterCount() == 0) {
                constant.add(which);
                builder.withField(INSTANCE + which, self, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
            } else {
                int number = which;
                builder.withMethodBody("of" + which, captured, ClassFile.ACC_STATIC, code -> {
                    make(code, number);
                    code.areturn();
                });
            }
        }
        if (!constant.isEmpty()) {
            builder.withMethodBody(
                    ConstantDescs.CLASS_INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code -> {
                        for (int which : constant) {
                            make(code, which);
                            code.putstatic(self, INSTANCE + which, self);
                        }
                        code.return_();
                    });
        }
    }

    private void make(CodeBuilder code, int which) {
        code.new_(self).dup();
        if (several()) {
            code.loadConstant(which);
        }
        MethodTypeDesc captured = members.get(which).captured();
        for (int i = 0; i < captured.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(captured.parameterType(i)), code.parameterSlot(i));
        }
        code.invokespecial(self, ConstantDescs.INIT_NAME, making(members.get(which)));
    }

    private void choose(CodeBuilder code, List<Integer> among) {
        if (!several()) {
            members.getFirst().call(code, this);
            return;
        }
        List<SwitchCase> cases = new ArrayList<>();
        for (int which : among) {
            cases.add(SwitchCase.of(which, code.newLabel()));
        }
        Label another = code.newLabel();
        code.aload(0).getfield(self, WHICH, ConstantDescs.CD_int);
        code.tableswitch(cases.getFirst().caseValue(), cases.getLast().caseValue(), another, cases);
        for (SwitchCase each : cases) {
            code.labelBinding(each.target());
            members.get(each.caseValue()).call(code, this);
        }
        // The method of an interface that the object was not made for.
        code.labelBinding(another).new_(NO_METHOD).dup();
        code.invokespecial(NO_METHOD, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .athrow();
    }

    /// @param captured what it is made of, and the interface
    /// @param erased the method of the interface
    /// @param body what it calls
    /// @param exact the types with which the interface is used
    record Lambda(
            String method,
            MethodTypeDesc captured,
            MethodTypeDesc erased,
            DirectMethodHandleDesc body,
            MethodTypeDesc exact) {
        /// Parameters of the body with its receiver, or with what a constructor makes as the result.
        private MethodTypeDesc called() {
            return body.invocationType();
        }

        boolean adaptable() {
            MethodTypeDesc called = called();
            int first = captured.parameterCount();
            for (int i = 0; i < exact.parameterCount(); i++) {
                if (!adaptable(exact.parameterType(i), called.parameterType(first + i))) {
                    return false;
                }
            }
            for (int i = 0; i < first; i++) {
                ClassDesc to = called.parameterType(i);
                if (to.isPrimitive() && !to.equals(captured.parameterType(i))) {
                    return false;
                }
            }
            return exact.returnType().equals(ConstantDescs.CD_void)
                    || adaptable(called.returnType(), exact.returnType());
        }

        private static boolean adaptable(ClassDesc from, ClassDesc to) {
            if (from.isPrimitive() == to.isPrimitive()) {
                return !from.isPrimitive() || from.equals(to);
            }
            return from.isPrimitive()
                    ? !from.equals(ConstantDescs.CD_void)
                            && (to.equals(box(from)) || to.equals(ConstantDescs.CD_Object))
                    : from.equals(box(to));
        }

        static ClassDesc box(ClassDesc primitive) {
            return ClassDesc.of("java.lang." + BOXES.get(primitive.descriptorString()));
        }

        /// @param of whose fields hold what is captured
        void call(CodeBuilder code, Lambdas of) {
            MethodTypeDesc called = called();
            if (body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
                code.new_(body.owner()).dup();
            }
            for (int i = 0; i < captured.parameterCount(); i++) {
                ClassDesc type = captured.parameterType(i);
                ClassDesc held = of.held(type);
                code.aload(0).getfield(of.self, Lambdas.field(i, type), held);
                if (!held.equals(type)) {
                    code.checkcast(type);
                }
            }
            for (int i = 0; i < erased.parameterCount(); i++) {
                code.loadLocal(TypeKind.from(erased.parameterType(i)), code.parameterSlot(i));
                adapt(code, erased.parameterType(i), exact.parameterType(i));
                adapt(code, exact.parameterType(i), called.parameterType(captured.parameterCount() + i));
            }
            MethodTypeDesc type = MethodTypeDesc.ofDescriptor(body.lookupDescriptor());
            switch (body.kind()) {
                case STATIC, INTERFACE_STATIC ->
                    code.invokestatic(body.owner(), body.methodName(), type, body.isOwnerInterface());
                case VIRTUAL -> code.invokevirtual(body.owner(), body.methodName(), type);
                case INTERFACE_VIRTUAL -> code.invokeinterface(body.owner(), body.methodName(), type);
                // A private method of the nest: no other overrides it.
                case SPECIAL -> code.invokevirtual(body.owner(), body.methodName(), type);
                case INTERFACE_SPECIAL -> code.invokeinterface(body.owner(), body.methodName(), type);
                case CONSTRUCTOR -> code.invokespecial(body.owner(), ConstantDescs.INIT_NAME, type);
                case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER ->
                    throw new IllegalStateException("a lambda calls no field: " + body);
            }
            ClassDesc result = called.returnType();
            if (erased.returnType().equals(ConstantDescs.CD_void)) {
                switch (TypeKind.from(result).slotSize()) {
                    case 0 -> {}
                    case 1 -> code.pop();
                    default -> code.pop2();
                }
                code.return_();
            } else {
                adapt(code, result, exact.returnType());
                code.return_(TypeKind.from(erased.returnType()));
            }
        }

        private static void adapt(CodeBuilder code, ClassDesc from, ClassDesc to) {
            if (from.equals(to)) {
                return;
            }
            if (from.isPrimitive()) {
                code.invokestatic(box(from), "valueOf", MethodTypeDesc.of(box(from), from));
            } else if (to.isPrimitive()) {
                code.invokevirtual(from, TypeKind.from(to).upperBound().displayName() + "Value", MethodTypeDesc.of(to));
            } else if (!to.equals(ConstantDescs.CD_Object)) {
                code.checkcast(to);
            }
        }
    }
}
