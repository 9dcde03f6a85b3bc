package io.mullion.examples;

import java.io.Console;
import java.io.PrintStream;

/// Where tables go: one after the other, or, on a terminal, each in the place of the one before.
///
/// *Thread*: any; one at a time is let in.
final class Screen {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean inPlace;
    private String shown = "";

    /// A screen that takes the place of the last table if `out` is what the user looks at.
    static Screen of(PrintStream out, PrintStream err) {
        Console console = System.console();
        return new Screen(out, err, out == System.out && console != null && console.isTerminal());
    }

    Screen(PrintStream out, PrintStream err, boolean inPlace) {
        this.out = out;
        this.err = err;
        this.inPlace = inPlace;
    }

    /// Whether the output can show a character. Not every terminal speaks UTF-8.
    boolean canShow(char character) {
        return out.charset().newEncoder().canEncode(character);
    }

    /// Shows a table.
    ///
    /// @param table lines, each with its end
    synchronized void show(String table) {
        out.print(inPlace ? eraser() + table : table + "\n");
        out.flush();
        shown = table;
    }

    /// Says one line on standard error. A table that is shown in place moves down to let it stand above.
    synchronized void note(String line) {
        if (inPlace && !shown.isEmpty()) {
            out.print(eraser());
            out.flush();
        }
        err.println(PlainText.of(line));
        err.flush();
        if (inPlace && !shown.isEmpty()) {
            out.print(shown);
            out.flush();
        }
    }

    /// Brings the cursor to where the table began and clears what is below. The carriage return is for a terminal that
    /// has echoed `^C`.
    private String eraser() {
        long lines = shown.chars().filter(c -> c == '\n').count();
        return lines == 0 ? "" : "\r\u001b[" + lines + "A\u001b[J";
    }
}
