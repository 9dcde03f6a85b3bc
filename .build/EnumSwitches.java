import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Makes a `switch` over an enum one over ordinals.
///
/// javac compiles `switch (op)` as `switch (Host$1.$SwitchMap$Op[op.ordinal()])`, with a class `Host$1` that fills the
/// array when the program runs, for the case that the enum was compiled anew with its constants in another order. What
/// is compiled together needs neither array nor class.
final class EnumSwitches {
    private static final String MAP = "$SwitchMap$";

    /// The ordinals of an enum, by the numbers of its constants in a switch.
    private final Map<String, Map<Integer, Integer>> ordinals = new HashMap<>();

    private final Set<String> replaced = new TreeSet<>();

    EnumSwitches(List<ClassModel> classes) {
        Map<ClassDesc, List<String>> enums = new HashMap<>();
        for (ClassModel model : classes) {
            if (model.flags().has(AccessFlag.ENUM)) {
                List<String> constants = new ArrayList<>();
                for (FieldModel field : model.fields()) {
                    if (field.flags().has(AccessFlag.ENUM)) {
                        constants.add(field.fieldName().stringValue());
                    }
                }
                enums.put(model.thisClass().asSymbol(), constants);
            }
        }
        for (ClassModel model : classes) {
            boolean maps = !model.fields().isEmpty()
                    && model.fields().stream()
                            .allMatch(it -> it.fieldName().stringValue().startsWith(MAP))
                    && model.methods().size() == 1;
            if (maps && read(model, enums)) {
                replaced.add(model.thisClass().asSymbol().descriptorString());
            }
        }
    }

    /// Whether all enums are among those of which the ordinals are known.
    private boolean read(ClassModel maps, Map<ClassDesc, List<String>> enums) {
        MethodModel filling = maps.methods().getFirst();
        Map<String, Map<Integer, Integer>> found = new HashMap<>();
        String map = null;
        int ordinal = -1;
        int number = -1;
        // $SwitchMap$Op[Op.ADD.ordinal()] = 1;
        for (CodeElement element : filling.code().orElseThrow()) {
            if (element instanceof FieldInstruction field && field.opcode() == Opcode.GETSTATIC) {
                if (field.name().stringValue().startsWith(MAP)) {
                    map = key(field);
                } else {
                    List<String> constants = enums.get(field.owner().asSymbol());
                    if (constants == null) {
                        return false;
                    }
                    ordinal = constants.indexOf(field.name().stringValue());
                }
            } else if (element instanceof ConstantInstruction constant
                    && constant.constantValue() instanceof Integer value) {
                number = value;
            } else if (element instanceof Instruction it && it.opcode() == Opcode.IASTORE) {
                found.computeIfAbsent(map, _ -> new HashMap<>()).put(number, ordinal);
            }
        }
        ordinals.putAll(found);
        return true;
    }

    private static String key(FieldInstruction field) {
        return field.owner().asInternalName() + "." + field.name().stringValue();
    }

    /// Classes that nothing needs any more.
    List<ClassDesc> replaced() {
        return replaced.stream().map(ClassDesc::ofDescriptor).toList();
    }

    boolean replaced(ClassDesc type) {
        return replaced.contains(type.descriptorString());
    }

    private boolean kept(ClassEntry type) {
        return !replaced(type.asSymbol());
    }

    /// What makes the switches of a class ones over ordinals.
    ClassTransform transform() {
        ClassTransform names = (builder, element) -> {
            switch (element) {
                case InnerClassesAttribute inner ->
                    builder.with(InnerClassesAttribute.of(inner.classes().stream()
                            .filter(it -> kept(it.innerClass()))
                            .toList()));
                case NestMembersAttribute nest ->
                    builder.with(NestMembersAttribute.of(
                            nest.nestMembers().stream().filter(this::kept).toList()));
                default -> builder.with(element);
            }
        };
        return names.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Ordinals::new)));
    }

    /// Of one method.
    private final class Ordinals implements CodeTransform {
        /// Arrays that are on the stack.
        private final Deque<Map<Integer, Integer>> open = new ArrayDeque<>();

        private boolean atOrdinal;
        private Map<Integer, Integer> atSwitch;

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof FieldInstruction field && ordinals.containsKey(key(field))) {
                open.push(ordinals.get(key(field)));
            } else if (atOrdinal && element instanceof ArrayLoadInstruction it && it.opcode() == Opcode.IALOAD) {
                atOrdinal = false;
                atSwitch = open.pop();
            } else if (atSwitch != null && element instanceof TableSwitchInstruction it) {
                choose(code, it.defaultTarget(), it.cases());
            } else if (atSwitch != null && element instanceof LookupSwitchInstruction it) {
                choose(code, it.defaultTarget(), it.cases());
            } else {
                if (element instanceof Instruction) {
                    if (atSwitch != null) {
                        throw new IllegalStateException(
                                "after the number of an enum comes a switch, and no " + element);
                    }
                    atOrdinal = !open.isEmpty()
                            && element instanceof InvokeInstruction call
                            && call.name().equalsString("ordinal");
                }
                code.with(element);
            }
        }

        private void choose(CodeBuilder code, Label otherwise, List<SwitchCase> numbered) {
            List<SwitchCase> cases = new ArrayList<>();
            for (SwitchCase each : numbered) {
                // A gap in the numbers is no case.
                if (atSwitch.containsKey(each.caseValue())) {
                    cases.add(SwitchCase.of(atSwitch.get(each.caseValue()), each.target()));
                }
            }
            atSwitch = null;
            cases.sort(Comparator.comparingInt(SwitchCase::caseValue));
            code.tableswitch(cases.getFirst().caseValue(), cases.getLast().caseValue(), otherwise, cases);
        }
    }
}
