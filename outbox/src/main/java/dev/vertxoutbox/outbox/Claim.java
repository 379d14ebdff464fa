package dev.vertxoutbox.outbox;

import java.util.Set;

/**
 * Which events of a lane to claim; bounded in rows and in bytes.
 *
 * @param lane the lane
 * @param floors where to begin to read
 * @param exceptSubjects subjects whose events are left alone
 * @param maxEvents at most so many events, at least 1
 * @param maxBytes no further event once the payloads before it have so many bytes: memory stays bounded by this plus one
 *     event, which always comes, whatever its size
 */
public record Claim(Lane lane, Floors floors, Set<String> exceptSubjects, int maxEvents, long maxBytes) {}
