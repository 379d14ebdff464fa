package dev.vertxoutbox.sandbox;

import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.http.scaladsl.Http;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.FutureConverters;

/**
 * ElasticMQ in this JVM. The queues live in an actor system of their own; only the HTTP listener before them goes down
 * and up.
 *
 * <p>Going down, it refuses connections and closes idle ones at once, and lets requests under way end. A long poll cut
 * off instead would live on inside ElasticMQ and swallow a later message until that one's visibility timeout.
 */
final class LocalSqs implements SqsServer {

    private static final Logger LOG = LoggerFactory.getLogger(LocalSqs.class);

    private static final String HOST = "127.0.0.1";
    private static final long TIMEOUT_SECONDS = 30;

    /** Longer than the longest long poll, 20 s. */
    private static final FiniteDuration LAST_REQUEST = FiniteDuration.create(25, TimeUnit.SECONDS);

    private final ActorSystem actors;
    private final ActorRef queues;
    private final int port = FreePort.find();
    private Http.@Nullable ServerBinding listener;

    private LocalSqs(ActorSystem actors, ActorRef queues) {
        this.actors = actors;
        this.queues = queues;
    }

    static LocalSqs launch() {
        // Its errors are clients that hung up; what matters to a caller is thrown.
        String quiet = "pekko { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off, daemonic = on }";
        ActorSystem actors = ActorSystem.create(
                "sandbox-sqs", ConfigFactory.parseString(quiet).withFallback(ConfigFactory.load()));
        ActorRef queues = actors.actorOf(Props.create(
                QueueManagerActor.class,
                () -> new QueueManagerActor(new NowProvider(), StrictSQSLimits$.MODULE$, Option.empty())));
        LocalSqs sqs = new LocalSqs(actors, queues);
        sqs.up();
        return sqs;
    }

    @Override
    public URI endpoint() {
        return URI.create("http://" + HOST + ":" + port);
    }

    @Override
    public synchronized void up() {
        if (listener == null) {
            listener = SQSRestServerBuilder.withActorSystem(actors)
                    .withQueueManagerActor(queues)
                    .withInterface(HOST)
                    .withPort(port)
                    .withAWSRegion(Queues.REGION)
                    .start()
                    .waitUntilStarted();
        }
    }

    @Override
    public synchronized void down() {
        if (listener == null) {
            return;
        }
        await(listener.unbind());
        FutureConverters.asJava(listener.terminate(LAST_REQUEST)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.atWarn().setCause(failure).log("Requests under way were cut off");
            }
        });
        listener = null;
    }

    @Override
    public void close() {
        await(actors.terminate());
    }

    private static void await(Future<?> future) {
        try {
            FutureConverters.asJava(future).toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for ElasticMQ", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("ElasticMQ failed", e);
        }
    }
}
