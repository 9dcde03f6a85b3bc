package io.mullion.codegen;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Forms of the records of tests.
final class RecordForms {
    private RecordForms() {}

    static RecordForm of(Class<?> type) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asType(MethodType.methodType(Object.class, types));
            List<MethodHandle> accessors = new ArrayList<>();
            for (RecordComponent component : components) {
                accessors.add(lookup.unreflect(component.getAccessor())
                        .asType(MethodType.methodType(component.getType(), Object.class)));
            }
            List<String> names =
                    Arrays.stream(components).map(RecordComponent::getName).toList();
            return new RecordForm(type.getSimpleName(), names, constructor, accessors);
        } catch (ReflectiveOperationException closed) {
            throw new AssertionError(closed);
        }
    }
}
