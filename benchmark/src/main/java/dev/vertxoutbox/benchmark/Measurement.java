package dev.vertxoutbox.benchmark;

/** One measurement of the relay; it makes the rounds it needs and writes its {@link Result}. */
interface Measurement {
    void run(Bench bench);
}
