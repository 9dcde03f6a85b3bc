package io.mullion.examples;

import io.mullion.expr.TimeUnit;
import io.mullion.spec.EventTime;

/// A trade on an exchange: a row of the stream, its components the columns.
///
/// @param time when it happened
/// @param quantity how many were traded, 0 if the trade was cancelled
record Trade(@EventTime(TimeUnit.MICROS) long time, String symbol, double price, long quantity) {}
