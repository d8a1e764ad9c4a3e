import { forwardPatch, type PatchOperation } from "./core/change.ts";
import type { Labels } from "./core/model/labels.ts";
import type { Template } from "./core/model/pod-spec.ts";
import type { Target, Workload, WorkloadRef } from "./core/model/workload.ts";
import type { Plan } from "./core/plan.ts";
import { ActionError, type ReasonCode } from "./core/reason.ts";
import type { World } from "./ports.ts";

/**
 * A guarded write, settled as far as reading can. `mismatch`: somebody else's template stands there, nothing was
 * written. `unknown`: the answer was lost, and reading does not show the write, which may stand or yet land.
 */
export type Written =
  | { readonly kind: "written"; readonly workload: Workload; readonly warnings: readonly string[] }
  | { readonly kind: "mismatch" }
  | { readonly kind: "denied"; readonly message: string }
  | { readonly kind: "unknown"; readonly why: string };

/** How often, and how many milliseconds apart, a write whose answer was lost is looked for. */
const LOOKS = { times: 4, apartMs: 1_500 };

/** How long a write puts up with an API that is away, and how often a rollback tries, in milliseconds. */
const AWAY_MS = 300_000;
const AGAIN_MS = 5_000;

/** A cancelled run has so many milliseconds to learn whether its last write stands. */
const CANCELLED_LOOK_MS = 2_000;

/**
 * Writes the planned images. A guard that fails is tried once more when the template is still the one that the
 * plan was made for (somebody touched other fields); else it throws `ActionError` with `Conflict`.
 */
export async function writeImages(
  world: World,
  { target, plan, annotations }: { target: Target; plan: Plan; annotations: Labels },
  signal: AbortSignal,
): Promise<Exclude<Written, { kind: "mismatch" }>> {
  const { workload } = target;
  const attempt = (now: Workload): Promise<Written> =>
    write(
      world,
      { workload: now, patch: forwardPatch(now, plan.images, annotations), wanted: plan.next },
      signal,
    );
  const first = await attempt(workload);
  if (first.kind !== "mismatch") return first;
  const { workload: now } = await world.cluster.target(workload, signal);
  if (now.uid === workload.uid && now.template.json === workload.template.json) {
    const second = await attempt(now);
    if (second.kind !== "mismatch") return second;
  }
  throw new ActionError(
    "Conflict",
    `Somebody else changed deployment/${workload.name} while this run was about to; nothing was changed. ` +
      "Run it again, and let one workflow at a time roll out this workload",
  );
}

/** A patch of the workload as it was read, and the template that it makes. */
interface Write {
  readonly workload: Workload;
  readonly patch: readonly PatchOperation[];
  readonly wanted: Template;
}

/**
 * Writes a template back, through an API that is away for up to five minutes. Trying again is safe here: the patch
 * is good only over our own template, so that it can take effect once, whatever became of the earlier try.
 */
export async function writeBack(world: World, back: Write, signal: AbortSignal): Promise<Written> {
  const { clock, log } = world;
  const until = clock.now() + AWAY_MS;
  for (;;) {
    const answer = await write(world, back, signal).catch((error: unknown) => awayOf(error));
    const settled = answer.kind === "mismatch" ? await reread(world, back, signal) : answer;
    if (settled.kind !== "unknown" || clock.now() > until || signal.aborted) return settled;
    log.info(`The rollback is not written yet (${settled.why}); trying again`);
    // A cancellation ends the pause; what is unknown by then stays unknown, and is to be said.
    await clock.sleep(AGAIN_MS, signal).catch(() => undefined);
    if (signal.aborted) return settled;
  }
}

/** What stands instead of our template: what we wanted to write already, still ours, or somebody else's. */
async function reread(
  { cluster }: World,
  { workload, wanted }: Write,
  signal: AbortSignal,
): Promise<Written> {
  try {
    const { workload: now } = await cluster.target(workload, signal);
    const stands = now.uid === workload.uid ? now.template.json : undefined;
    if (stands === wanted.json) return { kind: "written", workload: now, warnings: [] };
    if (stands !== workload.template.json) return { kind: "mismatch" };
    return { kind: "unknown", why: "the workload was being written to by somebody else" };
  } catch (error) {
    return awayOf(error);
  }
}

const AWAY: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["ApiUnavailable", "ClusterUnreachable"]);

function awayOf(error: unknown): Written {
  if (isAway(error)) return { kind: "unknown", why: error.message };
  if (error instanceof ActionError && error.reason === "WorkloadNotFound") return { kind: "mismatch" };
  throw error;
}

/** Sends one guarded patch, once. An answer that was lost is settled by reading the workload. */
async function write(
  world: World,
  { workload, patch, wanted }: Write,
  signal: AbortSignal,
): Promise<Written> {
  const answer = await world.cluster.patch(workload, patch, signal);
  if (answer.kind !== "lost") return answer;
  world.log.info(`The answer to the change was lost (${answer.why}); looking whether it was made`);
  const alive = signal.aborted ? AbortSignal.timeout(CANCELLED_LOOK_MS) : signal;
  const settled = look(world, { workload, wanted }, alive).catch((error: unknown) => {
    if (error instanceof ActionError || alive.aborted) return undefined;
    throw error;
  });
  return (await settled) ?? { kind: "unknown", why: answer.why };
}

/**
 * Looks for a write that may still be on its way, once the API is there again; `undefined` when the workload does
 * not show it. A third template tells nothing: our write may stand under it.
 */
async function look(
  world: World,
  { workload, wanted }: Pick<Write, "workload" | "wanted">,
  signal: AbortSignal,
): Promise<Written | undefined> {
  const until = world.clock.now() + AWAY_MS;
  for (let n = 0; n < LOOKS.times; n++) {
    const now = await readUntil(until, world, workload, signal);
    const isSame = now.uid === workload.uid;
    if (isSame && now.template.json === wanted.json) return { kind: "written", workload: now, warnings: [] };
    if (!isSame || now.template.json !== workload.template.json) return undefined;
    await world.clock.sleep(LOOKS.apartMs, signal);
  }
  return undefined;
}

/** Reads a workload, through an API that is away at most until then. */
async function readUntil(
  until: number,
  { cluster, clock }: World,
  ref: WorkloadRef,
  signal: AbortSignal,
): Promise<Workload> {
  for (;;) {
    try {
      return (await cluster.target(ref, signal)).workload;
    } catch (error) {
      if (!isAway(error) || clock.now() > until) throw error;
      await clock.sleep(LOOKS.apartMs, signal);
    }
  }
}

const isAway = (error: unknown): error is ActionError =>
  error instanceof ActionError && AWAY.has(error.reason);
