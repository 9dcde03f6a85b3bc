/// Mullion: describe a [Pipeline], run it in an [Engine], feed it through inputs or sources, take results in sinks.
///
/// This package is what a user types; it checks and hands on. Descriptions ([Pipeline], [DataStream]) may be made on
/// any one thread; [Engine] and [Job] may be called from any. What runs is in `io.mullion.runtime`.
package io.mullion;
