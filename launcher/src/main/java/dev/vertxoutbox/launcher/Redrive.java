package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Moves dead letters back: SQS does it itself where it can. Where it knows no such task, or has not begun within a few
 * seconds, each message is received, sent and deleted. One redrive of a queue at a time.
 */
final class Redrive {
    private static final Logger log = LoggerFactory.getLogger(Redrive.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final int LOOKS = 5;
    private static final Set<String> NO_SUCH_OPERATION = Set.of(
            "InvalidAction", "UnknownOperation", "UnknownOperationException", "NotImplemented", "UnsupportedOperation");

    private final Vertx vertx;
    private final SqsAsyncClient sqs;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    Redrive(Vertx vertx, SqsAsyncClient sqs) {
        this.vertx = vertx;
        this.sqs = sqs;
    }

    /** What was begun: an empty handle where SQS does not do it by itself. */
    record Begun(int deadLetters, String taskHandle) {}

    /** Begins, and goes on in the background; fails with a 409 while an earlier one runs. */
    Future<Begun> begin(DeadLetterQueue deadLetters) {
        if (!running.add(deadLetters.arn())) {
            return Future.failedFuture(new ProblemException(409, "Dead letters of this queue are being moved"));
        }
        return deadLetters
                .depth()
                .compose(depth -> start(deadLetters)
                        .onSuccess(handle ->
                                goOn(deadLetters, depth, handle).onComplete(done -> running.remove(deadLetters.arn())))
                        .map(handle -> new Begun(depth, handle)))
                .onFailure(failure -> running.remove(deadLetters.arn()));
    }

    /** Names the destination: a message that was put into the dead-letter queue by hand has no source to return to. */
    private Future<String> start(DeadLetterQueue deadLetters) {
        return deadLetters
                .call(sqs.startMessageMoveTask(
                        move -> move.sourceArn(deadLetters.arn()).destinationArn(deadLetters.sourceArn())))
                .map(task -> String.valueOf(task.taskHandle()))
                .recover(failure ->
                        isUnknownOperation(failure) ? Future.succeededFuture("") : Future.failedFuture(failure));
    }

    private static boolean isUnknownOperation(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof SqsException refused
                && (refused.statusCode() == 501
                        || (refused.awsErrorDetails() != null
                                && NO_SUCH_OPERATION.contains(
                                        refused.awsErrorDetails().errorCode())));
    }

    private Future<Integer> goOn(DeadLetterQueue deadLetters, int depth, String handle) {
        Future<Boolean> moves =
                handle.isEmpty() || depth == 0 ? Future.succeededFuture(depth == 0) : moves(deadLetters, LOOKS);
        return moves.compose(itDoes -> itDoes ? Future.succeededFuture(0) : copy(deadLetters, depth, handle))
                .onSuccess(copied -> log.atInfo()
                        .addKeyValue("queue", deadLetters.arn())
                        .addKeyValue("deadLetters", depth)
                        .addKeyValue("copied", copied)
                        .log("Dead letters are moved"))
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("queue", deadLetters.arn())
                        .setCause(failure)
                        .log("Dead letters could not all be moved; redrive again for the rest"));
    }

    /** Whether SQS has begun, or leaves the messages where they are. */
    private Future<Boolean> moves(DeadLetterQueue deadLetters, int looks) {
        return vertx.timer(LOOK_MILLIS)
                .compose(elapsed -> deadLetters.call(sqs.listMessageMoveTasks(
                        list -> list.sourceArn(deadLetters.arn()).maxResults(1))))
                .compose(tasks -> {
                    boolean moved = tasks.results().stream().anyMatch(Redrive::hasMoved);
                    return moved || looks <= 1 ? Future.succeededFuture(moved) : moves(deadLetters, looks - 1);
                });
    }

    private static boolean hasMoved(ListMessageMoveTasksResultEntry task) {
        Long moved = task.approximateNumberOfMessagesMoved();
        return moved != null && moved > 0;
    }

    private Future<Integer> copy(DeadLetterQueue deadLetters, int depth, String handle) {
        Future<?> cancelled = handle.isEmpty()
                ? Future.succeededFuture()
                : deadLetters.call(sqs.cancelMessageMoveTask(cancel -> cancel.taskHandle(handle)));
        // A task that cannot be cancelled has ended.
        return cancelled.transform(ended -> copyRest(deadLetters, depth, 0));
    }

    /** No more than there were: one that is dead-lettered again meanwhile is not sent round in circles. */
    private Future<Integer> copyRest(DeadLetterQueue deadLetters, int depth, int copied) {
        return deadLetters
                .sendBackSome(depth - copied)
                .compose(some -> some == 0 || copied + some >= depth
                        ? Future.succeededFuture(copied + some)
                        : copyRest(deadLetters, depth, copied + some));
    }
}
