package io.mullion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The table of layers, and the reading of a source against it: who may mention whom.
///
/// A mention is a qualified name anywhere but in comments: in an import, in code, or in a string, by which reflection
/// would find it.
final class Layering {
    /// From top to bottom: a package mentions itself and what is below it.
    static final List<String> LAYERS = List.of(
            "io.mullion.metrics",
            "io.mullion",
            "io.mullion.runtime",
            "io.mullion.plan",
            "io.mullion.join",
            "io.mullion.keyed",
            "io.mullion.window",
            "io.mullion.state",
            "io.mullion.ingest",
            "io.mullion.exchange",
            "io.mullion.checkpoint",
            "io.mullion.batch",
            "io.mullion.memory",
            "io.mullion.io",
            "io.mullion.spec",
            "io.mullion.codegen",
            "io.mullion.routine",
            "io.mullion.expr");

    private static final Set<String> KERNEL_USERS = Set.of(
            "io.mullion",
            "io.mullion.runtime",
            "io.mullion.plan",
            "io.mullion.join",
            "io.mullion.keyed",
            "io.mullion.window",
            "io.mullion.state",
            "io.mullion.ingest",
            "io.mullion.exchange",
            "io.mullion.checkpoint",
            "io.mullion.batch",
            "io.mullion.memory",
            "io.mullion.codegen",
            "io.mullion.routine");

    /// What only some may mention at all, wherever they stand.
    static final Map<String, Set<String>> DOORS = Map.of(
            "io.mullion.codegen",
            KERNEL_USERS,
            "io.mullion.routine",
            KERNEL_USERS,
            "org.apache.arrow",
            Set.of("io.mullion.batch", "io.mullion.memory", "io.mullion.io"),
            "jdk.incubator",
            Set.of("io.mullion.codegen", "io.mullion.routine"),
            "io.micrometer",
            Set.of("io.mullion.metrics"),
            "com.google.flatbuffers",
            Set.of("io.mullion.batch"),
            "com.google.re2j",
            Set.of("io.mullion.routine"),
            "jdk.internal",
            Set.of(),
            "sun.misc",
            Set.of());

    /// The module's name, which messages to users spell out, is that of no package.
    private static final String MODULE = "io.mullion.engine";

    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");

    private static final Pattern MENTION = Pattern.compile(
            "(?<![\\w.])(?:io\\.mullion|io\\.micrometer|org\\.apache\\.arrow|com\\.google|jdk\\.incubator|jdk\\.internal|sun\\.misc)"
                    + "(?:\\.\\w+)*(?:\\.\\*)?(?!\\w)");

    private static final Pattern LITERAL_OR_COMMENT = Pattern.compile("(?s)\"\"\"(?:\\\\.|(?!\"\"\").)*+\"\"\""
            + "|\"(?:\\\\.|[^\"\\\\\n])*+\""
            + "|'(?:\\\\.|[^'\\\\\n])*+'"
            + "|//[^\n]*+"
            + "|/\\*.*?\\*/");

    private Layering() {}

    /// What the source mentions and may not, one line each: `file:line: package mentions name: why not`.
    static List<String> violations(String file, String source) {
        String code = withoutComments(source);
        Matcher declaration = PACKAGE.matcher(code);
        if (!declaration.find()) {
            return List.of(file + ":1: no package");
        }
        String owner = declaration.group(1);
        if (!LAYERS.contains(owner)) {
            return List.of(file + ":1: " + owner + " is not in the table of layers");
        }

        List<String> violations = new ArrayList<>();
        for (MatchResult mention : MENTION.matcher(code).results().toList()) {
            String reason = refusal(owner, mention.group());
            if (!reason.isEmpty()) {
                long line = code.substring(0, mention.start()).lines().count();
                violations.add(file + ":" + line + ": " + owner + " mentions " + mention.group() + ": " + reason);
            }
        }
        return violations;
    }

    /// Why `owner` may not mention `name`; empty if it may.
    private static String refusal(String owner, String name) {
        if (name.equals(MODULE)) {
            return "";
        }
        String layer = layerOf(name);
        if (!layer.isEmpty() && LAYERS.indexOf(layer) < LAYERS.indexOf(owner)) {
            return layer + " is above it";
        }
        for (Map.Entry<String, Set<String>> door : DOORS.entrySet()) {
            if (isWithin(name, door.getKey()) && !door.getValue().contains(owner)) {
                return door.getValue().isEmpty()
                        ? "nobody may"
                        : "only "
                                + String.join(
                                        ", ", door.getValue().stream().sorted().toList()) + " may";
            }
        }
        return "";
    }

    private static String layerOf(String name) {
        String longest = "";
        for (String layer : LAYERS) {
            if (isWithin(name, layer) && layer.length() > longest.length()) {
                longest = layer;
            }
        }
        return longest;
    }

    private static boolean isWithin(String name, String packageName) {
        return name.equals(packageName) || name.startsWith(packageName + ".");
    }

    /// The source with comments turned to blanks, so that lines keep their numbers.
    private static String withoutComments(String source) {
        return LITERAL_OR_COMMENT
                .matcher(source)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group().startsWith("/") ? found.group().replaceAll("[^\n]", " ") : found.group()));
    }
}
