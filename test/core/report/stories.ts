import { type Inputs, parseInputs } from "../../../src/core/inputs.ts";
import { type Facts, noFacts } from "../../../src/core/report/facts.ts";
import type { Report } from "../../../src/core/report/report.ts";
import { reportOf } from "../../../src/core/report/report-of.ts";
import { deploy } from "../../../src/deploy.ts";
import { endingOf } from "../../../src/ending.ts";
import type { World } from "../../../src/ports.ts";
import { RecordedCluster, type Twist } from "./recorded-cluster.ts";

/** A run against a recorded rollout: the inputs that differ from the defaults, and when it is cancelled. */
interface Story extends Twist {
  readonly recording: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Seconds after the change. */
  readonly cancelledAt?: number;
}

const RUN = {
  url: "https://github.com/shop/web/actions/runs/812",
  number: "812",
  sha: "5d0da3dc97646b7e5d0da3dc97646b7e5d0da3dc",
  actor: "maria",
};

const paused: Twist["seen"] = (observation, second) =>
  second < 3 || observation.workload === undefined
    ? observation
    : { ...observation, workload: { ...observation.workload, paused: true } };

/** How runs end, by the name of the golden file. */
export const STORIES: Readonly<Record<string, Story>> = {
  succeeded: { recording: "healthy", inputs: { "verify-command": "./smoke-test" } },
  "unchanged-with-moving-tag": { recording: "healthy", inputs: { image: "127.0.0.1:5000/web:1" } },
  checked: { recording: "healthy", inputs: { mode: "check" } },
  "checked-without-room": { recording: "healthy", inputs: { mode: "check", precheck: "warn" }, cpu: "971m" },
  refused: { recording: "healthy", cpu: "971m" },
  "refused-permission": { recording: "healthy", lacking: ["patch"] },
  "rolled-back": { recording: "image-tag-missing" },
  "failed-and-left": { recording: "exit-1", inputs: { "on-failure": "leave", "log-lines": "30" } },
  "rollback-failed": {
    recording: "oom-killed",
    patches: [
      undefined,
      {
        kind: "denied",
        message: 'admission webhook "freeze.shop.example" denied the request: no changes on Fridays',
      },
    ],
  },
  superseded: { recording: "superseded" },
  "paused-midway": { recording: "healthy", seen: paused },
  cancelled: { recording: "healthy", cancelledAt: 3 },
  "lost-answer": { recording: "healthy", patches: [{ kind: "lost", why: "read ECONNRESET" }] },
  "error-input": { recording: "healthy", inputs: { image: "Web:1", timeout: "15" } },
};

/** Plays a story through the product: its inputs, its story, its engine, its report. */
export async function play(story: Story): Promise<Report> {
  const cancelled = new AbortController();
  const cluster = new RecordedCluster(story.recording, {
    ...story,
    seen: (observation, second) => {
      if (second >= (story.cancelledAt ?? Infinity)) cancelled.abort();
      return story.seen?.(observation, second) ?? observation;
    },
  });
  const facts = noFacts();
  const startedAt = cluster.now();
  let inputs: Inputs | undefined;
  const told = async () => {
    inputs = inputsOf(story, cluster, facts);
    return deploy({
      inputs: { ...inputs, logLines: logLinesOf(inputs) },
      world: worldOf(cluster),
      facts,
      run: RUN,
      signal: cancelled.signal,
    });
  };
  const outcome = await told().catch((error: unknown) => endingOf(error, facts, cancelled.signal));
  const finishedAt = cluster.now();
  const mode = inputs?.mode ?? "deploy";
  const logsRead = inputs !== undefined && logLinesOf(inputs) > 0;
  return reportOf(facts, outcome, { version: "0.1.0", mode, startedAt, finishedAt, run: RUN, logsRead });
}

function inputsOf({ inputs = {} }: Story, cluster: RecordedCluster, facts: Facts): Inputs {
  const image = cluster.changed.template.spec.containers[0]?.image ?? "";
  const parsed = parseInputs(new Map(Object.entries({ workload: "deployment/web", image, ...inputs })));
  facts.warnings.push(...parsed.warnings);
  return parsed.inputs;
}

/** The repository of the stories is public. */
const logLinesOf = ({ logLines }: Inputs): number => (logLines === "auto" ? 0 : logLines);

function worldOf(cluster: RecordedCluster): World {
  const wait = async (ms: number): Promise<void> => {
    cluster.second += ms / 1000;
  };
  return {
    cluster,
    clock: { now: () => cluster.now(), sleep: wait },
    log: { info: () => undefined, warning: () => undefined, group: (_, work) => work() },
    verifier: {
      run: async () => {
        await wait(2_300);
        return { kind: "passed", exitCode: 0, output: [] };
      },
    },
  };
}
