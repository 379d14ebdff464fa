#!/usr/bin/env bash
# Plants each bug of mutations/ in a copy of the fat jar and plays the short run against it. The run must find each; exits
# with 1 if it missed one. What it needs is built and given by:  mvn -Pmutations verify
#
#   fault-tests/mutations.sh CLASSPATH [NAME…]        all without a name; SEED=2 for another schedule
set -euo pipefail
cd "$(dirname "$0")/.."

classpath=$1
shift
jar=launcher/target/outbox.jar
work=fault-tests/target/mutations
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for patch in fault-tests/mutations/*.patch; do names+=("$(basename "$patch" .patch)"); done
fi

missed=0
for name in "${names[@]}"; do
    patch=fault-tests/mutations/$name.patch
    rm -rf "${work:?}/$name"
    mkdir -p "$work/$name/tree" "$work/$name/classes"
    git apply --numstat "$patch" | cut -f3 | while read -r file; do
        mkdir -p "$work/$name/tree/$(dirname "$file")"
        cp "$file" "$work/$name/tree/$file"
    done
    git apply --directory="$work/$name/tree" "$patch"
    # The jar holds all that the changed classes need.
    find "$work/$name/tree" -name '*.java' -print0 |
        xargs -0 javac -nowarn -proc:none -parameters --release 17 -cp "$jar" -d "$work/$name/classes"
    cp "$jar" "$work/$name/outbox.jar"
    jar --update --file "$work/$name/outbox.jar" -C "$work/$name/classes" .

    log=$work/$name/run.log
    java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dbasedir="$PWD/fault-tests" \
        -Doutbox.jar="$PWD/$work/$name/outbox.jar" -cp "$classpath" \
        dev.vertxoutbox.faults.Main 0 "${SEED:-1}" > "$log" 2>&1 || true
    if grep -q COMPLAINTS "$log"; then
        echo "found   $name: $(grep -A3 COMPLAINTS "$log" | tr '\n' ' ' | cut -c1-300)"
    elif grep -q '0 lost, 0 doubled, 0 reordered' "$log"; then
        echo "MISSED  $name"
        missed=1
    else
        echo "BROKEN  $name: the run did not come to its end, see $log"
        missed=1
    fi
done
exit $missed
