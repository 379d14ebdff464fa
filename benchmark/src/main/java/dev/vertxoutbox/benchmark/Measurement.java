package dev.vertxoutbox.benchmark;

/** One measurement; it makes the rounds it needs and writes its {@link Result}. */
interface Measurement {
    void run(Bench bench);
}
