package dev.vertxoutbox.launcher;

import java.io.Serial;

/** A call that cannot be answered as asked, for a reason to be told. */
public final class ProblemException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    /** @param detail what was wrong and what to do */
    public ProblemException(int status, String detail) {
        super(detail, null, false, false);
        this.problem = new Problem(status, detail);
    }

    Problem problem() {
        return problem;
    }
}
