package io.mullion.codegen;

import io.mullion.expr.UserFunction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/// Code that calls a function of the user's: the one abstract method of its interface, on an object that the JIT knows
/// and so can inline.
final class UserCall {
    private UserCall() {}

    static Code.Value of(Code.Value function, UserFunction called, List<Code.Value> arguments) {
        Method method = method(called.contract());
        List<ClassDesc> parameters =
                Arrays.stream(method.getParameterTypes()).map(Types::of).toList();
        return new Code.Call(
                function,
                Types.of(called.contract()),
                true,
                method.getName(),
                Types.of(method.getReturnType()),
                parameters,
                arguments);
    }

    private static Method method(Class<?> contract) {
        return Arrays.stream(contract.getMethods())
                .filter(it -> Modifier.isAbstract(it.getModifiers()))
                .findFirst()
                .orElseThrow();
    }
}
