package io.mullion.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a whole checkpoint has: tables, in the order in which they were written, and small texts by name.
public record StoredCheckpoint(long epoch, SortedMap<String, String> properties, List<StoredTable> tables) {
    public StoredCheckpoint {
        properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
        tables = List.copyOf(tables);
    }

    /// The table of that name, if there is one.
    public Optional<StoredTable> table(String owner, String name) {
        return tables.stream()
                .filter(table -> table.owner().equals(owner) && table.name().equals(name))
                .findFirst();
    }

    /// All tables of an owner.
    public List<StoredTable> tablesOf(String owner) {
        return tables.stream().filter(table -> table.owner().equals(owner)).toList();
    }

    /// The value of a property, if it was given.
    public Optional<String> property(String name) {
        return Optional.ofNullable(properties.get(name));
    }
}
