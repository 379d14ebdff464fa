/**
 * The CDK app: what the system needs in an AWS account, as two stacks.
 *
 * <p>{@link dev.vertxoutbox.deploy.DataStack} keeps what must outlive a release: network, Aurora PostgreSQL, queues and
 * the credentials of each service. {@link dev.vertxoutbox.deploy.ServiceStack} runs the image: a task that migrates, then
 * {@code flight} behind a load balancer, {@code relay} and {@code payment}, with alarms and a dashboard. What may be
 * chosen is in {@link dev.vertxoutbox.deploy.Settings}. Synthesis needs Node, and neither Docker nor an account.
 */
@NullMarked
package dev.vertxoutbox.deploy;

import org.jspecify.annotations.NullMarked;
