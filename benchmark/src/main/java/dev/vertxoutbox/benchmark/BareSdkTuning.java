package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What the bare SDK is run with: where several settings are named, those that are the fastest on this machine in this run. */
final class BareSdkTuning {
    private final String parallelName;
    private final List<Choice> choices;
    private final JsonArray tried = new JsonArray();
    private Choice fastest;

    /**
     * Settings of the bare SDK.
     *
     * @param parallel requests at a time
     * @param threads of its client
     */
    record Choice(int parallel, int threads) {}

    /**
     * Takes what is named: threads are those of {@code sdkThreads}.
     *
     * @param parallelSetting names the setting that has the requests at a time
     * @param parallelName names them in the result
     */
    BareSdkTuning(String parallelSetting, String parallelName) {
        this.parallelName = parallelName;
        int[] parallel = Settings.list(parallelSetting, "128");
        this.choices = Arrays.stream(Settings.list("sdkThreads", "1"))
                .boxed()
                .flatMap(threads -> Arrays.stream(parallel).mapToObj(each -> new Choice(each, threads)))
                .toList();
        this.fastest = choices.get(0);
    }

    /** Tries them all, if there is something to choose. */
    void choose(Function<Choice, Round> attempt) {
        if (choices.size() == 1) {
            return;
        }
        double most = 0;
        for (Choice choice : choices) {
            Round round = attempt.apply(choice);
            JsonObject json = round.toJson().mergeIn(toJson(choice));
            tried.add(json);
            System.out.println(json.encode());
            if (round.eventsPerSecond() > most) {
                most = round.eventsPerSecond();
                fastest = choice;
            }
        }
    }

    Choice fastest() {
        return fastest;
    }

    /** The choice, and what was tried. */
    JsonObject toJson() {
        return toJson(fastest).put("tried", tried);
    }

    private JsonObject toJson(Choice choice) {
        return new JsonObject().put(parallelName, choice.parallel()).put("threads", choice.threads());
    }
}
