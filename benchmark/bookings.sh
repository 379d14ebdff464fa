#!/usr/bin/env bash
# Measures the booking API: benchmark/bookings.sh [-D<setting>=<value>…] [name…]; see README.md for the names. None is all.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn --batch-mode --quiet -Dmaven.test.skip -Dspotless.check.skip -Pbooking-benchmarks -Dbenchmark.arguments="$*" -pl benchmark -am package
