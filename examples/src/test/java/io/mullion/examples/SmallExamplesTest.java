package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The examples that take no options, and what they print.
@Timeout(60)
class SmallExamplesTest {
    private interface Example {
        void run(PrintStream out) throws InterruptedException;
    }

    @Test
    void sessionsAreMendedByWhatComesLate() throws InterruptedException {
        assertEquals("""
                -> Visit[time=0, user=ada, page=/]
                -> Visit[time=5, user=bob, page=/]
                -> Visit[time=20, user=ada, page=/pricing]
                -> Visit[time=60, user=cid, page=/]
                window_start          window_end            user  visits  left_at   revision
                1970-01-01T00:00:05Z  1970-01-01T00:00:35Z  bob        1  /                0
                1970-01-01T00:00:00Z  1970-01-01T00:00:50Z  ada        2  /pricing         0

                -> Visit[time=40, user=ada, page=/order]
                -> Visit[time=150, user=bob, page=/]
                window_start          window_end            user  visits  left_at  revision
                1970-01-01T00:00:00Z  1970-01-01T00:01:10Z  ada        3  /order          1
                1970-01-01T00:01:00Z  1970-01-01T00:01:30Z  cid        1  /               0

                -> Visit[time=10, user=bob, page=/help]
                too late: {time=1970-01-01T00:00:10Z, user=bob, page=/help}
                window_start          window_end            user  visits  left_at  revision
                1970-01-01T00:02:30Z  1970-01-01T00:03:00Z  bob        1  /               0

                """, printed(Sessions::run));
    }

    @Test
    void arrowGoesInAndComesOut() throws InterruptedException {
        assertEquals("""
                window_start	window_end	sensor	mean	greatest
                0	600	cellar	12.0	12.0
                0	600	roof	24.5	29.0
                window_start	window_end	sensor	mean	greatest
                600	1200	cellar	12.0	12.0
                600	1200	roof	24.5	29.0
                """, printed(ArrowBatches::run));
    }

    @Test
    void alertsComeFromReadingsAndFromSilence() throws InterruptedException {
        String[] lines = printed(Alerts::run).replaceAll(" +", " ").split("\n");
        assertEquals(
                List.of(
                        "1970-01-01T00:00:30Z boiler strange 140.0 80.0",
                        "1970-01-01T00:01:05Z pump silent 0.0 20.0",
                        "1970-01-01T00:02:30Z boiler silent 0.0 81.0"),
                Arrays.stream(lines)
                        .map(String::trim)
                        .filter(line -> line.startsWith("1970"))
                        .toList());
    }

    @Test
    void ordersMeetTheirPaymentsOrAreNeverPaid() throws InterruptedException {
        assertEquals("""
                -> Order[time=0, order=1, customer=ada, amount=20.0]
                -> Order[time=60, order=2, customer=bob, amount=35.5]
                -> Payment[time=90, order=1, paid=20.0]
                   {order=1, customer=ada, amount=20.0, paid=20.0, left_time=1970-01-01T00:00:00Z}
                -> Payment[time=300, order=2, paid=30.0]
                -> Order[time=2400, order=3, customer=cid, amount=5.0]
                -> Payment[time=2410, order=3, paid=5.0]
                   {order=3, customer=cid, amount=5.0, paid=5.0, left_time=1970-01-01T00:40:00Z}
                   {order=2, customer=bob, amount=35.5, paid=null, left_time=1970-01-01T00:01:00Z}
                """, printed(Payments::run));
    }

    @Test
    void pagesThatAreSeenMostComeFirst() throws InterruptedException {
        String printed = printed(Pages::run);
        String firstTwo = """
                window_start          window_end            page     views
                1969-12-31T23:59:30Z  1970-01-01T00:00:30Z  /           69
                1969-12-31T23:59:30Z  1970-01-01T00:00:30Z  /news       34
                1969-12-31T23:59:30Z  1970-01-01T00:00:30Z  /prices     19

                window_start          window_end            page     views
                1970-01-01T00:00:00Z  1970-01-01T00:01:00Z  /          122
                1970-01-01T00:00:00Z  1970-01-01T00:01:00Z  /news       74
                1970-01-01T00:00:00Z  1970-01-01T00:01:00Z  /prices     39

                """;
        assertEquals(firstTwo, printed.substring(0, firstTwo.length()));
        assertEquals(4, printed.split("window_start", -1).length - 1);
    }

    @Test
    void salesMeetTheTableAsItIsWhenTheyCome() throws InterruptedException {
        assertEquals("""
                -> Sale[product=1, quantity=4]
                   {name=pen, total=10.0}
                -> Sale[product=3, quantity=1]
                   {name=no such product, total=null}
                -- loaded anew: [Product[product=1, name=pen, price=3.0], Product[product=3, name=paper, price=4.5]]
                -> Sale[product=1, quantity=4]
                   {name=pen, total=12.0}
                -> Sale[product=3, quantity=1]
                   {name=paper, total=4.5}
                -> Sale[product=2, quantity=1]
                   {name=no such product, total=null}
                """, printed(Enrichment::run));
    }

    private static String printed(Example example) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        example.run(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
