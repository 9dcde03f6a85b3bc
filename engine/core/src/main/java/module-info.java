/// Mullion's engine: the API in `io.mullion`, what it is described with in `io.mullion.spec` and `io.mullion.expr`, its
/// doors in `io.mullion.io`.
module io.mullion.engine {
    requires static transitive micrometer.core;
    requires transitive io.mullion.codegen;
    requires transitive org.agrona;
    requires transitive org.apache.arrow.memory.core;
    requires transitive org.apache.arrow.vector;
    requires HdrHistogram;
    requires jdk.jfr;
    requires org.apache.arrow.format;
    requires org.jctools.core;
    requires org.slf4j;

    exports io.mullion;
    exports io.mullion.io;
    exports io.mullion.metrics;
    exports io.mullion.spec;
}
