/// Time and windows: watermarks per lane, the arithmetic of panes and windows, the aggregation of rows into panes, the
/// assembly of windows from panes, and the emission of results. All of it runs on the worker that owns the stream.
package io.mullion.window;
