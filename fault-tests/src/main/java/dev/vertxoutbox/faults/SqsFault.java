package dev.vertxoutbox.faults;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What becomes of requests to SQS and their answers. */
@FunctionalInterface
interface SqsFault {
    /** Nothing goes wrong. */
    SqsFault NONE = SqsCall::pass;

    /** {@return what the caller gets, or null for a connection that is closed without an answer} */
    @Nullable
    SqsReply reply(SqsCall call) throws IOException;
}
