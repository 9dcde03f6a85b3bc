/// Typed expressions and aggregate algebra in, kernels over columns out. Knows no streams, windows, threads, pools or
/// Arrow.
@SuppressWarnings("module") // the engine is compiled later
module io.mullion.codegen {
    requires static jdk.incubator.vector;
    requires org.slf4j;
    requires re2j;

    exports io.mullion.expr;
    exports io.mullion.codegen;
    exports io.mullion.routine to
            io.mullion.engine;
}
