package io.mullion.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownPageTest {
    @Test
    void pageBecomesHtmlWithItsPlots(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("bars.svg"), "<svg>bars</svg>");
        Path page = folder.resolve("page.md");
        Files.writeString(page, """
                # What it costs

                    bench/run < in

                One line
                and **another** with `a < b`, [a link](other.md).

                ![Bars](bars.svg)

                <!-- results -->
                | query | rate |
                | --- | ---: |
                | `one` | 1.5 |
                - first
                  goes on
                - second
                """);
        assertEquals("""
                <h2>What it costs</h2>
                <pre>bench/run &lt; in
                </pre>
                <p>One line
                and <b>another</b> with <code>a &lt; b</code>, a link.
                </p>
                <div class="scroll plot"><svg>bars</svg></div>
                <div class="scroll"><table>
                <tr><th>query</th><th>rate</th></tr>
                <tr><td><code>one</code></td><td>1.5</td></tr>
                </table></div>
                <ul><li>first
                  goes on
                <li>second
                </ul>
                """, MarkdownPage.html(page));
    }
}
