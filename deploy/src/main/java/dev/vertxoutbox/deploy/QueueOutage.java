package dev.vertxoutbox.deploy;

import software.amazon.awscdk.services.sqs.Queue;

/**
 * The outage of the walkthrough: a policy that denies sending to the queue. Ending it sets the policy that the stack
 * has given the queue, which refuses calls without TLS.
 */
record QueueOutage(Queue queue, String region) {
    private static final String NO_TLS =
            statement("{\"AWS\":\"*\"}", "sqs:*", ",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}");
    private static final String NO_SENDING = statement("\"*\"", "sqs:SendMessage", "");

    private static String statement(String principal, String action, String more) {
        return "{\"Effect\":\"Deny\",\"Principal\":%s,\"Action\":\"%s\",\"Resource\":\"@ARN@\"%s}"
                .formatted(principal, action, more);
    }

    /** The command that takes the queue down for senders. */
    String begin() {
        return command(NO_TLS + "," + NO_SENDING);
    }

    /** The command that brings it back. */
    String end() {
        return command(NO_TLS);
    }

    private String command(String statements) {
        String policy =
                "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements.replace("@ARN@", queue.getQueueArn()) + "]}";
        return "aws sqs set-queue-attributes --region %s --queue-url %s --attributes '{\"Policy\":\"%s\"}'"
                .formatted(region, queue.getQueueUrl(), policy.replace("\"", "\\\""));
    }
}
