/// A file of comma-separated values as the input of a pipeline. It is read twice: `CsvSurvey` looks at every row and
/// says what the columns hold, `CsvFeed` writes the rows to a producer. `CsvRows` is the way to the file for both, and
/// goes on behind a row that cannot be read. Cells are judged by `NumberText`, `IsoTime` and `TimeCell`; what a column
/// of them is, by `TypeEvidence`. All of it runs on the thread that calls it.
package io.mullion.examples.csv;
