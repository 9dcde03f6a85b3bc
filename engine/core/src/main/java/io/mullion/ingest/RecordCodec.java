package io.mullion.ingest;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import io.mullion.io.CellWriter;
import io.mullion.io.RowView;
import io.mullion.spec.MullionException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Turns records into rows and rows into records with generated code: one call for each component, through method
/// handles that are constants of a hidden class, so that the JIT inlines accessors and constructor and the record
/// itself can be escape-analysed away. [RecordColumns] says which component is which column.
public final class RecordCodec {
    private static final ClassDesc CELL_WRITER = desc(CellWriter.class);
    private static final ClassDesc ROW_VIEW = desc(RowView.class);
    private static final ClassDesc CELLS = desc(RecordCells.class);
    private static final DirectMethodHandleDesc CLASS_DATA_AT = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC,
            desc(MethodHandles.class),
            "classDataAt",
            MethodTypeDesc.of(
                    CD_Object,
                    ConstantDescs.CD_MethodHandles_Lookup,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_Class,
                    ConstantDescs.CD_int));

    private RecordCodec() {}

    /// Writes records of `type` to rows of [RecordColumns#schema].
    ///
    /// ```
    /// void encode(Object record, CellWriter row) {
    ///     row.setLong(0, time(record));
    ///     row.setUtf8(1, symbol(record));
    /// }
    /// ```
    public static <T> RecordEncoder<T> encoder(Class<T> type) {
        RecordComponent[] components = RecordColumns.components(type);
        List<MethodHandle> accessors = new ArrayList<>();
        for (RecordComponent component : components) {
            accessors.add(accessor(type, component));
        }
        Object encoder = define(type, "Encoder", RecordEncoder.class, accessors, "encode", code -> {
            for (int i = 0; i < components.length; i++) {
                Class<?> value = components[i].getType();
                code.aload(2).loadConstant(i);
                code.loadConstant(handle(i));
                code.aload(1);
                code.invokevirtual(
                        ConstantDescs.CD_MethodHandle, "invokeExact", MethodTypeDesc.of(desc(value), CD_Object));
                code.invokestatic(
                        CELLS, "set", MethodTypeDesc.of(CD_void, CELL_WRITER, ConstantDescs.CD_int, desc(value)));
            }
            code.return_();
        });
        @SuppressWarnings("unchecked")
        RecordEncoder<T> typed = (RecordEncoder<T>) encoder;
        return typed;
    }

    /// Makes records of `type` from rows of `schema`; columns are found by the names of the components.
    ///
    /// @throws MullionException if a component has no column, or one of another type
    public static <T> RecordDecoder<T> decoder(Class<T> type, Schema schema) {
        RecordComponent[] components = RecordColumns.components(type);
        int[] columns = new int[components.length];
        for (int i = 0; i < components.length; i++) {
            columns[i] = RecordColumns.column(type, components[i], schema);
        }
        List<MethodHandle> constructor = List.of(constructor(type, components));
        Object decoder = define(type, "Decoder", RecordDecoder.class, constructor, "decode", code -> {
            code.loadConstant(handle(0));
            for (int i = 0; i < components.length; i++) {
                Class<?> value = components[i].getType();
                code.aload(1).loadConstant(columns[i]);
                code.invokestatic(CELLS, getter(value), MethodTypeDesc.of(desc(value), ROW_VIEW, ConstantDescs.CD_int));
            }
            ClassDesc[] parameters = Arrays.stream(components)
                    .map(component -> desc(component.getType()))
                    .toArray(ClassDesc[]::new);
            code.invokevirtual(ConstantDescs.CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_Object, parameters));
            code.areturn();
        });
        @SuppressWarnings("unchecked")
        RecordDecoder<T> typed = (RecordDecoder<T>) decoder;
        return typed;
    }

    private static String getter(Class<?> value) {
        return "get" + value.getSimpleName().replace("[]", "Array");
    }

    private static Object define(
            Class<?> type,
            String role,
            Class<?> role0,
            List<MethodHandle> handles,
            String method,
            Consumer<CodeBuilder> body) {
        ClassDesc name = ClassDesc.of(RecordCodec.class.getPackageName(), role + "$" + type.getSimpleName());
        Method signature = Arrays.stream(role0.getMethods())
                .filter(candidate -> candidate.getName().equals(method))
                .findFirst()
                .orElseThrow();
        MethodTypeDesc descriptor = MethodType.methodType(signature.getReturnType(), signature.getParameterTypes())
                .describeConstable()
                .orElseThrow();
        byte[] bytes = ClassFile.of()
                .build(
                        name,
                        builder -> builder.withFlags(ClassFile.ACC_FINAL)
                                .withInterfaceSymbols(desc(role0))
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(
                                                        CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                                .return_())
                                .withMethodBody(method, descriptor, ClassFile.ACC_PUBLIC, body));
        try {
            MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, handles, true);
            return hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("generated codec does not load: " + type, e);
        }
    }

    private static DynamicConstantDesc<MethodHandle> handle(int index) {
        return DynamicConstantDesc.ofNamed(
                CLASS_DATA_AT, ConstantDescs.DEFAULT_NAME, ConstantDescs.CD_MethodHandle, index);
    }

    /// Takes Object, returns the component.
    static MethodHandle accessor(Class<?> type, RecordComponent component) {
        return open(type, component.getAccessor(), MethodHandles.lookup()::unreflect)
                .asType(MethodType.methodType(component.getType(), Object.class));
    }

    /// Takes the components, returns Object.
    static MethodHandle constructor(Class<?> type, RecordComponent[] components) {
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters);
            return open(type, canonical, MethodHandles.lookup()::unreflectConstructor)
                    .asType(MethodType.methodType(Object.class, parameters));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("record without its canonical constructor: " + type, e);
        }
    }

    private interface Unreflect<M> {
        MethodHandle handle(M member) throws IllegalAccessException;
    }

    private static <M extends AccessibleObject> MethodHandle open(Class<?> type, M member, Unreflect<M> unreflect) {
        try {
            member.setAccessible(true);
            return unreflect.handle(member);
        } catch (InaccessibleObjectException | IllegalAccessException e) {
            throw new MullionException(
                    MullionException.Reason.INVALID_PIPELINE,
                    "record " + type.getName() + " is closed to the engine; open its package: opens "
                            + type.getPackageName() + " to io.mullion.engine",
                    e);
        }
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
