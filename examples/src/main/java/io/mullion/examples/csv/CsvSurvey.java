package io.mullion.examples.csv;

import io.mullion.examples.csv.CsvInput.BrokenRows;
import io.mullion.examples.csv.CsvInput.Progress;
import io.mullion.expr.TimeUnit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The first reading of a file: what its columns hold, in which unit its times are told, how far they are out of order.
///
/// Rows that are broken give no evidence.
public final class CsvSurvey {
    private static final int ROWS_A_REPORT = 1 << 10;

    private final CsvInput input;
    private final List<String> wanted;
    private final TimeCell time;
    private final TypeEvidence[] evidence;
    private final CellParser[] told;
    private final int[] widths;
    private int digits;
    private long rows;
    private String firstBadTime;
    private long firstBadTimeLine;
    private long greatest;
    private int greatestNano;
    /// In the unit of the cells.
    private long disorder;

    private CsvSurvey(CsvInput input) {
        this.input = input;
        wanted = input.wanted();
        time = new TimeCell(input.epoch());
        evidence = new TypeEvidence[wanted.size()];
        told = new CellParser[wanted.size()];
        widths = new int[wanted.size()];
        for (int column = 1; column < evidence.length; column++) {
            evidence[column] = new TypeEvidence();
            CellType type = input.types().get(wanted.get(column));
            told[column] = type == null ? null : new CellParser(type, TimeUnit.MICROS, input.maxTextBytes());
        }
    }

    /// Reads the whole file.
    ///
    /// @param lengths durations that the unit of the times must be able to express
    /// @param broken told of rows that cannot be used, as far as that is known before the types are
    /// @throws CsvException if a column is missing, or no row has a time
    public static CsvTable read(CsvInput input, List<Duration> lengths, BrokenRows broken, Progress progress)
            throws IOException {
        CsvSurvey survey = new CsvSurvey(input);
        try (CsvRows rows = CsvRows.open(input.file(), survey.wanted)) {
            survey.requireTypesFor(rows.heading());
            for (long count = 0; rows.next(); count++) {
                String defect = rows.defect() == null ? survey.look(rows) : rows.defect();
                if (defect != null) {
                    broken.accept(rows.line(), defect);
                }
                if (count % ROWS_A_REPORT == 0) {
                    progress.at(rows.position());
                }
            }
        }
        survey.requireTimes();
        return survey.table(lengths);
    }

    private void requireTypesFor(List<String> heading) {
        for (String name : input.types().keySet()) {
            if (!heading.contains(name)) {
                throw new CsvException(
                        "a type for " + name + ", and no such column: the columns are " + String.join(", ", heading));
            }
        }
    }

    /// @return what is wrong with the row, or null
    private String look(CsvRows row) {
        String defect = lookAtTime(row);
        for (int column = 1; defect == null && column < told.length; column++) {
            String cell = row.cell(column);
            if (told[column] != null && !input.isNull(cell)) {
                defect = input.defect(wanted.get(column), cell, told[column].parse(cell));
            }
        }
        if (defect == null) {
            lookAtOrder();
            lookAtCells(row);
            rows++;
        }
        return defect;
    }

    private String lookAtTime(CsvRows row) {
        String cell = row.cell(0);
        String defect = input.timeDefect(time, cell);
        if (defect == null) {
            digits = Math.max(digits, time.secondDigits());
        } else if (firstBadTime == null) {
            firstBadTime = cell.strip();
            firstBadTimeLine = row.line();
        }
        return defect;
    }

    private void lookAtOrder() {
        long whole = time.whole();
        if (rows == 0 || whole > greatest || whole == greatest && time.nano() > greatestNano) {
            greatest = whole;
            greatestNano = time.nano();
        } else {
            // The fraction counts as one, so this is rather too much than too little.
            long behind = greatest - whole + (time.nano() < greatestNano ? 1 : 0);
            disorder = Math.max(disorder, behind < 0 ? Long.MAX_VALUE : behind);
        }
    }

    private void lookAtCells(CsvRows row) {
        for (int column = 1; column < evidence.length; column++) {
            String cell = row.cell(column);
            if (!input.isNull(cell)) {
                evidence[column].add(cell.strip(), row.line());
                if (cell.length() > widths[column]) {
                    widths[column] = Math.max(widths[column], characters(cell));
                }
            }
        }
    }

    private void requireTimes() {
        if (rows == 0 && firstBadTime != null) {
            boolean number = NumberText.of(firstBadTime) != NumberText.NONE;
            throw new CsvException("no row has a time: in line " + firstBadTimeLine + " "
                    + input.defect(input.timeColumn(), firstBadTime, time.expected() + " was expected")
                    + (input.epoch() == null && number
                            ? "; for times since 1970 name the unit: " + input.timeColumn() + ":s, :ms, :us or :ns"
                            : ""));
        }
    }

    private CsvTable table(List<Duration> lengths) {
        List<CsvTable.Column> columns = new ArrayList<>();
        for (int i = 1; i < evidence.length; i++) {
            String name = wanted.get(i);
            CellType type = input.types().getOrDefault(name, evidence[i].type());
            String culprit = told[i] == null ? evidence[i].culprit() : null;
            columns.add(new CsvTable.Column(
                    name,
                    type,
                    evidence[i].unit(),
                    widths[i],
                    culprit == null ? null : CsvRows.text(culprit),
                    evidence[i].culpritLine()));
        }
        int least = Math.max(digits, TimeCell.digits(time.coarsestUnit()));
        return new CsvTable(input, CsvInput.unit(least, lengths), columns, rows, time.duration(disorder));
    }

    /// A character of UTF-8 has one byte that does not continue another.
    private static int characters(String cell) {
        return (int) cell.chars().filter(c -> (c & 0xc0) != 0x80).count();
    }
}
