package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// A method that keeps an object from the garbage collector until it returns.
final class HeldReturns {
    private final Code.Value held;

    private HeldReturns(Code.Value held) {
        this.held = held;
    }

    // int returned = filterAll(in, from, to, out, progress);
    // Reference.reachabilityFence(this);
    // return returned;
    static Code.Method of(Code.Method method, Code.Value held) {
        return new Code.Method(
                method.open(),
                method.name(),
                method.parameters(),
                method.returns(),
                new HeldReturns(held).statements(method.body()));
    }

    private List<Code.Statement> statements(List<Code.Statement> statements) {
        List<Code.Statement> result = new ArrayList<>();
        for (Code.Statement statement : statements) {
            switch (statement) {
                case Code.Return it -> addReturn(it, result);
                case Code.If it ->
                    result.add(new Code.If(it.test(), statements(it.then()), statements(it.otherwise())));
                case Code.While it -> result.add(new Code.While(it.test(), statements(it.body())));
                case Code.Let _, Code.Assign _, Code.Put _, Code.Do _, Code.Note _ -> result.add(statement);
            }
        }
        return result;
    }

    private void addReturn(Code.Return it, List<Code.Statement> result) {
        Code.Do fence = new Code.Do(new Code.Call(
                null,
                Types.of(Reference.class),
                false,
                "reachabilityFence",
                CD_void,
                List.of(CD_Object),
                List.of(held)));
        if (it.value() == null) {
            result.add(fence);
            result.add(it);
            return;
        }
        Code.Var returned = new Code.Var("returned", it.value().type());
        result.add(new Code.Let(returned, it.value()));
        result.add(fence);
        result.add(new Code.Return(returned));
    }
}
