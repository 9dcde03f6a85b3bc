package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.routine.VectorSupport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// No loop outgrows the JIT: what HotSpot itself says of the methods of huge kernels, compiled while they wait.
class HugeExpressionTest {
    /// `   812  345    b  4       io.mullion.codegen.ProjectKernel$Generated/0x0000::part3 (2345 bytes)`
    private static final Pattern COMPILED = Pattern.compile(
            "\\s*\\d+\\s+\\d+\\s+[ %sbn!]*\\s(\\d)\\s+\\S*ProjectKernel\\$Generated\\S*::(\\w+)( @ \\d+)? \\((\\d+) bytes\\)(.*)");

    private static final int BEST_LEVEL = 4;

    /// Methods below `FreqInlineSize` may be compiled as parts of others only.
    private static final int INLINED_BYTES = 325;

    /// Those that HotSpot compiles in a few seconds.
    static Stream<Arguments> expressions() {
        return Stream.of(
                Arguments.of(HugeExpressions.SUM_OF_10_000_TERMS, false),
                Arguments.of(HugeExpressions.CASE_OF_2_000_BRANCHES, false),
                Arguments.of(HugeExpressions.IN_OF_100_000, VectorSupport.available()),
                Arguments.of(HugeExpressions.NULL_IF_NESTED_200_TIMES, VectorSupport.available()));
    }

    static Stream<Arguments> allExpressions() {
        Stream<Boolean> variants = VectorSupport.available() ? Stream.of(false, true) : Stream.of(false);
        return variants.flatMap(
                vector -> Stream.of(HugeExpressions.values()).map(expression -> Arguments.of(expression, vector)));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("allExpressions")
    void everyMethodOfEachIsCompiledWell(HugeExpressions expression, boolean vector)
            throws IOException, InterruptedException {
        everyMethodIsCompiledWell(expression, vector);
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void everyMethodIsCompiledWell(HugeExpressions expression, boolean vector)
            throws IOException, InterruptedException {
        List<String> lines = ChildJvm.run(
                List.of("-XX:+PrintCompilation", "-Xbatch", "-Xmx1g"),
                HugeExpressions.class,
                expression.name(),
                Boolean.toString(vector));
        Set<String> methods = new TreeSet<>();
        Set<String> well = new TreeSet<>();
        Map<String, Integer> bytes = new TreeMap<>();
        for (String line : lines) {
            Matcher matcher = COMPILED.matcher(line);
            if (line.startsWith(HugeExpressions.KERNEL)) {
                methods.add(line.substring(HugeExpressions.KERNEL.length()));
            } else if (matcher.matches()) {
                assertFalse(line.contains("COMPILE SKIPPED"), line);
                bytes.put(matcher.group(2), Integer.valueOf(matcher.group(4)));
                if (Integer.parseInt(matcher.group(1)) == BEST_LEVEL) {
                    boolean gone = matcher.group(5).contains("made not entrant");
                    if (gone) {
                        well.remove(matcher.group(2));
                    } else {
                        well.add(matcher.group(2));
                    }
                }
            } else if (line.startsWith(HugeExpressions.SECONDS)) {
                System.out.println(line);
                assertFalse(line.contains("too large"), line);
            } else {
                assertFalse(line.contains("COMPILE SKIPPED") && line.contains("Generated"), line);
            }
        }
        assertTrue(methods.size() >= 2, () -> String.join("\n", lines));
        if (methods.stream().anyMatch(method -> method.startsWith("temporary"))) {
            // They are called once for a chunk of rows: too seldom to be hot.
            methods.remove("project0All");
            methods.removeIf(method -> method.startsWith("group_"));
        }
        // The method of the role is called once a batch; beside vectors there is a plain loop, which has nothing to do.
        methods.removeIf(method -> well.contains(method)
                || method.equals("project")
                || bytes.containsKey(method) && bytes.get(method) < INLINED_BYTES
                || vector && !bytes.containsKey(method));
        assertEquals(Set.of(), methods, () -> "not compiled by C2; seen: " + bytes);
    }
}
