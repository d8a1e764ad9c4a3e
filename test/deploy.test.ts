import { describe, expect, test } from "vitest";
import type { Inputs } from "../src/core/inputs.ts";
import { instant, type Target, type Workload } from "../src/core/model.ts";
import { ActionError } from "../src/core/reason.ts";
import { noFacts } from "../src/core/report/facts.ts";
import { standsOf } from "../src/core/report/stands.ts";
import type { Observation } from "../src/core/rollout/rollout.ts";
import { deploy } from "../src/deploy.ts";
import type { Cluster, PatchAnswer, VerifyResult, World } from "../src/ports.ts";
import { aReadyPod } from "./core/rollout/play.ts";
import { aTarget, aWorkload } from "./core/workloads.ts";

const INPUTS: Inputs & { logLines: number } = {
  kubeconfig: undefined,
  context: undefined,
  namespace: "shop",
  workload: { kind: "Deployment", name: "web" },
  image: { kind: "only", image: "shop/web:2" },
  mode: "deploy",
  timeoutMs: 60_000,
  precheck: "off",
  readinessPatienceMs: "auto",
  stableForMs: 0,
  verifyCommand: undefined,
  verifyTimeoutMs: 60_000,
  onFailure: "rollback",
  allowUntrustedEvents: false,
  logLines: 0,
  eventLimit: 50,
  summary: "always",
  annotate: false,
};
const BEFORE = aWorkload();
const BEYOND = "2030-01-01T00:00:00Z";

/** The workload after a write: its images, and a generation of its own. */
const withImage = (image: string, generation: number): Workload => {
  const spec = JSON.parse(BEFORE.template.json).spec;
  spec.containers[0].image = image;
  const workload = aWorkload({ podSpec: spec });
  return { ...workload, generation, observedGeneration: generation };
};
const CHANGED = withImage("shop/web:2", 4);
const RESTORED = { ...BEFORE, generation: 5, observedGeneration: 5 };

/** Answers of a cluster that a test scripts: each list is used up from the front, its last entry stays. */
interface Script {
  readonly targets?: readonly Target[];
  readonly patches: readonly PatchAnswer[];
  /** The workload in each watch, forwards first; with a deadline exceeded where it is to fail. */
  readonly watches?: readonly Observation[];
  readonly verified?: VerifyResult;
}

const written = (workload: Workload): PatchAnswer => ({ kind: "written", workload, warnings: [] });
const whole = aTarget(BEFORE, 3);

function seen(workload: Workload, { failing = false } = {}): Observation {
  const at = instant(1_000_000);
  const [replicaSet] = aTarget(workload, failing ? 0 : 3).replicaSets;
  const deadline = {
    type: "Progressing",
    status: "False",
    reason: "ProgressDeadlineExceeded",
    message: 'ReplicaSet "web-abc" has timed out progressing.',
    lastTransition: instant(Date.parse(BEYOND)),
    lastUpdate: instant(Date.parse(BEYOND)),
  };
  return {
    at,
    freshAt: at,
    workload: {
      ...workload,
      conditions: failing ? [deadline] : [],
      status: { ...workload.status, updatedReplicas: failing ? 1 : 3 },
    },
    replicaSets: replicaSet === undefined ? [] : [replicaSet],
    pods: failing ? [] : ["web-1", "web-2", "web-3"].map((name) => aReadyPod({ name, ownerUid: "rs-1" })),
    events: [],
    logs: [],
  };
}

async function play(script: Script, inputs: Partial<Inputs> = {}) {
  const facts = noFacts();
  const sent: string[][] = [];
  const next = <T>(list: readonly T[], used: { n: number }): T => {
    const entry = list[Math.min(used.n++, list.length - 1)];
    if (entry === undefined) throw new Error("the script says nothing of this");
    return entry;
  };
  const used = { targets: { n: 0 }, patches: { n: 0 }, watches: { n: 0 } };
  const cluster: Cluster = {
    endpoint: "cluster.test",
    namespace: "default",
    target: async () => next(script.targets ?? [whole], used.targets),
    snapshot: () => Promise.reject(new Error("no pre-check in this story")),
    patch: async (_, operations) => {
      sent.push(operations.map(({ op, path }) => `${op} ${path}`));
      return next(script.patches, used.patches);
    },
    watch: () => {
      const observation = next(script.watches ?? [], used.watches);
      return Object.assign(
        (async function* () {
          yield observation;
        })(),
        { ask: () => undefined },
      );
    },
    close: async () => undefined,
  };
  const said: string[] = [];
  const world: World = {
    cluster,
    clock: { now: () => instant(1_000_000), sleep: async () => undefined },
    log: {
      info: (text) => said.push(text),
      warning: (text) => said.push(text),
      group: (title, work) => {
        said.push(title);
        return work();
      },
    },
    verifier: { run: async () => script.verified ?? { kind: "passed", exitCode: 0, output: [] } },
  };
  const run = { url: "", number: "", sha: "", actor: "" };
  const signal = new AbortController().signal;
  const rollout = { inputs: { ...INPUTS, ...inputs, logLines: 0 }, world, facts, run, signal };
  const outcome = await deploy(rollout).catch((error: unknown) => error);
  const result = outcome instanceof ActionError ? outcome.reason : (outcome as { result: string }).result;
  return { result, outcome: outcome as Record<string, unknown>, sent, said, facts };
}

describe("deploy() and guarded writes", () => {
  test("succeeds when its change is written and every replica runs it", async () => {
    const { result, sent } = await play({ patches: [written(CHANGED)], watches: [seen(CHANGED)] });
    expect(result).toBe("succeeded");
    expect(sent).toHaveLength(1);
  });

  test("tries a change once more when somebody touched other fields of the workload", async () => {
    const { result, sent } = await play({
      patches: [{ kind: "mismatch" }, written(CHANGED)],
      watches: [seen(CHANGED)],
    });
    expect(result).toBe("succeeded");
    expect(sent).toHaveLength(2);
  });

  test("gives way with Conflict when somebody changed the template", async () => {
    const theirs = aTarget(withImage("shop/web:9", 4), 3);
    const { result, sent, facts } = await play({ targets: [whole, theirs], patches: [{ kind: "mismatch" }] });
    expect(result).toBe("Conflict");
    expect(sent).toHaveLength(1);
    expect(facts.changed).toBeUndefined();
  });

  test("is refused when the API denies the change itself", async () => {
    const { result, outcome } = await play({ patches: [{ kind: "denied", message: "policy says no" }] });
    expect(result).toBe("refused");
    expect(outcome).toMatchObject({
      reason: "AdmissionDenied",
      message: expect.stringContaining("policy says no"),
    });
  });

  test("finds by reading that a change whose answer was lost stands, and writes no second time", async () => {
    const { result, sent } = await play({
      targets: [whole, aTarget(CHANGED, 0)],
      patches: [{ kind: "lost", why: "ECONNRESET" }],
      watches: [seen(CHANGED)],
    });
    expect(result).toBe("succeeded");
    expect(sent).toHaveLength(1);
  });

  test("does not claim to know what became of a change that reading does not show", async () => {
    const { result, outcome, sent, facts } = await play({ patches: [{ kind: "lost", why: "ECONNRESET" }] });
    expect(result).toBe("error");
    expect(outcome).toMatchObject({ reason: "ApiUnavailable" });
    expect(sent).toHaveLength(1);
    expect(standsOf(facts, "error").join(" ")).toContain("may yet take effect");
  });
});

describe("deploy() after a failure", () => {
  const failing = { patches: [written(CHANGED)], watches: [seen(CHANGED, { failing: true })] };

  test("puts the whole template back over its own change, and watches it", async () => {
    const { result, outcome, sent, facts } = await play({
      patches: [written(CHANGED), written(RESTORED)],
      watches: [seen(CHANGED, { failing: true }), seen(RESTORED)],
    });
    expect(result).toBe("rolled-back");
    expect(outcome).toMatchObject({ reason: "ProgressDeadlineExceeded" });
    expect(sent[1]?.at(-1)).toBe("replace /spec/template");
    expect(standsOf(facts, "rolled-back")).toContain("The template from before is back in place");
  });

  test("undoes nothing, and keeps the cause, when somebody else was faster", async () => {
    const { result, outcome } = await play({ ...failing, patches: [written(CHANGED), { kind: "mismatch" }] });
    expect(result).toBe("superseded");
    expect(outcome).toMatchObject({ reason: "ProgressDeadlineExceeded" });
  });

  test("rolls back once: a rollback that fails is not rolled back again", async () => {
    const { result, sent } = await play({
      patches: [written(CHANGED), written(RESTORED)],
      watches: [seen(CHANGED, { failing: true }), seen(RESTORED, { failing: true })],
    });
    expect(result).toBe("rollback-failed");
    expect(sent).toHaveLength(2);
  });

  test("says rollback-failed when the API denies the rollback", async () => {
    const { result } = await play({
      ...failing,
      patches: [written(CHANGED), { kind: "denied", message: "no" }],
    });
    expect(result).toBe("rollback-failed");
  });

  test("leaves a workload whose previous template had no available pod", async () => {
    const { result, sent, said } = await play({ ...failing, targets: [aTarget(BEFORE, 0)] });
    expect(result).toBe("failed");
    expect(sent).toHaveLength(1);
    const warned = said.findIndex((line) => line.includes("nothing is put back"));
    expect(warned).toBeGreaterThanOrEqual(0);
    expect(warned).toBeLessThan(said.indexOf("Change the image"));
  });

  test("leaves what the user said to leave", async () => {
    const { result, sent } = await play(failing, { onFailure: "leave" });
    expect(result).toBe("failed");
    expect(sent).toHaveLength(1);
  });

  test("takes a verify command that fails for a failed rollout", async () => {
    const { result, outcome } = await play(
      {
        patches: [written(CHANGED), written(RESTORED)],
        watches: [seen(CHANGED), seen(RESTORED)],
        verified: { kind: "timed-out", exitCode: undefined, output: ["still waiting"] },
      },
      { verifyCommand: "./smoke-test" },
    );
    expect(result).toBe("rolled-back");
    expect(outcome).toMatchObject({ reason: "VerifyCommandFailed", causes: [{ message: "still waiting" }] });
  });

  test("counts what happens to the pods while the verify command runs", async () => {
    const { result, outcome } = await play(
      {
        patches: [written(CHANGED), written(RESTORED)],
        watches: [seen(CHANGED), seen(CHANGED, { failing: true }), seen(RESTORED)],
      },
      { verifyCommand: "./smoke-test" },
    );
    expect(result).toBe("rolled-back");
    expect(outcome).toMatchObject({ reason: "ProgressDeadlineExceeded" });
  });
});
