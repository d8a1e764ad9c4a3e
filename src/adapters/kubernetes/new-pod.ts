import type { V1LimitRange } from "@kubernetes/client-node";
import { withDefaults } from "../../core/capacity/defaults.ts";
import type { Admission } from "../../core/capacity/verdict.ts";
import type { Gap } from "../../core/model/gap.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import type { SnapshotRequest } from "../../ports.ts";
import { type Api, corePath } from "./api.ts";
import { toLimitRange } from "./decode-room.ts";
import { dryRunPod } from "./dry-run.ts";
import { listed } from "./listed.ts";

/** The pod that a rollout would create, and how it is known. */
export interface NewPod {
  readonly pod: PodSpec;
  readonly admission: Admission;
  readonly gaps: readonly Gap[];
}

/** The new pod as the API admits it; where it does not, or may not be asked, as local rules fill it in. */
export async function readNewPod(
  api: Api,
  { target, next }: SnapshotRequest,
  signal: AbortSignal,
): Promise<NewPod> {
  const answer = await dryRunPod(api, target, next, signal);
  switch (answer.kind) {
    case "admitted":
      return { pod: answer.pod, admission: { kind: "admitted" }, gaps: [] };
    case "not-asked": {
      const local = await readLocally(api, { target, next }, signal);
      const admission = { kind: "not-asked", why: answer.gap.why } as const;
      return { pod: local.pod, admission, gaps: [{ ...answer.gap, takesRoom: true }, ...local.gaps] };
    }
    case "denied": {
      const [current, local] = await Promise.all([
        dryRunPod(api, target, target.workload.template, signal),
        readLocally(api, { target, next }, signal),
      ]);
      const currentPasses = current.kind === "admitted";
      return { ...local, admission: { kind: "denied", message: answer.message, currentPasses } };
    }
  }
  return answer satisfies never;
}

async function readLocally(
  api: Api,
  { target, next }: SnapshotRequest,
  signal: AbortSignal,
): Promise<Pick<NewPod, "pod" | "gaps">> {
  const path = corePath(target.workload.namespace, "limitranges");
  const lost = "defaults that the namespace fills in are not known";
  const ranges = await listed(
    api,
    { what: "LimitRanges", path, lost, takesRoom: true },
    (json: V1LimitRange) => toLimitRange(json),
    signal,
  );
  const { spec, gaps } = withDefaults(next.spec, ranges.items);
  return { pod: spec, gaps: [...ranges.gaps, ...gaps] };
}
