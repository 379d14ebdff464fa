'use strict';
// Custom resource: runs the migrate task and tells CloudFormation how it ended. Inline, so it must stay below 4096 characters.
const { ECSClient, RunTaskCommand, DescribeTasksCommand } = require('@aws-sdk/client-ecs');

const POLL_MILLIS = Number(process.env.POLL_MILLIS || 3000);
const RESERVE_MILLIS = 20000;
const ecs = new ECSClient({});

exports.handler = async (event, context) => {
  let status = 'SUCCESS';
  let reason = 'migrated';
  try {
    if (event.RequestType !== 'Delete') {
      await migrate(event, context);
    }
  } catch (error) {
    console.error(error);
    status = 'FAILED';
    reason = String(error.message);
  }
  await answer(event, { Status: status, Reason: reason.slice(0, 1000) });
};

async function migrate(event, context) {
  const wanted = event.ResourceProperties;
  const started = await ecs.send(new RunTaskCommand({
    cluster: wanted.Cluster,
    taskDefinition: wanted.TaskDefinition,
    launchType: 'FARGATE',
    startedBy: 'cloudformation',
    // A second call for the same request finds the same task.
    clientToken: event.RequestId,
    networkConfiguration: { awsvpcConfiguration: {
      subnets: wanted.Subnets, securityGroups: [wanted.SecurityGroup], assignPublicIp: 'DISABLED' } }
  }));
  if (started.failures?.length || !started.tasks?.length) {
    throw new Error('migrate could not be started: ' + JSON.stringify(started.failures));
  }
  const task = await stopped(wanted.Cluster, started.tasks[0].taskArn, context);
  const container = (task.containers || []).find((each) => each.name === wanted.Container) || {};
  if (container.exitCode !== 0) {
    throw new Error(`migrate failed with exit code ${container.exitCode}: ${container.reason || task.stoppedReason}; `
      + `see the log stream ${wanted.Container}/${wanted.Container}/${task.taskArn.split('/').pop()}`);
  }
}

async function stopped(cluster, taskArn, context) {
  while (context.getRemainingTimeInMillis() > RESERVE_MILLIS) {
    const found = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
    const task = (found.tasks || [])[0];
    if (task && task.lastStatus === 'STOPPED') {
      return task;
    }
    await new Promise((later) => setTimeout(later, POLL_MILLIS));
  }
  throw new Error('migrate still runs: wait for the end of ' + taskArn + ', then deploy again');
}

async function answer(event, outcome) {
  const sent = await fetch(event.ResponseURL, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: JSON.stringify({
      ...outcome,
      PhysicalResourceId: event.PhysicalResourceId || 'migration',
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId
    })
  });
  if (!sent.ok) {
    throw new Error('CloudFormation did not take the answer: ' + sent.status);
  }
}
