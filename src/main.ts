import * as core from "@actions/core";
import { systemClock } from "./adapters/clock.ts";
import type { Environment } from "./adapters/environment.ts";
import { isPrivateRepository, readEvent } from "./adapters/github/event.ts";
import { type GithubLog, githubLog } from "./adapters/github/log.ts";
import { readRawInputs } from "./adapters/github/raw-inputs.ts";
import { runOf } from "./adapters/github/run.ts";
import { Recorder } from "./adapters/recording/recorder.ts";
import { openRecordingFile } from "./adapters/recording/recording-file.ts";
import { SUPERVISE, superviseMain } from "./adapters/verify/supervise.ts";
import { verifier } from "./adapters/verify/verifier.ts";
import { type Inputs, parseInputs } from "./core/inputs.ts";
import type { Instant } from "./core/model/instant.ts";
import { ActionError } from "./core/reason.ts";
import { metaOf } from "./core/recording/meta.ts";
import { type Facts, noFacts } from "./core/report/facts.ts";
import { isGood, type Outcome } from "./core/report/outcome.ts";
import { reportOf } from "./core/report/report-of.ts";
import { toLine } from "./core/text.ts";
import { distrust } from "./core/trust.ts";
import { deploy } from "./deploy.ts";
import { openDoor, type Surroundings } from "./door.ts";
import { endingOf } from "./ending.ts";
import { publish } from "./publish.ts";
import type { Rollout } from "./rollout.ts";
import { VERSION } from "./version.ts";

/** After a cancellation the story has this long to stop by itself; the runner kills the process after 10 s. */
const CANCEL_GRACE_MS = 3_000;

/** How the report is shown when the inputs say nothing, or could not be read. */
const UNREAD = { mode: "deploy", summary: "always", eventLimit: 50 } as const;

/** Runs the action and resolves to its exit code; the report is written however it ends. */
async function main(env: Environment): Promise<number> {
  const startedAt = systemClock.now();
  const log = githubLog();
  log.info(`gke-safe-rollout ${VERSION}`);
  const facts = noFacts();
  const cancelled = cancellation(log);
  let inputs: Inputs | undefined;
  let recorder: Recorder | undefined;
  const story = async (): Promise<Outcome> => {
    inputs = inputsFrom(env, facts, log);
    recorder = recorderOf(inputs, log);
    return run(inputs, { env, facts, log, signal: cancelled, tap: recorder });
  };
  const outcome = await Promise.race([story(), overdue(cancelled)]).catch((error: unknown) => {
    if (!(error instanceof ActionError || cancelled.aborted)) log.debug?.(String(Object(error).stack));
    return endingOf(error, facts, cancelled);
  });
  finish(recorder, { inputs, facts, outcome }, env);
  try {
    await tell(facts, outcome, { startedAt, inputs, env, log });
  } catch (error) {
    core.error(`The report could not be written, which is a bug: ${toLine(String(error))}`);
    return 1;
  }
  return isGood(outcome.result) ? 0 : 1;
}

interface Telling {
  readonly startedAt: Instant;
  readonly inputs: Inputs | undefined;
  readonly env: Environment;
  readonly log: GithubLog;
}

async function tell(facts: Facts, outcome: Outcome, { startedAt, inputs, env, log }: Telling): Promise<void> {
  const { mode, ...faces } = inputs ?? UNREAD;
  const report = reportOf(facts, outcome, {
    version: VERSION,
    mode,
    startedAt,
    finishedAt: systemClock.now(),
    run: runOf(env),
    logsRead: inputs !== undefined && logLinesOf(inputs, env) > 0,
  });
  await publish(report, faces, env, log);
}

function inputsFrom(env: Environment, facts: Facts, log: GithubLog): Inputs {
  const { inputs, warnings } = parseInputs(readRawInputs(env), env);
  for (const warning of warnings) log.warning(warning);
  facts.warnings.push(...warnings);
  const doubt = inputs.allowUntrustedEvents ? undefined : distrust(env.GITHUB_EVENT_NAME, readEvent(env));
  if (doubt === undefined) return inputs;
  throw new ActionError(
    "UntrustedEvent",
    `Refused to deploy for the event ${env.GITHUB_EVENT_NAME}: ${doubt}. ` +
      "Deploy on push or workflow_dispatch, or set allow-untrusted-events: true if you know who can cause this event",
  );
}

async function run(inputs: Inputs, surroundings: Surroundings): Promise<Outcome> {
  const { env, facts, log, signal } = surroundings;
  const world = {
    cluster: await openDoor(inputs, surroundings),
    clock: systemClock,
    log,
    verifier: verifier({ entry: import.meta.filename, env, log }),
  };
  return deploy({ inputs: settled(inputs, env), world, facts, run: runOf(env), signal });
}

/** Throws `ActionError` when the recording that is wanted cannot be made. */
function recorderOf({ record }: Inputs, log: GithubLog): Recorder | undefined {
  if (record === undefined) return undefined;
  return new Recorder({
    file: openRecordingFile(record),
    action: VERSION,
    warn: (text) => log.warning(text),
    now: () => systemClock.now(),
  });
}

/** Whatever was recorded stands; what is expected of it joins it here. */
function finish(
  recorder: Recorder | undefined,
  { inputs, facts, outcome }: { inputs: Inputs | undefined; facts: Facts; outcome: Outcome },
  env: Environment,
): void {
  if (recorder === undefined || inputs === undefined) return;
  const end = { facts, outcome, inputs: settled(inputs, env) };
  recorder.close((seconds, known) => metaOf(seconds, known, end));
}

const settled = (inputs: Inputs, env: Environment): Rollout["inputs"] => ({
  ...inputs,
  logLines: logLinesOf(inputs, env),
});

/** What an application logs may be confidential, so it is only shown unasked where the page is private. */
function logLinesOf({ logLines }: Inputs, env: Environment): number {
  if (logLines !== "auto") return logLines;
  return isPrivateRepository(env) ? 30 : 0;
}

/** Aborts at the runner's SIGINT, or SIGTERM; there is time for the report, not for more. */
function cancellation(log: GithubLog): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      log.warning(`${name}: the workflow run was cancelled; stopping, and saying what stands`);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Rejects when a cancelled story does not stop by itself. */
const overdue = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      setTimeout(() => reject(signal.reason), CANCEL_GRACE_MS);
    });
  });

const { argv, env } = process;
process.exit(argv[2] === SUPERVISE ? await superviseMain(argv.slice(3), env) : await main(env));
