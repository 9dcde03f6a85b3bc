/// Keyed state off the heap: [GroupTable] gives each key a dense group id, [AccumulatorPages] holds one accumulator row
/// for each group id, in pages that are taken when touched, and a [Pane] is such rows for one stretch of time: by group
/// id, or, where it has few of many groups, by [LocalSlots] of its own. [GroupLifetimes] says which groups end when a
/// pane retires, so that memory follows the keys that live. All of it belongs to one worker and is used on its thread
/// only; merging two panes is a loop over rows, whatever the keys were.
package io.mullion.state;
