package io.mullion.codegen;

import java.util.List;

/// What a kernel does, as one would write it: `project price * 2, quantity where price > 1.5`. Hardly anybody reads it,
/// so the text is put together by each [#toString].
///
/// @param parts expressions, or what else has a text
/// @param predicate null if the kernel has none
record Title(String verb, List<?> parts, Object predicate) {
    Title(String verb, List<?> parts) {
        this(verb, parts, null);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(verb);
        String before = " ";
        for (Object part : parts) {
            text.append(before).append(part);
            before = ", ";
        }
        if (predicate != null) {
            text.append(" where ").append(predicate);
        }
        return text.toString();
    }
}
