import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The one formatter of the project: `Format.java check|apply FOLDER`, over every Java source below the folder. What it
/// finds wrong it prints, and writes to `target/unformatted`, which is there only if something is.
///
/// It is palantir-java-format, with help where that is older than the language. Comments that start with `///` it takes
/// for ordinary line comments, and would continue one that is too long with `//`, outside of the documentation: here
/// they are put aside while the code is formatted, and wrapped as Markdown. The unnamed pattern `_` it does not know: a
/// pattern that it knows takes its place. What stays unread is `import module`. CONTRIBUTING.md has the command.
public final class Format {
    private static final int COLUMNS = 120;

    private static final Pattern MARKDOWN = Pattern.compile("^\\s*///(?!/)(.*)$");
    private static final Pattern PLACEHOLDER = Pattern.compile("^(\\s*)/// #(\\d+)#$");

    /// What begins a list item or a quotation: the next line of its text is indented as far.
    private static final Pattern HANGING = Pattern.compile("^\\s*(?:[-*+]|\\d+[.)]|>)\\s+");

    private static final Pattern FENCE = Pattern.compile("^\\s*(?:```|~~~)");

    /// What cannot be the next line of a paragraph, or is better not: a list, a table, a heading, a block tag, code,
    /// HTML, or one of the house's own `*Units*:`.
    private static final Pattern STARTS_ANEW =
            Pattern.compile("^\\s*(?:[-+]\\s|\\*\\s|\\d+[.)]|[|>#@<]|```|~~~|\\*[A-Z]\\w*\\*)");

    /// Where an unnamed pattern may stand, or an unnamed parameter of a lambda.
    private static final Pattern UNNAMED = Pattern.compile("(?<=[(,]\\s{0,99})_(?=\\s*[,)])");

    /// A record pattern of no components: the shortest that stands where `_` may.
    private static final String UNNAMED_STAND_IN = "\u01C2()";

    private static final JavaFormatterOptions OPTIONS =
            JavaFormatterOptions.builder().style(Style.PALANTIR).build();

    private Format() {}

    public static void main(String[] arguments) throws IOException {
        boolean apply = arguments[0].equals("apply");
        Path root = Path.of(arguments[1]).toRealPath();
        List<String> complaints = sources(root).parallelStream()
                .flatMap(source -> visit(root, source, apply).stream())
                .sorted()
                .toList();
        complaints.forEach(System.err::println);

        Path report = root.resolve("target/unformatted");
        Files.deleteIfExists(report);
        if (!complaints.isEmpty()) {
            Files.createDirectories(report.getParent());
            Files.write(report, complaints);
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                return name.equals("target") || name.equals(".git")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /// Formats the source, or only looks at it, and says what is wrong with it, if anything still is.
    private static Optional<String> visit(Path root, Path source, boolean apply) {
        Path name = root.relativize(source);
        try {
            String before = Files.readString(source);
            String after = format(before);
            if (after.equals(before)) {
                return Optional.empty();
            }
            if (!apply) {
                return Optional.of("not formatted: " + name + ":" + firstDifference(before, after));
            }
            Files.writeString(source, after);
            System.out.println("formatted " + name);
            return Optional.empty();
        } catch (FormatterException | ClassCastException notUnderstood) {
            return Optional.of("cannot be formatted: " + name + ": "
                    + notUnderstood.getMessage().strip());
        } catch (IOException e) {
            throw new UncheckedIOException(name.toString(), e);
        }
    }

    private static int firstDifference(String before, String after) {
        List<String> a = before.lines().toList();
        List<String> b = after.lines().toList();
        int line = 0;
        while (line < Math.min(a.size(), b.size()) && a.get(line).equals(b.get(line))) {
            line++;
        }
        return line + 1;
    }

    static String format(String source) throws FormatterException {
        Formatter palantir = Formatter.createFormatter(OPTIONS);
        // Imports first, while the documentation, which may be all that uses one, is still there to be read.
        List<String> aside = new ArrayList<>();
        String shielded = nameUnnamedPatterns(putAside(palantir.fixImports(source), aside));
        String formatted = palantir.formatSource(shielded).replace(UNNAMED_STAND_IN, "_");
        return putBack(formatted, aside);
    }

    private static String nameUnnamedPatterns(String source) {
        return UNNAMED.matcher(source)
                .replaceAll(found -> isInRecordPattern(source, found.start()) ? UNNAMED_STAND_IN : "_");
    }

    /// Whether the parenthesis around `at` follows a name, as that of a record pattern does. That of a lambda follows
    /// an operator, another parenthesis, or a space.
    private static boolean isInRecordPattern(String source, int at) {
        int depth = 0;
        for (int i = at - 1; i > 0; i--) {
            char c = source.charAt(i);
            if (c == ')') {
                depth++;
            } else if (c == '(' && depth-- == 0) {
                char before = source.charAt(i - 1);
                return Character.isJavaIdentifierPart(before) || before == '>';
            }
        }
        return false;
    }

    private static String putAside(String source, List<String> aside) {
        StringBuilder out = new StringBuilder(source.length());
        boolean inTextBlock = false;
        for (String line : source.lines().toList()) {
            Matcher markdown = MARKDOWN.matcher(line);
            if (!inTextBlock && markdown.matches()) {
                out.append("/// #").append(aside.size()).append('#');
                aside.add(markdown.group(1).stripTrailing());
            } else {
                inTextBlock ^= opensOrClosesTextBlock(line);
                out.append(line);
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static boolean opensOrClosesTextBlock(String line) {
        boolean odd = false;
        for (int at = line.indexOf("\"\"\""); at >= 0; at = line.indexOf("\"\"\"", at + 3)) {
            odd = !odd;
        }
        return odd
                && !line.stripLeading().startsWith("//")
                && !line.stripLeading().startsWith("*");
    }

    private static String putBack(String formatted, List<String> aside) {
        List<String> out = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        String indent = "";
        for (String line : formatted.lines().toList()) {
            Matcher placeholder = PLACEHOLDER.matcher(line);
            if (placeholder.matches()) {
                indent = placeholder.group(1);
                comment.add(aside.get(Integer.parseInt(placeholder.group(2))));
            } else {
                wrap(comment, indent, out);
                comment.clear();
                out.add(line);
            }
        }
        wrap(comment, indent, out);
        return String.join("\n", out) + "\n";
    }

    /// Adds the lines of one comment. What a line has too much goes to the front of the next line of its paragraph.
    /// Code and tables are left as they are: a break would change them.
    private static void wrap(List<String> comment, String indent, List<String> out) {
        String prefix = indent + "///";
        int width = COLUMNS - prefix.length();
        boolean inFence = false;
        String carried = "";
        for (String line : comment) {
            String text = line;
            if (!carried.isEmpty()) {
                if (continues(carried, line)) {
                    text = carried + " " + line.strip();
                } else {
                    out.add(prefix + carried);
                }
                carried = "";
            }
            boolean fence = FENCE.matcher(text).find();
            inFence ^= fence;
            boolean breakable = !inFence && !fence && !text.stripLeading().startsWith("|");
            int at = breakable ? breakAt(text, width) : text.length();
            while (at < text.length()) {
                out.add(prefix + text.substring(0, at).stripTrailing());
                carried = hangingIndent(text) + text.substring(at).strip();
                text = carried;
                at = breakAt(text, width);
            }
            if (carried.isEmpty()) {
                out.add(prefix + text);
            }
        }
        if (!carried.isEmpty()) {
            out.add(prefix + carried);
        }
    }

    /// Whether `line` is more of the paragraph that `carried` comes from.
    private static boolean continues(String carried, String line) {
        return !line.isBlank()
                && indentOf(line).equals(indentOf(carried))
                && !STARTS_ANEW.matcher(line).find();
    }

    /// Where to break `text` to be no longer than `width`: the last space that does it, else the first one after that,
    /// else its end.
    private static int breakAt(String text, int width) {
        if (text.length() <= width) {
            return text.length();
        }
        int start = hangingIndent(text).length();
        int at = text.lastIndexOf(' ', width);
        if (at < start) {
            at = text.indexOf(' ', Math.max(width, start) + 1);
        }
        return at < 0 ? text.length() : at;
    }

    private static String hangingIndent(String text) {
        Matcher item = HANGING.matcher(text);
        return item.find() ? " ".repeat(item.end()) : indentOf(text);
    }

    private static String indentOf(String text) {
        return text.substring(0, text.length() - text.stripLeading().length());
    }
}
