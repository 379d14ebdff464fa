package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The function itself, in Node, with a stand-in for the client of ECS and for what CloudFormation listens on. */
@NeedsNode
class MigrateFunctionTest {
    /** Answers DescribeTasks with what the test says, one after the other and the last for good. */
    private static final String ECS = """
            const tasks = JSON.parse(process.env.TASKS);
            exports.RunTaskCommand = class { constructor(input) { this.run = input; } };
            exports.DescribeTasksCommand = class { constructor(input) { this.describe = input; } };
            exports.ECSClient = class {
              async send(command) {
                if (command.run) {
                  globalThis.ran = (globalThis.ran || []).concat(command.run);
                  return JSON.parse(process.env.RUN);
                }
                return { tasks: [tasks.length > 1 ? tasks.shift() : tasks[0]] };
              }
            };
            """;

    private static final String HARNESS = """
            globalThis.fetch = async (url, request) => { globalThis.answer = JSON.parse(request.body); return { ok: true }; };
            const end = Date.now() + Number(process.env.REMAINING || 60000);
            require('./index.js').handler(
              { RequestType: process.env.TYPE, RequestId: 'r1', StackId: 's', LogicalResourceId: 'l', ResponseURL: 'https://answer',
                ResourceProperties: { Cluster: 'c', TaskDefinition: 'd', Container: 'migrate', Subnets: ['a', 'b'], SecurityGroup: 'g' } },
              { getRemainingTimeInMillis: () => end - Date.now() }
            ).then(() => console.log(JSON.stringify({ answer: globalThis.answer, ran: globalThis.ran || [] })));
            """;

    private static final String STARTED = "{\"tasks\":[{\"taskArn\":\"arn:task/c/t1\"}]}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeEach
    void writeFunction() throws IOException {
        try (var script = Objects.requireNonNull(MigrateTask.class.getResourceAsStream("migrate.js"))) {
            Files.write(directory.resolve("index.js"), script.readAllBytes());
        }
        Path client = Files.createDirectories(directory.resolve("node_modules/@aws-sdk/client-ecs"));
        Files.writeString(client.resolve("index.js"), ECS);
        Files.writeString(directory.resolve("harness.js"), HARNESS);
    }

    @Test
    void deploymentGoesOnWhenTheTaskHasEndedWell() throws Exception {
        JsonNode result = call("Create", STARTED, "[{\"lastStatus\":\"PENDING\"}," + stopped(0) + "]", 60_000);

        assertThat(result.at("/answer/Status").asText()).isEqualTo("SUCCESS");
        assertThat(result.at("/answer/PhysicalResourceId").asText()).isEqualTo("migration");
        assertThat(result.at("/answer/RequestId").asText()).isEqualTo("r1");
        assertThat(result.get("ran")).hasSize(1);
        JsonNode ran = result.at("/ran/0");
        assertThat(ran.get("taskDefinition").asText()).isEqualTo("d");
        assertThat(ran.get("clientToken").asText()).isEqualTo("r1");
        assertThat(ran.at("/networkConfiguration/awsvpcConfiguration/assignPublicIp")
                        .asText())
                .isEqualTo("DISABLED");
    }

    @Test
    void failedMigrationFailsTheDeploymentAndNamesItsLog() throws Exception {
        JsonNode result = call("Update", STARTED, "[" + stopped(1) + "]", 60_000);

        assertThat(result.at("/answer/Status").asText()).isEqualTo("FAILED");
        assertThat(result.at("/answer/Reason").asText()).contains("exit code 1", "migrate/migrate/t1");
    }

    @Test
    void taskThatNeverRanFailsTheDeployment() throws Exception {
        String noExitCode =
                "{\"taskArn\":\"arn:task/c/t1\",\"lastStatus\":\"STOPPED\",\"stoppedReason\":\"CannotPullContainerError\",\"containers\":[{\"name\":\"migrate\"}]}";

        JsonNode result = call("Update", STARTED, "[" + noExitCode + "]", 60_000);

        assertThat(result.at("/answer/Status").asText()).isEqualTo("FAILED");
        assertThat(result.at("/answer/Reason").asText()).contains("CannotPullContainerError");
    }

    @Test
    void taskThatCannotBeStartedFailsTheDeployment() throws Exception {
        JsonNode result = call("Create", "{\"tasks\":[],\"failures\":[{\"reason\":\"CAPACITY\"}]}", "[]", 60_000);

        assertThat(result.at("/answer/Status").asText()).isEqualTo("FAILED");
        assertThat(result.at("/answer/Reason").asText()).contains("CAPACITY");
    }

    @Test
    void functionAnswersBeforeItsTimeIsUp() throws Exception {
        JsonNode result = call("Update", STARTED, "[{\"lastStatus\":\"RUNNING\"}]", 20_200);

        assertThat(result.at("/answer/Status").asText()).isEqualTo("FAILED");
        assertThat(result.at("/answer/Reason").asText()).contains("still runs", "t1");
    }

    @Test
    void nothingIsRunWhenTheStackIsDeleted() throws Exception {
        JsonNode result = call("Delete", STARTED, "[]", 60_000);

        assertThat(result.at("/answer/Status").asText()).isEqualTo("SUCCESS");
        assertThat(result.get("ran")).isEmpty();
    }

    @Test
    void functionFitsIntoTheTemplate() throws IOException {
        assertThat(Files.size(directory.resolve("index.js")))
                .as("limit of inline code")
                .isLessThan(4_096);
    }

    private static String stopped(int exitCode) {
        return "{\"taskArn\":\"arn:task/c/t1\",\"lastStatus\":\"STOPPED\",\"containers\":[{\"name\":\"migrate\",\"exitCode\":%d}]}"
                .formatted(exitCode);
    }

    private JsonNode call(String type, String run, String tasks, long remainingMillis) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of("node", "harness.js"))
                .directory(directory.toFile())
                .redirectError(directory.resolve("err").toFile())
                .redirectOutput(directory.resolve("out").toFile());
        builder.environment().put("TYPE", type);
        builder.environment().put("RUN", run);
        builder.environment().put("TASKS", tasks);
        builder.environment().put("REMAINING", Long.toString(remainingMillis));
        builder.environment().put("POLL_MILLIS", "20");
        Process node = builder.start();
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String out = Files.readString(directory.resolve("out"), StandardCharsets.UTF_8);
        assertThat(node.exitValue())
                .as(Files.readString(directory.resolve("err")))
                .isZero();
        return new ObjectMapper().readTree(out);
    }
}
