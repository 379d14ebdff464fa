#!/usr/bin/env bash
# Measures a booking from its request to CONFIRMED, and its 201 with the queue up and down; see README.md.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn --batch-mode --quiet -DskipTests -Dspotless.check.skip -Pbooking-to-confirmed -pl benchmark -am package
