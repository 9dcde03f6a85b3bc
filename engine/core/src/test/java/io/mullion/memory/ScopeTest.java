package io.mullion.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void closesInReverseOrderAndOnce() {
        List<Integer> closed = new ArrayList<>();
        Scope scope = new Scope();
        for (int i = 0; i < 4; i++) {
            int number = i;
            scope.own(() -> closed.add(number));
        }
        scope.close();
        scope.close();
        assertEquals(List.of(3, 2, 1, 0), closed);
    }

    @Test
    void closesEverythingThoughSomeOfItFails() {
        List<String> closed = new ArrayList<>();
        Scope scope = new Scope();
        IllegalStateException first = new IllegalStateException("closed first");
        IOException second = new IOException("closed second");
        scope.own(() -> closed.add("last"));
        scope.own(() -> {
            throw second;
        });
        scope.own(() -> closed.add("middle"));
        scope.own(() -> {
            throw first;
        });
        IllegalStateException thrown = assertThrows(IllegalStateException.class, scope::close);
        assertSame(first, thrown);
        assertEquals(List.of(second), Arrays.asList(thrown.getSuppressed()));
        assertEquals(List.of("middle", "last"), closed);
    }

    @Test
    void aCheckedFailureIsKeptAsTheCause() {
        Scope scope = new Scope();
        IOException failure = new IOException("disk");
        scope.own(() -> {
            throw failure;
        });
        assertSame(
                failure, assertThrows(IllegalStateException.class, scope::close).getCause());
    }
}
