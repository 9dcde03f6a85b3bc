package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class WindowsTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources", "windows");

    @TempDir
    private Path folder;

    @Test
    void eachKeyHasItsAggregatesInEachWindowOrderedByEndAndKey() {
        Output output = stations("--format", "csv");
        assertEquals(golden("stations-hourly.csv"), output.out());
        assertEquals("8 rows in, 0 broken, 0 late; 7 rows out, 0 dead letters\n", output.err());
        assertEquals(0, output.exitCode());
    }

    @Test
    void theTableIsAlignedAndShowsTheSame() {
        assertEquals(golden("stations-hourly.txt"), stations().out());
    }

    @Test
    void windowsSlide() {
        Output output = run("""
                time,x
                1970-01-01T01:30:00Z,1
                1970-01-01T02:30:00Z,10
                """, "--time", "time", "--window", "2h", "--slide", "1h", "--agg", "sum(x), count()");
        assertEquals("""
                window_start,window_end,sum(x),count()
                1970-01-01T00:00:00Z,1970-01-01T02:00:00Z,1,1
                1970-01-01T01:00:00Z,1970-01-01T03:00:00Z,11,2
                1970-01-01T02:00:00Z,1970-01-01T04:00:00Z,10,1
                """, output.out());
    }

    @ParameterizedTest
    @CsvSource({
        "s, 1600000000, 1600003600.0",
        "ms, 1600000000000, 1600003600000",
        "us, 1600000000000000, 1600003600000000.000",
        "ns, 1600000000000000000, 1600003600000000000"
    })
    void timesMayBeNumbersInAUnit(String unit, String first, String second) {
        Output output = run(
                "t,x\n" + first + ",1\n" + second + ",2\n",
                "--time",
                "t:" + unit,
                "--window",
                "1h",
                "--agg",
                "min(t),max(x)");
        assertEquals("""
                window_start,window_end,min(t),max(x)
                2020-09-13T12:00:00Z,2020-09-13T13:00:00Z,2020-09-13T12:26:40Z,1
                2020-09-13T13:00:00Z,2020-09-13T14:00:00Z,2020-09-13T13:26:40Z,2
                """, output.out());
    }

    @Test
    void timesBefore1970AreOrdinaryOnes() {
        Output output = run("t\n-1\n-0.25\n0\n", "--time", "t:s", "--window", "500ms", "--agg", "count(),max(t)");
        assertEquals("""
                window_start,window_end,count(),max(t)
                1969-12-31T23:59:59Z,1969-12-31T23:59:59.500Z,1,1969-12-31T23:59:59Z
                1969-12-31T23:59:59.500Z,1970-01-01T00:00:00Z,1,1969-12-31T23:59:59.750Z
                1970-01-01T00:00:00Z,1970-01-01T00:00:00.500Z,1,1970-01-01T00:00:00Z
                """, output.out());
    }

    @Test
    void aRowThatIsBrokenIsReportedWithItsLineAndLeftOut() {
        Output output = run("""
                time,name,x
                2020-01-01,"two
                lines",1
                yesterday,a,2
                2020-01-01,b
                2020-01-01,"c" d,4
                NA,e,8
                2020-01-01,"open,16
                2020-01-02,f,32
                """, "--time", "time", "--null", "NA", "--window", "24h", "--agg", "sum(x),count(name)");
        assertEquals("""
                window_start,window_end,sum(x),count(name)
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,1,1
                2020-01-02T00:00:00Z,2020-01-03T00:00:00Z,32,1
                """, output.out());
        List<String> lines = output.err().lines().toList();
        assertEquals("line 4: time is 'yesterday': ISO-8601 (2013-01-31T06:00:00Z) was expected", lines.get(0));
        assertEquals("line 5: 3 cells expected, as the heading has, and 2 found", lines.get(1));
        assertTrue(lines.get(2).startsWith("line 6: "), output.err());
        assertEquals("line 7: time is null: a row must have a time", lines.get(3));
        assertTrue(lines.get(4).startsWith("line 8: "), output.err());
        assertEquals("2 rows in, 5 broken, 0 late; 2 rows out, 0 dead letters", lines.get(5));
        assertEquals(0, output.exitCode());
    }

    @Test
    void failFastEndsAtTheFirstBrokenRow() {
        Output output = run(
                "time,x\n2020-01-01,1\n2020-01-02\n2020-01-03\n",
                "--time",
                "time",
                "--window",
                "24h",
                "--agg",
                "sum(x)",
                "--fail-fast");
        assertEquals("windows: line 3: 2 cells expected, as the heading has, and 1 found\n", output.err());
        assertEquals("", output.out());
        assertEquals(1, output.exitCode());
    }

    @Test
    void failFastEndsAtARowThatIsBrokenForItsTypeOnly() {
        Output output = run(
                "time,x\n2020-01-01,1.5\n2020-01-02,1e999\n",
                "--time",
                "time",
                "--window",
                "24h",
                "--agg",
                "sum(x)",
                "--fail-fast");
        assertEquals("windows: line 3: x is '1e999': it is beyond float64\n", output.err());
        assertEquals(1, output.exitCode());
    }

    @Test
    void textThatIsNoUtf8BreaksItsRow() throws IOException {
        Path file = folder.resolve("latin1.csv");
        Files.writeString(file, "time,name\n2020-01-01,é\n2020-01-01,e\n", StandardCharsets.ISO_8859_1);
        Output output = run(file, "--time", "time", "--window", "24h", "--key", "name", "--agg", "count()");
        assertEquals(
                "window_start,window_end,name,count()\n2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,e,1\n", output.out());
        assertTrue(output.err().startsWith("line 2: name is '\ufffd': it is no UTF-8\n"), output.err());
    }

    @Test
    void byteOrderMarksCarriageReturnsAndBlanksAroundCellsDoNotCount() {
        Output output = run(
                "\ufeff\"time\" , x\r\n\"2020-01-01T00:00\" , 5\r\n2020-01-01 01:00, 6 \r\n",
                "--time",
                "time",
                "--window",
                "24h",
                "--agg",
                "sum(x)");
        assertEquals("window_start,window_end,sum(x)\n2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,11\n", output.out());
    }

    @Test
    void aFileWithoutRowsHasNoResults() {
        Output output = run("time,x\n", "--time", "time", "--window", "1h", "--agg", "avg(x)");
        assertEquals("window_start,window_end,avg(x)\n", output.out());
        assertEquals("0 rows in, 0 broken, 0 late; 0 rows out, 0 dead letters\n", output.err());
        assertEquals(0, output.exitCode());
    }

    @Test
    void aColumnWithoutValuesCanBeAskedForAnything() {
        Output output = run(
                "time,x\n2020-01-01,\n2020-01-01,NA\n",
                "--time",
                "time",
                "--null",
                "NA",
                "--window",
                "24h",
                "--agg",
                "count(x),sum(x),avg(x),min(x)");
        assertEquals(
                "window_start,window_end,count(x),sum(x),avg(x),min(x)\n"
                        + "2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,0,,,\n",
                output.out());
    }

    @Test
    void keysComeInTheirOwnOrderAndNullsLast() {
        Output output = run("""
                time,n,flag,day,name
                2020-01-01,10,true,2020-01-02,\ud83d\ude00
                2020-01-01,9,false,2020-01-02,\uff5e
                2020-01-01,,false,2020-01-02,a
                2020-01-01,9,false,2020-01-01,a
                2020-01-01,9,false,2020-01-02,
                2020-01-01,9,,2020-01-02,a
                """, "--time", "time", "--window", "24h", "--key", "n,flag,day,name", "--agg", "count()");
        assertEquals("""
                window_start,window_end,n,flag,day,name,count()
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,9,false,2020-01-01,a,1
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,9,false,2020-01-02,\uff5e,1
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,9,false,2020-01-02,,1
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,9,,2020-01-02,a,1
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,10,true,2020-01-02,\ud83d\ude00,1
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,,false,2020-01-02,a,1
                """, output.out());
    }

    @Test
    void typesAreFoundOutOverTheWholeFileAndCanBeTold() {
        StringBuilder file = new StringBuilder("time,x,id\n");
        for (int i = 0; i < 5_000; i++) {
            file.append("2020-01-01,").append(i).append(",").append(i % 2).append("\n");
        }
        file.append("2020-01-01,0.5,2\n");
        String[] options = {"--time", "time", "--window", "24h", "--agg", "max(x)", "--key", "id"};
        assertEquals("""
                window_start,window_end,id,max(x)
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,0,4998.0
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,1,4999.0
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,2,0.5
                """, run(file.toString(), options).out());
        Output told = run(file.toString(), with(options, "--types", "x:int64,id:utf8"));
        assertEquals("""
                window_start,window_end,id,max(x)
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,0,4998
                2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,1,4999
                """, told.out());
        assertTrue(told.err().startsWith("line 5002: x is '0.5': a whole number was expected\n"), told.err());
    }

    @Test
    void sessionsAreRowsOfAKeyThatAreNoFurtherApart() {
        Output output = run("""
                time,user,x
                2020-01-01T00:00,a,1
                2020-01-01T00:20,a,2
                2020-01-01T00:25,b,4
                2020-01-01T00:51,a,8
                2020-01-01T01:21,a,16
                """, "--time", "time", "--session", "30m", "--key", "user", "--agg", "count(),sum(x)");
        assertEquals("""
                window_start,window_end,user,count(),sum(x)
                2020-01-01T00:00:00Z,2020-01-01T00:50:00Z,a,2,3
                2020-01-01T00:25:00Z,2020-01-01T00:55:00Z,b,1,4
                2020-01-01T00:51:00Z,2020-01-01T01:51:00Z,a,2,24
                """, output.out());
        assertEquals("5 rows in, 0 broken, 0 late; 3 rows out, 0 dead letters\n", output.err());
    }

    @Test
    void aSizeForSessionsIsNotUsedAndThatIsSaid() {
        Output output =
                run("time\n2020-01-01\n", "--time", "time", "--session", "1h", "--window", "24h", "--agg", "count()");
        assertEquals("window_start,window_end,count()\n2020-01-01T00:00:00Z,2020-01-01T01:00:00Z,1\n", output.out());
        assertTrue(output.err().startsWith("windows: sessions have no size: --window is not used\n"), output.err());
    }

    @Test
    void everyAggregateOfColumnsCanBeAskedFor() {
        Output output = run(
                """
                time,x,n,ok
                2020-01-01T02:00,2.0,6,true
                2020-01-01T01:00,4.0,3,false
                2020-01-01T03:00,6.0,5,true
                """,
                "--time",
                "time",
                "--window",
                "24h",
                "--out-of-orderness",
                "1h",
                "--agg",
                "first(x),last(x),variance(x),VariancePopulation(x),stddev(x),stddevpopulation(x),minBy(x, n),maxBy(x,n),"
                        + "countIf(ok),boolAnd(ok),boolOr(ok),bitAnd(n),bitOr(n),bitXor(n),countDistinct(ok),sumDistinct(n),"
                        + "collectList(n),collectSet(ok)");
        assertEquals(
                "2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,4.0,6.0,4.0," + 8.0 / 3 + ",2.0," + Math.sqrt(8.0 / 3)
                        + ",4.0,2.0,2,false,true,0,7,0,2,14,\"[6, 3, 5]\",\"[true, false]\"",
                output.out().lines().toList().getLast());
        assertEquals(
                "window_start,window_end,first(x),last(x),variance(x),VariancePopulation(x),stddev(x),stddevpopulation(x),"
                        + "\"minBy(x, n)\",\"maxBy(x,n)\",countIf(ok),boolAnd(ok),boolOr(ok),bitAnd(n),bitOr(n),bitXor(n),"
                        + "countDistinct(ok),sumDistinct(n),collectList(n),collectSet(ok)",
                output.out().lines().toList().getFirst());
    }

    @Test
    void rowsThatComeTooLateAreCountedAndWhatWouldHelpIsSaid() {
        String file = "time,x\n2020-01-01T05:00:00Z,1\n2020-01-01T00:30:00Z,2\n2020-01-01T04:59:00Z,4\n";
        String[] options = {"--time", "time", "--window", "1h", "--agg", "sum(x)"};
        Output late = run(file, options);
        assertEquals("window_start,window_end,sum(x)\n2020-01-01T05:00:00Z,2020-01-01T06:00:00Z,1\n", late.out());
        assertEquals("""
                rows are up to 5h older than rows before them, and --out-of-orderness is 0s: 2 came too late; \
                --out-of-orderness 5h waits for all
                3 rows in, 0 broken, 2 late; 1 rows out, 0 dead letters
                """, late.err());
        Output waited = run(file, with(options, "--out-of-orderness", "5h"));
        assertEquals("3 rows in, 0 broken, 0 late; 3 rows out, 0 dead letters\n", waited.err());
    }

    @Test
    void aSumThatLeavesInt64IsADeadLetterAndTheOthersGoOn() {
        Output output = run("""
                time,key,x
                2020-01-01,a,9223372036854775807
                2020-01-01,b,9223372036854775807
                2020-01-01,a,1
                """, "--time", "time", "--window", "24h", "--key", "key", "--agg", "sum(x)");
        assertEquals(
                "window_start,window_end,key,sum(x)\n"
                        + "2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,b,9223372036854775807\n",
                output.out());
        List<String> lines = output.err().lines().toList();
        assertTrue(lines.get(0).startsWith("dead letter: ") && lines.get(0).endsWith("of key=a"), output.err());
        assertEquals("3 rows in, 0 broken, 0 late; 1 rows out, 1 dead letters", lines.get(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --time when --window 1h --agg count()             | no column named when: the columns are time, x, name, x2
            --time time --window 1h --agg sum(y)              | no column named y: the columns are
            --time time --window 1h --agg count() --key k     | no column named k: the columns are
            --time x --window 1h --agg count()                | x is '1.5': ISO-8601 (2013-01-31T06:00:00Z) was expected; for times since 1970 name the unit: x:s
            --time time:ms --window 1h --agg count()          | time is '2020-01-01': a number since 1970 in ms was expected
            --time time --window 1h --agg sum(name)           | name is text because of 'abc' in line 3
            --time time --window 1h --agg bitOr(name)         | name is text because of 'abc' in line 3
            --time time --window 1h --agg middle(x)           | the functions are avg, bitAnd, bitOr, bitXor, boolAnd, boolOr, collectList, collectSet, count, countDistinct, countIf, first, last, max, min, stddev, stddevPopulation, sum, sumDistinct, variance, variancePopulation, maxBy, minBy
            --time time --window 1h --agg sum()               | 'sum()' needs a column
            --time time --window 1h --agg minBy(x)            | 'minBy(x)' needs two columns: minBy(COLUMN, BY), the value where BY is least
            --time time --window 1h --agg maxBy(x,)           | 'maxBy(x,)' needs two columns
            --time time --window 1h --agg countIf(name)       | name is text because of 'abc' in line 3
            --time time --window 1h --agg count               | 'count' is no aggregate; write FUNCTION(COLUMN) or count()
            --time time --window 1h --agg count(),            | '' is no aggregate
            --time time --window 1h --agg count(),count()     | two columns are named count()
            --time time --window 0s --agg count()             | must be positive
            --time time --window 1h --slide 0s --agg count()  | must be positive
            --time time --window 1d --agg count()             | '1d' is no duration
            --time time --window 1h --out-of-orderness 9999999999999999h --agg count() | 9999999999999999h
            --time x:ns --window 1h --out-of-orderness 9999999999h --agg count() | --out-of-orderness: duration leaves int64
            --time time --agg count()                         | --window or --session is needed
            --time time --slide 1h --session 1h --agg count() | --slide and --session do not go together
            --time time --window 1h                           | --agg
            --window 1h --agg count()                         | --time
            --time time --window 1h --agg sum(x) --types x:decimal | no type named decimal: write int64, float64, bool, timestamp, date32, utf8
            --time time --window 1h --agg sum(x) --types x    | 'x' is no COLUMN:TYPE
            --time time --window 1h --agg sum(x) --types z:utf8 | a type for z, and no such column
            --time time --window 1h --agg count() --key x,x   | a key names a column twice
            """)
    void whatCannotBeFollowedIsOneLineAndExitCodeTwo(String arguments, String expected) {
        Output output = run("time,x,name,x2\n2020-01-01,1.5,7,1\n2020-01-02,2,abc,1\n", arguments.split(" "));
        assertEquals(2, output.exitCode(), output.err());
        assertEquals("", output.out());
        assertEquals(1, output.err().lines().count(), output.err());
        assertTrue(output.err().startsWith("windows: "), output.err());
        assertTrue(output.err().contains(expected), output.err());
    }

    @Test
    void aFileThatIsNotThereOrEmptyIsOneLineAndExitCodeTwo() throws IOException {
        Path missing = folder.resolve("missing.csv");
        Path empty = Files.createFile(folder.resolve("empty.csv"));
        String[] options = {"--time", "time", "--window", "1h", "--agg", "count()"};
        assertEquals(new Output(2, "", "windows: --csv: no such file: " + missing + "\n"), run(missing, options));
        assertEquals(
                new Output(
                        2, "", "windows: " + empty + " is empty: a line with the names of the columns was expected\n"),
                run(empty, options));
    }

    @Test
    void resultsGoToAFileOnceHoweverOftenTheCommandIsGiven() throws IOException {
        Path results = folder.resolve("results.csv");
        String[] options = {
            "--out",
            results.toString(),
            "--checkpoint",
            folder.resolve("checkpoints").toString()
        };
        Output first = stations(options);
        assertEquals("", first.out());
        assertEquals("8 rows in, 0 broken, 0 late; 7 rows out, 0 dead letters\n", first.err());
        assertEquals(golden("stations-hourly.csv"), Files.readString(results));
        Output again = stations(options);
        assertEquals("0 rows in, 0 broken, 0 late; 0 rows out, 0 dead letters\n", again.err());
        assertEquals(golden("stations-hourly.csv"), Files.readString(results));
    }

    @Test
    void aFileWithoutCheckpointsIsWrittenAnew() throws IOException {
        Path results = Files.writeString(folder.resolve("results.csv"), "what was there before");
        assertEquals("", stations("--out", results.toString()).out());
        assertEquals(golden("stations-hourly.csv"), Files.readString(results));
    }

    private static Output stations(String... more) {
        String[] options = {
            "--csv", RESOURCES.resolve("stations.csv").toString(),
            "--time", "time",
            "--null", "NA",
            "--key", "station",
            "--window", "1h",
            "--agg", "count(),avg(temp),max(gust),sum(rain)",
            "--out-of-orderness", "2m"
        };
        return Output.of(Windows::run, with(options, more));
    }

    private static String golden(String name) {
        try {
            return Files.readString(RESOURCES.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Output run(String content, String... options) {
        try {
            return run(Files.writeString(folder.resolve("input.csv"), content), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Output run(Path file, String... options) {
        return Output.of(Windows::run, with(options, "--csv", file.toString(), "--format", "csv"));
    }

    private static String[] with(String[] options, String... more) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
