package dev.vertxoutbox.outbox;

import java.util.Set;

/**
 * Which events of a group of lanes to claim; bounded in rows and in bytes.
 *
 * @param lanes the lanes
 * @param floors where to begin to read
 * @param exceptSubjects subjects whose events are left alone
 * @param maxEventsPerLane at most so many events of each lane, at least 1
 * @param maxBytes no further event once the payloads before it have so many bytes: memory stays bounded by this plus one
 *     event, which always comes, whatever its size
 */
public record Claim(LaneGroup lanes, Floors floors, Set<String> exceptSubjects, int maxEventsPerLane, long maxBytes) {}
