package dev.vertxoutbox.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares what those processes hold that live through the whole run, after it and before. */
final class Leaks {
    private final Cluster cluster;
    private final Map<String, Resources> before;

    /** Now is before. */
    Leaks(Cluster cluster) {
        this.cluster = cluster;
        this.before = now();
    }

    /** What has grown, with a line for each process on standard output. */
    List<Complaint> complaints() {
        List<Complaint> complaints = new ArrayList<>();
        now().forEach((name, now) -> {
            Resources then = before.get(name);
            if (then != null && then.pid() == now.pid()) {
                System.out.println(name + " held " + then + "; holds " + now);
                now.growthSince(then).forEach(grown -> complaints.add(Complaint.of(name + ": " + grown)));
            }
        });
        return complaints;
    }

    private Map<String, Resources> now() {
        Map<String, Resources> resources = new LinkedHashMap<>();
        if (Resources.areKnown()) {
            cluster.instances().stream()
                    .filter(instance -> instance.name().endsWith("-1"))
                    .forEach(instance -> resources.put(instance.name(), Resources.of(instance)));
        }
        return resources;
    }
}
