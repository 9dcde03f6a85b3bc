/// Types, schemas and expressions: what a user writes about columns, as immutable values.
///
/// Nothing here computes. Expressions are checked against a schema and turned into loops by `io.mullion.codegen`; their
/// text is what error messages, plans and listings show. Everything may be shared between threads.
package io.mullion.expr;
