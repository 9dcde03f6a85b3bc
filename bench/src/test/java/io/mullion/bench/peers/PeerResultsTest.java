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
import org.w3c.dom.Document;

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
                    PeerResult.without("duckdb", "2", "ysb", 0, "no <ads> \"here\", none", null),
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
                "ysb,mullion,1.0,40000000,20000000,1.000000,20.000000,0.075000,250000000,77,fffffffffffffffd,,",
                lines.get(1));
        assertTrue(RESULTS.csv().contains("\"no <ads> \"\"here\"\", none\""), RESULTS.csv());
        assertTrue(RESULTS.csv().contains("ysb,naive,25,9,0,0.000000,,,0,0,0,,\"wrong,\nvery\""));
    }

    @Test
    void tableHasMedianLeastMostAndRatio() {
        String text = new PeerTable(RESULTS).text();
        assertEquals("""

                ysb
                         M records/s  least  most  CPU s/M records  peak MB  to Mullion
                mullion         25.0   20.0  30.0           0.0600      250        1.00
                by-hand          100   50.0   200           0.0150      250        4.00
                duckdb   cannot: no <ads> "here", none
                naive    failed: wrong,

                session
                         M records/s   least    most  CPU s/M records  peak MB  to Mullion
                mullion       0.0040  0.0040  0.0040              375      250        1.00
                """, text);
    }

    @Test
    void drawingIsXmlWithAllPeers() throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        new PeerChart(RESULTS).all("All < of them").svg().getBytes(StandardCharsets.UTF_8)));
        String text = document.getDocumentElement().getTextContent();
        for (String part :
                List.of("All < of them", "mullion", "by-hand", "duckdb", "cannot", "failed", "100", "25.0")) {
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
                page.contains("<td>duckdb</td><td class=\"why\" colspan=\"6\">cannot: no &lt;ads&gt; &quot;here&quot;"),
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
        assertTrue(Plan.of(List.of("--quick")).seconds() < 10 * 60, "of which those that cannot take none");
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
