import type { Finding } from "./core/diagnosis/finding.ts";
import { advise } from "./core/diagnosis/next-step.ts";
import { formatDuration } from "./core/duration.ts";
import { noteMoment } from "./core/report/journal.ts";
import type { VerifyResult } from "./ports.ts";
import type { Rollout } from "./rollout.ts";

/** Runs the user's verify command against the stable rollout; its failure is a cause like any other. */
export async function verify(
  { inputs, world, facts, signal }: Rollout,
  command: string,
): Promise<Finding | undefined> {
  const startedAt = world.clock.now();
  const result = await world.verifier.run(command, inputs.verifyTimeoutMs, signal);
  signal.throwIfAborted();
  const passed = result.kind === "passed";
  facts.journal = noteMoment(facts.journal, {
    at: startedAt,
    until: world.clock.now(),
    section: "rollout",
    subject: "verify-command",
    text: passed ? "passed" : endOf(result, inputs.verifyTimeoutMs),
    tone: passed ? "good" : "bad",
  });
  if (passed) return undefined;
  return {
    reason: "VerifyCommandFailed",
    summary: `the verify-command ${endOf(result, inputs.verifyTimeoutMs)}`,
    message: result.output.join("\n"),
    pod: undefined,
    container: undefined,
    role: undefined,
    node: undefined,
    pods: [],
    next: [advise("Read the command's output above, and run it by hand against the new version")],
    firstSeen: startedAt,
    log: undefined,
  };
}

function endOf({ kind, exitCode }: VerifyResult, timeoutMs: number): string {
  switch (kind) {
    case "passed":
      return "passed";
    case "failed":
      return `ended with exit code ${exitCode ?? "unknown"}`;
    case "timed-out":
      return `was stopped: it ran longer than verify-timeout (${formatDuration(timeoutMs)})`;
    case "not-started":
      return "could not be started";
  }
  return kind satisfies never;
}
