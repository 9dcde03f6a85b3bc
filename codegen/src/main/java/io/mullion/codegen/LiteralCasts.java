package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.routine.DecimalRules;
import io.mullion.routine.Failure;
import io.mullion.routine.Literals;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Scratch;
import io.mullion.routine.TextLiteral;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Casts of literals, computed when the pipeline is built by the routines that would compute them for each row.
final class LiteralCasts {
    /// The literal has no value of the type.
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Failure failure;

        Unfit(Failure failure) {
            super(failure.text(), null, false, false);
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    private LiteralCasts() {}

    /// @param cast of constants, by conversions and calls of routines only
    /// @return a value as in [io.mullion.expr.Expr.Literal]; null of null
    static Object value(Typed cast) throws Unfit {
        return switch (cast) {
            case Typed.Constant it -> it.value();
            case Typed.Convert it -> converted(value(it.input()), it.type());
            case Typed.Call it -> called(it);
            case Typed.Column _,
                    Typed.Arithmetic _,
                    Typed.Unary _,
                    Typed.Comparison _,
                    Typed.Logic _,
                    Typed.Not _,
                    Typed.IsNull _,
                    Typed.Choose _,
                    Typed.Known _,
                    Typed.Apply _ -> throw new IllegalStateException("no cast of a literal: " + cast);
        };
    }

    private static Object converted(Object value, DataType type) {
        return switch (value) {
            case Long number when type instanceof DataType.Float32 -> (double) number.floatValue();
            case Long number when type instanceof DataType.Float64 -> number.doubleValue();
            case String text
            when type instanceof DataType.Binary ->
                ByteBuffer.wrap(Literals.utf8(text)).asReadOnlyBuffer();
            case null, default -> value;
        };
    }

    private static Object called(Typed.Call it) throws Unfit {
        List<Object> inputs = new ArrayList<>();
        for (Typed input : it.inputs()) {
            Object value = value(input);
            if (value == null) {
                return null;
            }
            inputs.add(value);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(it.makesText() ? Scratch.TEXT_BYTES : 1, Long.BYTES);
            RawMemory.track(memory.address(), memory.byteSize());
            try {
                Scratch scratch = new Scratch();
                scratch.use(memory.address(), memory.byteSize());
                return called(it, inputs, scratch);
            } finally {
                RawMemory.untrack(memory.address());
            }
        }
    }

    private static Object called(Typed.Call it, List<Object> inputs, Scratch scratch) throws Unfit {
        List<Object> arguments = new ArrayList<>();
        List<TextLiteral> texts = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            addWords(inputs.get(i), it.inputs().get(i).type(), arguments, texts);
        }
        arguments.addAll(it.constants());
        if (it.routine().takesScratch()) {
            arguments.add(scratch);
        }
        Object first = it.routine().invoke(arguments);
        if (scratch.failed()) {
            throw new Unfit(scratch.takeFailure());
        }
        Object value = ofWords(first, scratch.second, it.type());
        Reference.reachabilityFence(texts);
        return value;
    }

    private static void addWords(Object value, DataType type, List<Object> words, List<TextLiteral> texts) {
        switch (type) {
            case DataType.Bool _, DataType.Int64 _, DataType.Timestamp _, DataType.Float64 _ -> words.add(value);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ ->
                words.add(((Long) value).intValue());
            case DataType.Float32 _ -> words.add(((Double) value).floatValue());
            case DataType.Decimal _ -> {
                Typed.Constant decimal = new Typed.Constant(value, type);
                words.add(DecimalRules.high(decimal.unscaled()));
                words.add(DecimalRules.low(decimal.unscaled()));
            }
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ -> {
                TextLiteral text = new TextLiteral(Literals.bytes(value));
                texts.add(text);
                words.add(text.address);
                words.add(text.length);
            }
        }
    }

    private static Object ofWords(Object first, long second, DataType type) {
        return switch (type) {
            case DataType.Bool _, DataType.Int64 _, DataType.Timestamp _, DataType.Float64 _ -> first;
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Date32 _ -> ((Number) first).longValue();
            case DataType.Float32 _ -> ((Number) first).doubleValue();
            case DataType.Decimal decimal -> JavaDecimals.of((Long) first, second, decimal.scale());
            case DataType.Utf8 _ -> new String(bytes((Long) first, (int) second), StandardCharsets.UTF_8);
            case DataType.Binary _, DataType.ListOf _ ->
                ByteBuffer.wrap(bytes((Long) first, (int) second)).asReadOnlyBuffer();
        };
    }

    private static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copy(address, bytes, 0, length);
        return bytes;
    }
}
