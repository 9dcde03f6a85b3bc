/// What jobs tell of themselves, for Micrometer. The one package that needs it: it is loaded when it is used, and
/// Micrometer is on the path of those who use it. Any thread.
package io.mullion.metrics;
