package io.mullion.codegen;

import io.mullion.routine.Hashing;
import java.util.HashMap;
import java.util.Map;

/// Code of [Hashing] in lanes of 64 bits, written out.
///
/// As methods of ours these would be calls once the JIT has compiled them by themselves, which it does in a process
/// that hashes many keys; and the vectors of a call are objects (KernelGarbage: 75 bytes a row).
///
/// The multiplication of 64-bit lanes is one instruction where the CPU has AVX-512DQ (or SVE). Below that the JIT makes
/// it of three 32-bit multiplications with shifts and additions.
final class HashVectors {
    private final Body prologue;
    private final VectorCalls calls;
    private final Map<String, Code.Var> constants = new HashMap<>();

    /// @param prologue where constants are made
    HashVectors(Body prologue, VectorCalls calls) {
        this.prologue = prologue;
        this.calls = calls;
    }

    VectorCalls calls() {
        return calls;
    }

    // LongVector hash = values.lanewise(LSHR, 32L).lanewise(XOR, values).mul(golden);
    Code.Var int64(Body body, Code.Value values) {
        Code.Value mixed = calls.xor(calls.shift(values, "LSHR", Integer.SIZE), values);
        return body.let("hash", calls.lanewise(mixed, "mul", golden()));
    }

    // DoubleVector zeroed = values.add(zero);
    // LongVector bits = zeroed.reinterpretAsLongs().blend(nan, zeroed.compare(NE, zeroed));
    Code.Var float64(Body body, Code.Value values) {
        Code.Value zero = constant("zero", Values.float64(0.0));
        Code.Value nan = constant("nan", Values.int64(Double.doubleToLongBits(Double.NaN)));
        Code.Var zeroed = body.let("zeroed", calls.lanewise(values, "add", zero));
        Code.Value bits = calls.blend(calls.asLongs(zeroed), nan, calls.compare(zeroed, "NE", zeroed));
        return int64(body, body.let("bits", bits));
    }

    // LongVector product = hash.lanewise(ROL, 23L).lanewise(XOR, next).mul(golden);
    // LongVector hash2 = product.lanewise(XOR, product.lanewise(LSHR, 29L));
    Code.Var combine(Body body, Code.Value hash, Code.Value next) {
        Code.Value mixed = calls.xor(calls.shift(hash, "ROL", Hashing.TURN), next);
        Code.Var product = body.let("product", calls.lanewise(mixed, "mul", golden()));
        return body.let("hash", calls.xor(product, calls.shift(product, "LSHR", Hashing.FOLD)));
    }

    /// The hashes where the lane is valid, and the hash of null elsewhere.
    Code.Value orNull(Code.Value hash, Code.Value valid) {
        return calls.blend(constant("nullHash", Values.int64(Hashing.NULL)), hash, valid);
    }

    private Code.Value golden() {
        return constant("golden", Values.int64(Hashing.GOLDEN));
    }

    private Code.Var constant(String name, Code.Value scalar) {
        Code.Var known = constants.get(name);
        if (known == null) {
            known = prologue.let(name, calls.broadcast(scalar));
            constants.put(name, known);
        }
        return known;
    }
}
