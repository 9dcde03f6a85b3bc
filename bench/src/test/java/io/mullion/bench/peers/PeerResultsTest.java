package io.mullion.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.bench.peer.PeerResult;
import io.mullion.bench.peer.PeerSpec;
import io.mullion.bench.report.Drawing;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerResultsTest {
    private static final PeerResults RESULTS = new PeerResults(
            "a machine",
            "--a-flag",
            "abc",
            "bench/run peers",
            List.of(
                    measured("mullion", "ysb", 20),
                    measured("by-hand", "ysb", 200),
                    measured("mullion", "ysb", 30),
                    measured("by-hand", "ysb", 100),
                    measured("mullion", "ysb", 25),
                    measured("by-hand", "ysb", 50),
                    PeerResult.without("duckdb", "2", "ysb", 0, "no <ads>: none \"here\", at all", null),
                    PeerResult.without("naive", "25", "ysb", 9, null, "wrong,\nvery"),
                    measured("mullion", "session", 0.004)));

    /// A second of `millions` of rows.
    private static PeerResult measured(String peer, String query, double millions) {
        long rows = (long) (millions * 1e6);
        return new PeerResult(
                peer,
                "1.0",
                query,
                2 * rows,
                rows,
                1_000_000_000,
                1_500_000_000,
                250_000_000,
                false,
                77,
                -3,
                List.of(),
                null,
                null);
    }

    @Test
    void jsonComesBackAsItWent() {
        assertEquals(RESULTS, PeerResults.parse(RESULTS.json()));
    }

    @Test
    void csvHasALineForEachRun() {
        List<String> lines = RESULTS.csv().lines().toList();
        assertEquals(
                "ysb,mullion,1.0,40000000,20000000,1.000000,20.000000,0.075000,250000000,77,fffffffffffffffd,,,,",
                lines.get(1));
        assertTrue(RESULTS.csv().contains("\"no <ads>: none \"\"here\"\", at all\""), RESULTS.csv());
        assertTrue(RESULTS.csv().contains("ysb,naive,25,9,0,0.000000,,,0,0,0,,,,\"wrong,\nvery\""));
    }

    @Test
    void tableHasMedianLeastMostAndRatio() {
        String text = new PeerTable(RESULTS).text();
        assertEquals("""

                ysb
                         M records/s  least  most  CPU s/M records  peak MB  to Mullion
                mullion         25.0   20.0  30.0           0.0600      250        1.00
                by-hand          100   50.0   200           0.0150      250        4.00
                duckdb   no <ads>: none "here", at all
                naive    failed: wrong,

                session
                         M records/s   least    most  CPU s/M records  peak MB  to Mullion
                mullion       0.0040  0.0040  0.0040              375      250        1.00

                Not here: Kafka Streams. Without a broker it runs only in its test driver, a row at a time, which would not be fair to it.
                """, text);
    }

    private static final PeerResults LINES = new PeerResults(
            "a machine",
            "--a-flag",
            "abc",
            "bench/run peers",
            List.of(
                    measured("mullion", "slide-10s", 20),
                    PeerResult.without("flink", "2", "slide-10s", 0, "no slides: nor sizes", null),
                    measured("mullion", "slide-10ms", 2),
                    measured("flink", "slide-10ms", 0.5),
                    timed("mullion", 1_010_000, List.of(3_000_000L, 1_000_000L, 2_000_000L)),
                    timed("mullion", 1_000_000, List.of(9_000_000L)),
                    timed("flink", 300_000, List.of(800_000_000L))));

    private static PeerResult timed(String peer, long rows, List<Long> latencies) {
        return new PeerResult(
                peer,
                "1.0",
                "latency",
                rows,
                rows,
                1_000_000_000,
                500_000_000,
                250_000_000,
                false,
                77,
                -3,
                latencies,
                null,
                null);
    }

    @Test
    void whoFallsBehindIsShownWithTheRateThatItHolds() {
        assertEquals(LINES, PeerResults.parse(LINES.json()));
        List<List<String>> cells = new PeerTable(LINES).cells("latency");
        assertEquals(List.of("mullion", "1.00", "2.00", "9.00", "9.00", "9.00"), rounded(cells.get(1)));
        assertEquals(List.of("flink", "0.300", "falls behind", "", "", "800"), rounded(cells.get(2)));
        assertTrue(
                LINES.csv()
                        .contains("latency,flink,1.0,300000,300000,1.000000,0.300000,1.666667,250000000,77,"
                                + "fffffffffffffffd,800.063487,800.063487,,"),
                LINES.csv());
    }

    /// Without CPU and memory.
    private static List<String> rounded(List<String> cells) {
        return cells.subList(0, 6);
    }

    @Test
    void slidesAndLatenciesAreLines() throws Exception {
        assertEquals(
                List.of(
                        List.of("", "slide-10s", "slide-10ms"),
                        List.of("mullion", "20.0", "2.00"),
                        List.of("flink", "no slides", "0.500")),
                new PeerTable(LINES).rates(new PeerLines(LINES).slides()));
        assertEquals(List.of(), new PeerChart(LINES).queries(), "they are no bars");
        assertEquals(List.of("ysb", "session"), new PeerChart(RESULTS).queries());
        String rates = text(new PeerLines(LINES).rates());
        assertTrue(rates.contains("mullion") && rates.contains("flink") && rates.contains("10ms"), rates);
        String latencies = text(new PeerLines(LINES).latencies());
        assertTrue(latencies.contains("mullion") && !latencies.contains("flink"), "who falls behind has no curve");
        String page = new PeerPage(LINES).html("");
        assertTrue(page.contains("<h2>Latency</h2>") && page.contains("<h2>Ever smaller slides</h2>"), page);
    }

    private static String text(Drawing drawing) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(drawing.svg().getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement()
                .getTextContent();
    }

    @Test
    void drawingIsXmlWithAllPeers() throws Exception {
        String text = text(new PeerChart(RESULTS).all("All < of them"));
        for (String part :
                List.of("All < of them", "mullion", "by-hand", "duckdb", "no <ads>", "failed", "100", "25.0")) {
            assertTrue(text.contains(part), part + " in " + text);
        }
        assertTrue(text.indexOf("by-hand: 100") < text.indexOf("mullion: 25.0"), "the fastest comes first");
    }

    @Test
    void pngHasTwoPixelsForEachUnit(@TempDir Path folder) throws Exception {
        Drawing drawing = new PeerChart(RESULTS).of("ysb");
        Path file = folder.resolve("ysb.png");
        drawing.writePng(file);
        assertEquals(2 * drawing.width(), ImageIO.read(file.toFile()).getWidth());
        assertEquals(0xffffffff, ImageIO.read(file.toFile()).getRGB(1, 1));
        // The bar of this engine.
        assertEquals(0xff1f6feb, ImageIO.read(file.toFile()).getRGB(2 * 140, 2 * (34 + 21 + 2)));
    }

    @Test
    void pageStandsAlone() {
        String page = new PeerPage(RESULTS).html("<section>more</section>");
        assertTrue(page.contains("prefers-color-scheme: dark"), page);
        assertTrue(
                page.contains("<td>duckdb</td><td class=\"why\" colspan=\"6\">no &lt;ads&gt;: none &quot;here&quot;"),
                page);
        assertTrue(page.contains("<svg "), page);
        assertTrue(page.contains("<section>more</section>"), page);
        assertTrue(page.replace("http://www.w3.org/2000/svg", "").indexOf("http") < 0, "nothing is loaded");
    }

    @Test
    void commandLineIsRead() {
        Plan plan = Plan.of(List.of("session", "--peers", "mullion,by-hand", "--seconds", "1.5", "--rounds", "2"));
        assertEquals(List.of(new Plan.Part("session", 3, 1.5, 2)), plan.parts());
        assertEquals(
                List.of("mullion", "by-hand"),
                plan.peers().stream().map(PeerSpec::name).toList());
        assertEquals(4, plan.runs());
        assertEquals(
                Plan.SWEEP,
                Plan.of(List.of("sweep")).parts().stream().map(Plan.Part::query).toList());
        assertTrue(Plan.of(List.of()).seconds() < 43 * 60, "and building");
        assertTrue(Plan.of(List.of("--quick")).seconds() < 10 * 60, "of which those that are left out take none");
    }

    @Test
    void whatCannotBeReadIsNamed() {
        for (String wrong : List.of("sessions", "--seconds", "--seconds 0", "--rounds x", "--peers mullion,flonk")) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Plan.of(List.of(wrong.split(" "))), wrong);
            String[] parts = wrong.split("[ ,]");
            assertTrue(e.getMessage().contains(parts[parts.length - 1]), e.getMessage());
        }
    }
}
