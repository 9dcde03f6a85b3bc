package io.mullion.codegen;

import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The constants of a class file, each once.
///
/// *Source*: Java Virtual Machine Specification, 4.4.
final class ConstantPool {
    private static final int UTF8 = 1;
    private static final int INTEGER = 3;
    private static final int FLOAT = 4;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;
    private static final int METHOD_HANDLE = 15;
    private static final int DYNAMIC = 17;
    private static final int INVOKE_STATIC = 6;
    private static final int MAX_COUNT = 65_535;

    /// A field or a method, and another one of the same name.
    ///
    /// @param call of the method; null of a field
    private record Member(ClassDesc owner, ClassDesc type, Code.Call call, int index, Member next) {}

    private final Bytes bytes = new Bytes();
    private final Map<String, Integer> texts = new HashMap<>();
    private final Map<String, Integer> classes = new HashMap<>();
    /// By tag and what follows it.
    private final Map<Long, Integer> pairs = new HashMap<>();
    /// By name. What a member is made of is looked at where it first occurs.
    private final Map<String, Member> members = new HashMap<>();
    private final Map<Object, Integer> numbers = new HashMap<>();
    private final Bytes bootstraps = new Bytes();
    private int bootstrapCount;
    private int count = 1;

    int text(String text) {
        Integer known = texts.get(text);
        if (known != null) {
            return known;
        }
        bytes.u1(UTF8);
        byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
        if (plain(encoded)) {
            bytes.u2(encoded.length).append(encoded, encoded.length);
        } else {
            Bytes modified = modified(text);
            if (modified.length() > MAX_COUNT) {
                throw new IllegalArgumentException("text of " + text.length() + " characters");
            }
            bytes.u2(modified.length()).append(modified);
        }
        int index = next(1);
        texts.put(text, index);
        return index;
    }

    /// Whether each character is a byte of its own, the same as in the class file. A question mark may stand for one
    /// that has no byte.
    private static boolean plain(byte[] encoded) {
        for (byte letter : encoded) {
            if (letter <= 0 || letter == '?') {
                return false;
            }
        }
        return encoded.length <= MAX_COUNT;
    }

    /// Nothing is a zero byte, and characters beyond 16 bits are two of three bytes each.
    ///
    /// *Source*: Java Virtual Machine Specification, 4.4.7.
    private static Bytes modified(String text) {
        Bytes encoded = new Bytes();
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter != 0 && letter < 0x80) {
                encoded.u1(letter);
            } else if (letter < 0x800) {
                encoded.u1(0xc0 | letter >> 6).u1(0x80 | letter & 0x3f);
            } else {
                encoded.u1(0xe0 | letter >> 12).u1(0x80 | letter >> 6 & 0x3f).u1(0x80 | letter & 0x3f);
            }
        }
        return encoded;
    }

    int type(ClassDesc type) {
        String descriptor = type.descriptorString();
        Integer known = classes.get(descriptor);
        if (known != null) {
            return known;
        }
        int name = text(type.isArray() ? descriptor : descriptor.substring(1, descriptor.length() - 1));
        bytes.u1(CLASS).u2(name);
        int index = next(1);
        classes.put(descriptor, index);
        return index;
    }

    int string(String value) {
        return pair(STRING, text(value), -1);
    }

    int number(Object value) {
        Integer known = numbers.get(value);
        if (known != null) {
            return known;
        }
        int slots = 1;
        if (value instanceof Integer it) {
            bytes.u1(INTEGER).u4(it);
        } else if (value instanceof Float it) {
            bytes.u1(FLOAT).u4(Float.floatToRawIntBits(it));
        } else if (value instanceof Long it) {
            bytes.u1(LONG).u8(it);
            slots = 2;
        } else {
            bytes.u1(DOUBLE).u8(Double.doubleToRawLongBits((Double) value));
            slots = 2;
        }
        int index = next(slots);
        numbers.put(value, index);
        return index;
    }

    int field(ClassDesc owner, String name, ClassDesc type) {
        Member first = members.get(name);
        for (Member it = first; it != null; it = it.next()) {
            if (it.call() == null && same(it.owner(), owner) && same(it.type(), type)) {
                return it.index();
            }
        }
        int index = pair(FIELD, type(owner), pair(NAME_AND_TYPE, text(name), text(type.descriptorString())));
        members.put(name, new Member(owner, type, null, index, first));
        return index;
    }

    int method(Code.Call call) {
        Member first = members.get(call.name());
        for (Member it = first; it != null; it = it.next()) {
            if (it.call() != null && same(it.call(), call)) {
                return it.index();
            }
        }
        int what = pair(NAME_AND_TYPE, text(call.name()), text(descriptor(call)));
        int index = pair(call.ofInterface() ? INTERFACE_METHOD : METHOD, type(call.owner()), what);
        members.put(call.name(), new Member(call.owner(), call.type(), call, index, first));
        return index;
    }

    private static boolean same(Code.Call one, Code.Call other) {
        int parameters = one.arguments().size();
        if (parameters != other.arguments().size()
                || !same(one.owner(), other.owner())
                || !same(one.type(), other.type())) {
            return false;
        }
        for (int i = 0; i < parameters; i++) {
            if (!same(one.parameter(i), other.parameter(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(ClassDesc one, ClassDesc other) {
        return one == other || one.equals(other);
    }

    private static String descriptor(Code.Call call) {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < call.arguments().size(); i++) {
            text.append(call.parameter(i).descriptorString());
        }
        return text.append(')').append(call.type().descriptorString()).toString();
    }

    /// An object that the class is defined with, by [java.lang.invoke.MethodHandles#classDataAt].
    int classData(int object, ClassDesc type) {
        int what = pair(
                NAME_AND_TYPE,
                text("classDataAt"),
                text(
                        "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;I)Ljava/lang/Object;"));
        int method = pair(METHOD, type(Types.of(java.lang.invoke.MethodHandles.class)), what);
        long key = (long) METHOD_HANDLE << 56 | method;
        Integer handle = pairs.get(key);
        if (handle == null) {
            bytes.u1(METHOD_HANDLE).u1(INVOKE_STATIC).u2(method);
            handle = next(1);
            pairs.put(key, handle);
        }
        int argument = number(object);
        int constant = pair(NAME_AND_TYPE, text("_"), text(type.descriptorString()));
        long place = (long) DYNAMIC << 56 | (long) argument << 28 | constant;
        Integer known = pairs.get(place);
        if (known != null) {
            return known;
        }
        bootstraps.u2(handle).u2(1).u2(argument);
        bytes.u1(DYNAMIC).u2(bootstrapCount++).u2(constant);
        int index = next(1);
        pairs.put(place, index);
        return index;
    }

    /// @param second -1 if there is none
    private int pair(int tag, int first, int second) {
        long key = (long) tag << 56 | (long) first << 28 | second + 1;
        Integer known = pairs.get(key);
        if (known != null) {
            return known;
        }
        bytes.u1(tag).u2(first);
        if (second >= 0) {
            bytes.u2(second);
        }
        int index = next(1);
        pairs.put(key, index);
        return index;
    }

    private int next(int slots) {
        int index = count;
        count += slots;
        if (count > MAX_COUNT) {
            throw new IllegalArgumentException("more than " + MAX_COUNT + " constants");
        }
        return index;
    }

    /// The attribute of the class that the constants of [#classData] need, if there are any. Adds its name.
    Bytes attributes() {
        Bytes attributes = new Bytes();
        if (bootstrapCount == 0) {
            return attributes.u2(0);
        }
        return attributes
                .u2(1)
                .u2(text("BootstrapMethods"))
                .u4(2 + bootstraps.length())
                .u2(bootstrapCount)
                .append(bootstraps);
    }

    void writeTo(Bytes file) {
        file.u2(count).append(bytes);
    }
}
