# What examples/run and bench/run share: find a JDK 25, build what is missing, start a main. Sourced; speaks on standard
# error only, so that standard output is the program's own. Works in the bash 3.2 of macOS, too.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# Says one line and ends.
fail() {
    printf '%s: %s\n' "$self" "$1" >&2
    exit 2
}

# Sets $jdk to the home of the first JDK 25 of: JAVA_HOME, the java on the PATH, the folders where JDKs are installed.
find_jdk() {
    local home
    for home in "${JAVA_HOME:-}" "$(home_of_java_on_path)" /usr/lib/jvm/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* \
        "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_jdk_25 "$home"; then
            jdk=$home
            return
        fi
    done
    fail "a JDK 25 is needed, and none was found: install one (Eclipse Temurin, for example), or set JAVA_HOME to it"
}

home_of_java_on_path() {
    local java
    java=$(command -v java) || return 0
    while [ -L "$java" ]; do
        local target
        target=$(readlink "$java")
        case $target in
            /*) java=$target ;;
            *) java=$(dirname "$java")/$target ;;
        esac
    done
    dirname "$(dirname "$java")"
}

# Reads the file `release` that every JDK has: starting each JVM to ask would take longer than the program.
is_jdk_25() {
    local line
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'*) return 0 ;;
        esac
    done <"$1/release"
    return 1
}

# Sets $classpath to what the last of the modules runs with, and builds first, all at once, those of which a source is
# newer than their last build.
build() {
    local module
    local target
    local profile=()
    local late=
    for module in "$@"; do
        up_to_date "$module" || late=${late:+$late,}$module
        case $module in
            bench/peers/*) profile=(-Ppeers) ;;
        esac
    done
    target=$root/$module/target
    if [ -n "$late" ]; then
        command -v mvn >/dev/null || fail "Maven is needed to build, and there is no mvn on the PATH"
        mkdir -p "$target" || fail "cannot write to $target"
        # One build at a time: two that write the same classes would break each other.
        if command -v flock >/dev/null; then
            exec 9>"$target/run.lock"
            flock 9
        fi
        late=
        for module in "$@"; do
            up_to_date "$module" || late=${late:+$late,}$module
        done
        if [ -n "$late" ]; then
            printf 'building...\n' >&2
            touch "$target/run.start"
            if ! (cd "$root" && JAVA_HOME=$jdk mvn -q ${profile[@]+"${profile[@]}"} -DskipTests -Dformat.skip=true \
                -pl "$late" -am compile) \
                >"$target/run.log" 2>&1 </dev/null; then
                cat "$target/run.log" >&2
                fail "the build failed"
            fi
            for module in ${late//,/ }; do
                touch -r "$target/run.start" "$root/$module/target/run.built"
            done
            rm "$target/run.start"
        fi
        exec 9>&-
    fi
    classpath=$target/classes:$(<"$target/classpath")
}

# A folder's time tells of files that are gone. What the class path names may have been cleaned away.
up_to_date() {
    local target=$root/$1/target
    local entry
    [ -f "$target/run.built" ] && [ -f "$target/classpath" ] && [ -d "$target/classes" ] || return 1
    local IFS=:
    for entry in $(<"$target/classpath"); do
        [ -e "$entry" ] || return 1
    done
    local sources="codegen/pom.xml codegen/src/main engine/pom.xml engine/*/pom.xml engine/*/src/main"
    # The other engines know nothing of this one.
    case $1 in
        bench) sources="$sources bench/common/pom.xml bench/common/src/main" ;;
        bench/peers/*) sources="bench/peers/pom.xml bench/common/pom.xml bench/common/src/main" ;;
    esac
    IFS=' '
    # shellcheck disable=SC2086
    [ -z "$(cd "$root" && find pom.xml $sources "$1/pom.xml" "$1/src/main" -newer "$target/run.built" 2>/dev/null)" ]
}

# The JVM's flags, from the one place where they are written.
jvm_flags() {
    sed -n 's:.*<jvm.flags>\(.*\)</jvm.flags>.*:\1:p' "$root/pom.xml"
}

# Becomes the JVM, so that signals reach it: start MAIN [ARGUMENT...]. JAVA_OPTS adds flags.
start() {
    # shellcheck disable=SC2046,SC2086
    exec "$jdk/bin/java" $(jvm_flags) ${JAVA_OPTS:-} -cp "$classpath" "$@"
}
