package dev.vertxoutbox.deploy;

import java.util.EnumMap;
import java.util.Map;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * A password for each service's own database user. The migrate task gives it to the user; the service alone can read it
 * besides.
 */
final class DatabaseUsers extends Construct {
    private static final int LENGTH = 32;

    private final Map<Service, ISecret> passwords = new EnumMap<>(Service.class);

    DatabaseUsers(Construct scope, Settings settings) {
        super(scope, "DatabaseUsers");
        for (Service service : Service.values()) {
            Secret password = Secret.Builder.create(this, service.id())
                    .description("Password of database user " + service.databaseUser() + ", environment "
                            + settings.environment())
                    .generateSecretString(SecretStringGenerator.builder()
                            .excludePunctuation(true)
                            .passwordLength(LENGTH)
                            .build())
                    .build();
            Suppression.of(
                            "AwsSolutions-SMG4",
                            "Changed by hand: a new value, then the migrate task, which gives it to the user, then new tasks")
                    .at(password);
            passwords.put(service, password);
        }
    }

    ISecret password(Service service) {
        ISecret password = passwords.get(service);
        if (password == null) {
            throw new IllegalStateException("no password for " + service);
        }
        return password;
    }
}
