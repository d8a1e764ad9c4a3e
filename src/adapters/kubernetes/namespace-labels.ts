import type { V1Namespace } from "@kubernetes/client-node";
import { interestOf, type Neighbourhood } from "../../core/capacity/namespaces.ts";
import type { Gap } from "../../core/model/gap.ts";
import type { Labels } from "../../core/model/labels.ts";
import { type Api, read } from "./api.ts";
import { unreadGap } from "./gap.ts";
import { listed } from "./listed.ts";

/** Labels of namespaces by name, as far as they were needed. */
export interface NamespaceLabels {
  readonly labels: ReadonlyMap<string, Labels>;
  readonly gaps: readonly Gap[];
}

const WHAT = "labels of namespaces";
const LOST = "which pods may be neighbours is not known";

/** Reads the labels of the namespaces that terms of (anti-)affinity select by: of all, of our own, or mostly of none. */
export async function readNamespaceLabels(
  api: Api,
  neighbourhood: Neighbourhood,
  signal: AbortSignal,
): Promise<NamespaceLabels> {
  const interest = interestOf(neighbourhood);
  switch (interest) {
    case "none":
      return { labels: new Map(), gaps: [] };
    case "own":
      return readOwn(api, neighbourhood.namespace, signal);
    case "all": {
      const plan = { what: WHAT, path: "/api/v1/namespaces", lost: LOST };
      const { items, gaps } = await listed(api, plan, toEntry, signal);
      return { labels: new Map(items), gaps };
    }
  }
  return interest satisfies never;
}

async function readOwn(api: Api, name: string, signal: AbortSignal): Promise<NamespaceLabels> {
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
    return { labels: new Map([toEntry(await read<V1Namespace>(api, path, signal))]), gaps: [] };
  } catch (error) {
    const gap = unreadGap(api, error, `read namespace ${name}`, { what: WHAT, lost: LOST });
    return { labels: new Map(), gaps: [gap] };
  }
}

const toEntry = ({ metadata }: V1Namespace): [string, Labels] => [
  metadata?.name ?? "",
  metadata?.labels ?? {},
];
