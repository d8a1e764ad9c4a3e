import { forwardPatch, type PatchOperation } from "./core/change.ts";
import type { Labels, Target, Template, Workload } from "./core/model.ts";
import type { Plan } from "./core/plan.ts";
import { ActionError } from "./core/reason.ts";
import type { World } from "./ports.ts";

/** A guarded write, settled: also one whose answer was lost is known to stand or not, by reading. */
export type Written =
  | { readonly kind: "written"; readonly workload: Workload; readonly warnings: readonly string[] }
  | { readonly kind: "mismatch" }
  | { readonly kind: "denied"; readonly message: string };

/** How often, and how many milliseconds apart, a write whose answer was lost is looked for. */
const LOOKS = { times: 4, apartMs: 1_500 };

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
  const first = await write(
    world,
    workload,
    forwardPatch(workload, plan.images, annotations),
    plan.next,
    signal,
  );
  if (first.kind !== "mismatch") return first;
  const { workload: now } = await world.cluster.target(workload, signal);
  if (now.uid === workload.uid && now.template.json === workload.template.json) {
    const second = await write(world, now, forwardPatch(now, plan.images, annotations), plan.next, signal);
    if (second.kind !== "mismatch") return second;
  }
  throw new ActionError(
    "Conflict",
    `Somebody else changed deployment/${workload.name} while this run was about to; nothing was changed. ` +
      "Run it again, and let one workflow at a time roll out this workload",
  );
}

/**
 * Sends one guarded patch. An answer that was lost is settled by reading the workload, never by writing again;
 * throws `ActionError` with `ApiUnavailable` where the template is still the old one, since the write may yet land.
 */
export async function write(
  { cluster, clock }: World,
  workload: Workload,
  patch: readonly PatchOperation[],
  wanted: Template,
  signal: AbortSignal,
): Promise<Written> {
  const answer = await cluster.patch(workload, patch, signal);
  if (answer.kind !== "lost") return answer;
  for (let look = 0; look < LOOKS.times; look++) {
    const { workload: now } = await cluster.target(workload, signal);
    if (now.uid === workload.uid && now.template.json === wanted.json) {
      return { kind: "written", workload: now, warnings: [] };
    }
    if (now.uid !== workload.uid || now.template.json !== workload.template.json) return { kind: "mismatch" };
    await clock.sleep(LOOKS.apartMs, signal);
  }
  throw new ActionError(
    "ApiUnavailable",
    `The answer to the change of deployment/${workload.name} was lost (${answer.why}), and the workload does not show it. ` +
      "It was not sent again; look at the workload before the next run",
  );
}
