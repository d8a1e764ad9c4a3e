import { forwardPatch, type PatchOperation } from "./core/change.ts";
import type { Labels, Target, Template, Workload } from "./core/model.ts";
import type { Plan } from "./core/plan.ts";
import { ActionError } from "./core/reason.ts";
import type { World } from "./ports.ts";

/**
 * A guarded write, settled as far as reading can: one whose answer was lost stands, or a later reader changed the
 * template (`mismatch`), or it is not seen and may yet land (`unknown`).
 */
export type Written =
  | { readonly kind: "written"; readonly workload: Workload; readonly warnings: readonly string[] }
  | { readonly kind: "mismatch" }
  | { readonly kind: "denied"; readonly message: string }
  | { readonly kind: "unknown"; readonly why: string };

/** How often, and how many milliseconds apart, a write whose answer was lost is looked for. */
const LOOKS = { times: 4, apartMs: 1_500 };

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

/** Sends one guarded patch. An answer that was lost is settled by reading the workload, never by writing again. */
export async function write(
  world: World,
  { workload, patch, wanted }: Write,
  signal: AbortSignal,
): Promise<Written> {
  const answer = await world.cluster.patch(workload, patch, signal);
  if (answer.kind !== "lost") return answer;
  const alive = signal.aborted ? AbortSignal.timeout(CANCELLED_LOOK_MS) : signal;
  const settled = look(world, workload, wanted, alive).catch((error: unknown) => {
    if (error instanceof ActionError || alive.aborted) return undefined;
    throw error;
  });
  return (await settled) ?? { kind: "unknown", why: answer.why };
}

/** Looks for a write that may still be on its way; `undefined` when the workload does not show it. */
async function look(
  { cluster, clock }: World,
  before: Workload,
  wanted: Template,
  signal: AbortSignal,
): Promise<Written | undefined> {
  for (let n = 0; n < LOOKS.times; n++) {
    const { workload: now } = await cluster.target(before, signal);
    const isSame = now.uid === before.uid;
    if (isSame && now.template.json === wanted.json) return { kind: "written", workload: now, warnings: [] };
    if (!isSame || now.template.json !== before.template.json) return { kind: "mismatch" };
    await clock.sleep(LOOKS.apartMs, signal);
  }
  return undefined;
}
