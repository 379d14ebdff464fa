#!/usr/bin/env bash
# Measures the relay: benchmark/relay.sh [-D<setting>=<value>…] [name…]; see README.md for the names. None is all.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn --batch-mode --quiet -Dmaven.test.skip -Dspotless.check.skip -Prelay-benchmarks -Dbenchmark.arguments="$*" -pl benchmark -am package
