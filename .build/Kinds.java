import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Numbers the classes that implement a sealed interface, so that a `switch` over them, or an `instanceof`, asks the
/// object for its number.
///
/// To ask whether an object is an instance of a class loads that class, also where there is no such object yet: a
/// `switch` over the nodes of an expression would load all kinds of nodes for the first one. The number is a synthetic
/// method of the interface, which sources do not see. It counts for one compilation only, as does who implements the
/// interface.
final class Kinds {
    private static final MethodTypeDesc NUMBER = MethodTypeDesc.of(ConstantDescs.CD_int);

    private static final MethodTypeDesc ASKED =
            MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_int);

    private final List<Sealed> all = new ArrayList<>();

    Kinds(List<ClassModel> classes) {
        Map<ClassDesc, ClassModel> known = new HashMap<>();
        for (ClassModel model : classes) {
            known.put(model.thisClass().asSymbol(), model);
        }
        for (ClassModel model : classes) {
            if (!model.flags().has(AccessFlag.INTERFACE)) {
                continue;
            }
            model.findAttribute(Attributes.permittedSubclasses()).ifPresent(permitted -> {
                List<ClassDesc> kinds = new ArrayList<>();
                permitted.permittedSubclasses().forEach(it -> kinds.add(it.asSymbol()));
                if (kinds.stream().allMatch(it -> known.get(it).flags().has(AccessFlag.FINAL))) {
                    all.add(new Sealed(model.thisClass().asSymbol(), kinds));
                }
            });
        }
    }

    /// What numbers these classes, labels of a switch, or null.
    Sealed of(List<ClassDesc> labels) {
        for (Sealed each : all) {
            if (each.kinds.containsAll(labels)) {
                each.used = true;
                return each;
            }
        }
        return null;
    }

    /// Whether an `instanceof` for such a class was replaced.
    boolean resolved(CodeBuilder code, TypeCheckInstruction check) {
        if (check.opcode() != Opcode.INSTANCEOF) {
            return false;
        }
        Sealed known = of(List.of(check.type().asSymbol()));
        if (known == null) {
            return false;
        }
        known.ask(code, check.type().asSymbol());
        return true;
    }

    /// What gives the classes the numbers that switches ask for.
    Map<ClassDesc, ClassTransform> used() {
        Map<ClassDesc, ClassTransform> numbered =
                new TreeMap<>((a, b) -> a.descriptorString().compareTo(b.descriptorString()));
        for (Sealed each : all) {
            if (each.used) {
                numbered.merge(each.self, each.declared(), ClassTransform::andThen);
                for (int kind = 0; kind < each.kinds.size(); kind++) {
                    numbered.merge(each.kinds.get(kind), each.defined(kind), ClassTransform::andThen);
                }
            }
        }
        return numbered;
    }

    /// A sealed interface whose classes are final.
    static final class Sealed {
        private final ClassDesc self;
        private final List<ClassDesc> kinds;
        private boolean used;

        Sealed(ClassDesc self, List<ClassDesc> kinds) {
            this.self = self;
            this.kinds = kinds;
        }

        /// A class may implement several of them.
        private String method() {
            return "kind$" + self.displayName().replace('$', '_');
        }

        // int kind$();
        //
        // static boolean is$kind$(Object value, int kind) {
        //     return value instanceof Sealed && ((Sealed) value).kind$() == kind;
        // }
        private ClassTransform declared() {
            return unnumbered().andThen(ClassTransform.endHandler(builder -> {
                builder.withMethod(
                        method(),
                        NUMBER,
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_ABSTRACT | ClassFile.ACC_SYNTHETIC,
                        _ -> {});
                builder.withMethodBody(
                        "is$" + method(),
                        ASKED,
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                        code -> {
                            Label another = code.newLabel();
                            code.aload(0).instanceOf(self).ifeq(another);
                            code.aload(0).checkcast(self).invokeinterface(self, method(), NUMBER);
                            code.iload(1).if_icmpne(another).iconst_1().ireturn();
                            code.labelBinding(another).iconst_0().ireturn();
                        });
            }));
        }

        /// In place of an `instanceof`.
        private void ask(CodeBuilder code, ClassDesc kind) {
            code.loadConstant(kinds.indexOf(kind));
            code.invokestatic(self, "is$" + method(), ASKED, true);
        }

        private ClassTransform defined(int kind) {
            return unnumbered()
                    .andThen(ClassTransform.endHandler(builder -> builder.withMethodBody(
                            method(),
                            NUMBER,
                            ClassFile.ACC_PUBLIC | ClassFile.ACC_SYNTHETIC,
                            code -> code.loadConstant(kind).ireturn())));
        }

        /// A class that was not compiled again has its number from last time.
        private ClassTransform unnumbered() {
            return ClassTransform.dropping(element -> element instanceof MethodModel it
                    && it.methodName().stringValue().endsWith(method()));
        }

        // if (!(value instanceof Sealed)) { return 2; }                              // unless its type says so
        // switch (((Sealed) value).kind$()) {
        //     case 7:
        //         if (from <= 0) { return 0; }
        //         return 2;
        //     case 3:
        //         ...
        // }
        // return 2;
        /// @param type of the value, which is local variable 0; variable 1 is the first label that counts
        void choose(CodeBuilder code, ClassDesc type, List<ClassDesc> labels) {
            Label none = code.newLabel();
            code.aload(0);
            if (!type.equals(self)) {
                code.instanceOf(self).ifeq(none).aload(0).checkcast(self);
            }
            code.invokeinterface(self, method(), NUMBER);
            List<SwitchCase> cases = new ArrayList<>();
            for (int kind = 0; kind < kinds.size(); kind++) {
                if (labels.contains(kinds.get(kind))) {
                    cases.add(SwitchCase.of(kind, code.newLabel()));
                }
            }
            code.tableswitch(cases.getFirst().caseValue(), cases.getLast().caseValue(), none, cases);
            for (SwitchCase each : cases) {
                code.labelBinding(each.target());
                for (int label = 0; label < labels.size(); label++) {
                    if (labels.get(label).equals(kinds.get(each.caseValue()))) {
                        Label next = code.newLabel();
                        code.iload(1).loadConstant(label).if_icmpgt(next);
                        code.loadConstant(label).ireturn().labelBinding(next);
                    }
                }
                code.goto_(none);
            }
            code.labelBinding(none).loadConstant(labels.size()).ireturn();
        }
    }
}
