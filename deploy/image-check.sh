#!/usr/bin/env bash
# Builds the image and runs it as it is deployed: migrate, then flight, relay and payment, each as its own database user, read-only, not
# root, without capabilities, with 512 MiB and one processor, against PostgreSQL and ElasticMQ. Books a flight, waits until it is
# CONFIRMED, stops everything with SIGTERM, and prints start times, memory and size. Fails when one of that does not hold.
# Needs Docker, curl and the jar: mvn package -DskipTests
#   JDK_IMAGE, BASE_IMAGE, POSTGRES_IMAGE, SQS_IMAGE choose other images; MOST_START_MILLIS and
#   MOST_MB_BEYOND_BASE fail a slower start and a larger image.
set -euo pipefail
cd "$(dirname "$0")/.."

POSTGRES_IMAGE=${POSTGRES_IMAGE:-postgres:18}
SQS_IMAGE=${SQS_IMAGE:-softwaremill/elasticmq-native:1.7.1}
BASE_IMAGE=${BASE_IMAGE:-debian:13-slim}
MOST_MB_BEYOND_BASE=${MOST_MB_BEYOND_BASE:-130}
IMAGE=vertx-outbox:check
RUN=outbox-check-$$

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

remove() {
    docker rm --force --volumes "$RUN-flight" "$RUN-relay" "$RUN-payment" "$RUN-postgres" "$RUN-elasticmq" >/dev/null 2>&1 || true
    docker network rm "$RUN" >/dev/null 2>&1 || true
}
trap remove EXIT

# eventually SECONDS COMMAND...: until it succeeds
eventually() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}

build() {
    local arguments=()
    for name in JDK_IMAGE BASE_IMAGE POSTGRES_IMAGE; do
        [ -z "${!name:-}" ] || arguments+=(--build-arg "$name=${!name}")
    done
    docker build --file deploy/Dockerfile --target app --tag $IMAGE "${arguments[@]}" . || fail "the image cannot be built"
    local all base beyond
    all=$(docker image inspect --format '{{.Size}}' $IMAGE)
    base=$(docker image inspect --format '{{.Size}}' "$BASE_IMAGE")
    beyond=$(((all - base) / 1000000))
    echo "image: $beyond MB beyond its base"
    [ $beyond -le "$MOST_MB_BEYOND_BASE" ] || fail "the image has more than $MOST_MB_BEYOND_BASE MB beyond its base"
}

psql() {
    docker exec "$RUN-postgres" psql -h 127.0.0.1 -U postgres -v ON_ERROR_STOP=1 "$@"
}

start_servers() {
    docker network create "$RUN" >/dev/null
    docker run --detach --name "$RUN-postgres" --network "$RUN" --network-alias postgres -e POSTGRES_PASSWORD=postgres "$POSTGRES_IMAGE" >/dev/null
    docker run --detach --name "$RUN-elasticmq" --network "$RUN" --network-alias elasticmq \
        --volume "$PWD/deploy/elasticmq.conf:/opt/elasticmq.conf:ro" "$SQS_IMAGE" >/dev/null
    eventually 90 psql -c 'SELECT 1' || fail "PostgreSQL does not start"
    # As on Aurora, the owner is no superuser.
    psql -q -c "CREATE ROLE outbox_owner LOGIN CREATEROLE PASSWORD 'owner'" -c "CREATE DATABASE outbox OWNER outbox_owner"
}

# run ROLE USER PASSWORD OPTION...: a container as it is deployed; it is left to the caller whether to wait for its end
run() {
    local role=$1 user=$2 password=$3
    shift 3
    docker run --name "$RUN-$role" --network "$RUN" --read-only --tmpfs /tmp --memory 512m --cpus 1 --cap-drop ALL \
        --security-opt no-new-privileges \
        -e PGHOST=postgres -e PGDATABASE=outbox -e PGUSER="$user" -e PGPASSWORD="$password" -e PGSSLMODE=prefer -e LOG_FORMAT=json \
        -e AWS_REGION=local -e AWS_ENDPOINT_URL_SQS=http://elasticmq:9324 -e AWS_ACCESS_KEY_ID=x -e AWS_SECRET_ACCESS_KEY=x \
        -e FLIGHT_QUEUE_URL=http://elasticmq:9324/000000000000/flight-events.fifo \
        -e PAYMENT_QUEUE_URL=http://elasticmq:9324/000000000000/payment-events.fifo \
        "$@" $IMAGE "$role"
}

migrate() {
    run migrate outbox_owner owner --rm \
        -e FLIGHT_DATABASE_PASSWORD=f -e RELAY_DATABASE_PASSWORD=r -e PAYMENT_DATABASE_PASSWORD=p || fail "migrate exits with $?"
}

# millis ROLE: from the start of its container to its line with "ready"
millis() {
    local started ready
    started=$(date -d "$(docker inspect --format '{{.State.StartedAt}}' "$RUN-$1")" +%s%3N)
    ready=$(date -d "$(docker logs --timestamps "$RUN-$1" 2>/dev/null | sed -n '/ ready/{s/ .*//p;q}')" +%s%3N)
    echo $((ready - started))
}

is_ready() { docker logs "$RUN-$1" 2>&1 | grep -q "$1 ready"; }
is_healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$RUN-$1")" = healthy ]; }

start_role() {
    run "$1" "$1_service" "$2" --detach "${@:3}" >/dev/null
    eventually 90 is_ready "$1" || { docker logs "$RUN-$1" >&2; fail "$1 does not get ready"; }
    local taken
    taken=$(millis "$1")
    echo "$1: ready in $taken ms"
    [ "$taken" -le "${MOST_START_MILLIS:-60000}" ] || fail "$1 took longer than $MOST_START_MILLIS ms"
    [ "$(docker exec "$RUN-$1" id -u)" = 10001 ] || fail "$1 runs as another user than 10001"
    docker exec "$RUN-$1" touch /app/x 2>/dev/null && fail "$1 can write to its file system"
    return 0
}

book() {
    curl --fail --silent --show-error "$API/api/flights" -H 'Content-Type: application/json' -d '{
        "departureAirport": "Paris", "arrivalAirport": "London",
        "departureDateTime": "2027-03-01T09:00:00Z", "arrivalDateTime": "2027-03-01T10:15:00Z",
        "fare": {"amount": 120, "currency": "EUR"}}' | sed -E 's/.*"id":"([^"]+)".*/\1/'
}

is_confirmed() { curl --fail --silent "$API/api/flights/$1" | grep -q CONFIRMED; }

stop_role() {
    local before=$SECONDS
    docker stop --time 40 "$RUN-$1" >/dev/null
    local code
    code=$(docker inspect --format '{{.State.ExitCode}}' "$RUN-$1")
    [ "$code" = 0 ] || { docker logs --tail 20 "$RUN-$1" >&2; fail "$1 exits with $code after SIGTERM"; }
    echo "$1: SIGTERM, exit 0 after $((SECONDS - before)) s"
}

build
start_servers
migrate
start_role relay r
start_role payment p
start_role flight f --publish 127.0.0.1::8080
API=http://$(docker port "$RUN-flight" 8080 | head -1)
booking=$(book)
eventually 30 is_confirmed "$booking" || fail "booking $booking is not CONFIRMED"
echo "booking $booking: CONFIRMED"
for role in flight relay payment; do
    eventually 60 is_healthy $role || fail "$role is not healthy"
    echo "$role: healthy, $(docker stats --no-stream --format '{{.MemUsage}}' "$RUN-$role")"
done
for role in flight payment relay; do stop_role $role; done
echo "image check: OK"
