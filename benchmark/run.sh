#!/usr/bin/env bash
# Measures: benchmark/run.sh [-D<setting>=<value>…] name…|quick|all|report; see README.md for the names.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn --batch-mode --quiet -Dmaven.test.skip -Dspotless.check.skip -Pbenchmark -Dbenchmark.arguments="$*" -pl benchmark -am package
