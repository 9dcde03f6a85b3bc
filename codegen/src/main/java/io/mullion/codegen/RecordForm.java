package io.mullion.codegen;

import java.lang.invoke.MethodHandle;
import java.util.List;

/// A record type as kernels know it: the names of its components, and handles that make a record and read it.
/// Kernels have the handles as constants, so that the JIT inlines constructor and accessors, and a record of
/// primitives is never made.
///
/// *Shape*: a component is a primitive other than char, its box, String, `byte[]`, BigDecimal, LocalDate or Instant.
///
/// @param name of the type, for people
/// @param components by whose names columns are found
/// @param constructor takes the components in order and returns Object, exactly
/// @param accessors one for each component: takes Object and returns the component, exactly
public record RecordForm(String name, List<String> components, MethodHandle constructor, List<MethodHandle> accessors) {
    public RecordForm {
        components = List.copyOf(components);
        accessors = List.copyOf(accessors);
    }

    Class<?> type(int component) {
        return constructor.type().parameterType(component);
    }
}
