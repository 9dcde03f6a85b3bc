package io.mullion.codegen;

import io.mullion.expr.Expr;
import java.util.List;

/// The kernels of one expression, one for each form of calls: of all rows or of a selection, with groups or without.
/// Each has the loops of its own form and hands other calls on to the others, which are generated when the first such
/// call comes: most never do.
///
/// That first call takes as long as a kernel of a new shape, on the thread that makes it. Large expressions, which may
/// be refused, have all their kernels made at once.
///
/// *Thread*: any. Kernels have final fields only, and so have those that hold them: a thread that does not see one yet
/// asks again under the lock.
final class Forms<K> {
    /// Whether all fits one class is known of smaller expressions.
    private static final int LARGE = 500;

    /// Makes the kernel of a form.
    interface Generator<K> {
        Compiled<K> generate(Forms<K> forms, int form);
    }

    private final List<Expr> expressions;
    private final Generator<K> generator;
    private final Compiled<?>[] made;

    private Forms(int count, List<Expr> expressions, Generator<K> generator) {
        this.expressions = expressions;
        this.generator = generator;
        this.made = new Compiled<?>[count];
    }

    /// A kernel for calls of any form.
    ///
    /// @param count of forms
    /// @param expressions what is compiled
    /// @param typed what they are checked to be
    /// @param likely the form that is generated now
    static <K> Compiled<K> of(
            int count, List<Expr> expressions, List<Typed> typed, int likely, Generator<K> generator) {
        Forms<K> forms = new Forms<>(count, expressions, generator);
        int nodes = 0;
        for (Typed expression : typed) {
            nodes += expression.facts().nodes();
        }
        if (nodes > LARGE) {
            forms.makeAll();
        }
        // The caller has the stack for it.
        if (forms.made[likely] == null) {
            forms.made[likely] = generator.generate(forms, likely);
        }
        return forms.make(likely).in(forms);
    }

    void makeAll() {
        for (int form = 0; form < made.length; form++) {
            make(form);
        }
    }

    /// For generated code.
    Object kernel(int form) {
        Compiled<?> known = made[form];
        return (known == null ? make(form) : known).kernel();
    }

    private synchronized Compiled<K> make(int form) {
        if (made[form] == null) {
            made[form] = Complexity.compile(expressions, () -> generator.generate(this, form));
        }
        @SuppressWarnings("unchecked") // of this generator
        Compiled<K> kernel = (Compiled<K>) made[form];
        return kernel;
    }

    /// Of all that are made.
    synchronized String listing() {
        StringBuilder text = new StringBuilder();
        for (Compiled<?> kernel : made) {
            if (kernel != null) {
                text.append(kernel.listing());
            }
        }
        return text.toString();
    }
}
