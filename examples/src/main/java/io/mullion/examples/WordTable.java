package io.mullion.examples;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Sink;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Shows each window as a table: the words that came most often, with bars.
///
/// A sink of one's own, for an example: a batch of results is read column by column, and the end of a window is told by
/// [#flush].
final class WordTable implements Sink {
    private static final int SHOWN_WORDS = 10;
    private static final int WORD_WIDTH = 16;
    private static final int BAR_WIDTH = 40;
    private static final Comparator<WordTotal> MOST_FIRST =
            Comparator.comparingLong(WordTotal::count).reversed().thenComparing(WordTotal::word);

    private record WordTotal(String word, long count) {}

    private final Screen screen;
    private final String block;
    private final List<WordTotal> totals = new ArrayList<>();
    private int startColumn;
    private int endColumn;
    private int wordColumn;
    private int countColumn;
    private DataType.Timestamp time;
    private Instant start;
    private Instant end;

    WordTable(Screen screen) {
        this.screen = screen;
        block = screen.canShow('█') ? "█" : "#";
    }

    @Override
    public void open(Schema schema) {
        startColumn = schema.indexOf("window_start");
        endColumn = schema.indexOf("window_end");
        wordColumn = schema.indexOf("word");
        countColumn = schema.indexOf("count");
        time = (DataType.Timestamp) schema.field(startColumn).type();
    }

    @Override
    public void accept(BatchView batch) {
        for (int row = 0; row < batch.rowCount(); row++) {
            start = time.unit().toInstant(batch.int64(startColumn, row));
            end = time.unit().toInstant(batch.int64(endColumn, row));
            totals.add(new WordTotal(batch.utf8(wordColumn, row), batch.int64(countColumn, row)));
        }
    }

    /// The window is complete.
    @Override
    public void flush() {
        if (!totals.isEmpty()) {
            screen.show(table());
            totals.clear();
        }
    }

    private String table() {
        totals.sort(MOST_FIRST);
        long words = totals.stream().mapToLong(WordTotal::count).sum();
        StringBuilder table = new StringBuilder();
        table.append("%s - %s UTC   %d words, %d different%n%n"
                .formatted(clockTime(start), clockTime(end), words, totals.size()));
        long most = totals.getFirst().count();
        for (WordTotal total : totals.subList(0, Math.min(SHOWN_WORDS, totals.size()))) {
            String word = PlainText.cut(PlainText.of(total.word()), WORD_WIDTH);
            // A block for each time, as long as there is room for that.
            int bar = (int) Math.max(1, total.count() * BAR_WIDTH / Math.max(most, BAR_WIDTH));
            table.append("  ").append(word);
            table.repeat(' ', WORD_WIDTH - word.codePointCount(0, word.length()));
            table.append("%8d  ".formatted(total.count())).repeat(block, bar).append('\n');
        }
        return table.toString();
    }

    private String clockTime(Instant instant) {
        String pattern = start.getNano() == 0 && end.getNano() == 0 ? "HH:mm:ss" : "HH:mm:ss.SSS";
        return DateTimeFormatter.ofPattern(pattern).format(instant.atOffset(ZoneOffset.UTC));
    }
}
