import type { V1PersistentVolumeSpec } from "@kubernetes/client-node";
import type { Labels } from "../../core/model/labels.ts";
import type { NodeSelectorTerm } from "../../core/model/pod-spec.ts";
import type { MigratedVolume } from "../../core/model/storage.ts";

const ZONE = "topology.kubernetes.io/zone";
const BETA_ZONE = "failure-domain.beta.kubernetes.io/zone";
const BETA_REGION = "failure-domain.beta.kubernetes.io/region";
const REGION = "topology.kubernetes.io/region";
const CSI_ZONE = "topology.gke.io/zone";

/**
 * What a disk of the in-tree plugin has become: a volume of the CSI driver for persistent disks, in the zones of its
 * node affinity, or else of its labels. `undefined` for any other volume.
 * Source: csi-translation-lib/plugins/{gce_pd,in_tree_volume}.go (v1.36.3), `TranslateInTreePVToCSI`.
 */
export function toMigratedDisk(
  labels: Labels,
  spec: V1PersistentVolumeSpec | undefined,
  nodeAffinity: readonly NodeSelectorTerm[] | undefined,
): MigratedVolume | undefined {
  if (spec?.gcePersistentDisk === undefined) return undefined;
  const handle = `projects/UNSPECIFIED/${placeOf(labels)}/disks/${spec.gcePersistentDisk.pdName}`;
  return {
    plugin: "kubernetes.io/gce-pd",
    csi: { driver: "pd.csi.storage.gke.io", handle },
    nodeAffinity: translated(labels, nodeAffinity),
  };
}

/** A regional disk has several zones, such as `europe-west1-b__europe-west1-c`. */
function placeOf(labels: Labels): string {
  const zones = (labels[BETA_ZONE] || labels[ZONE] || "").split("__");
  const [zone] = zones;
  if (zones.length > 1) return `regions/${zone?.split("-").slice(0, 2).join("-")}`;
  return `zones/${zone || "UNSPECIFIED"}`;
}

function translated(
  labels: Labels,
  nodeAffinity: readonly NodeSelectorTerm[] | undefined,
): readonly NodeSelectorTerm[] | undefined {
  const zone = zoneLabel(labels, nodeAffinity);
  if (mentions(nodeAffinity, zone)) {
    return renamed(
      nodeAffinity,
      new Map([[zone, CSI_ZONE], ...(zone === BETA_ZONE ? [[BETA_REGION, REGION] as const] : [])]),
    );
  }
  const zones = (labels[zone] ?? "").split("__").flatMap((name) => name.trim() || []);
  if (zones.length === 0) return nodeAffinity;
  const here = { key: CSI_ZONE, operator: "In", values: zones };
  const terms = nodeAffinity?.length ? nodeAffinity : [{ matchExpressions: [], matchFields: [] }];
  return terms.map((term) => ({ ...term, matchExpressions: [...term.matchExpressions, here] }));
}

function zoneLabel(labels: Labels, terms: readonly NodeSelectorTerm[] | undefined): string {
  if (mentions(terms, ZONE)) return ZONE;
  if (mentions(terms, BETA_ZONE)) return BETA_ZONE;
  return ZONE in labels || !(BETA_ZONE in labels) ? ZONE : BETA_ZONE;
}

const mentions = (terms: readonly NodeSelectorTerm[] | undefined, wanted: string): boolean =>
  terms?.some(({ matchExpressions }) => matchExpressions.some(({ key }) => key === wanted)) === true;

const renamed = (
  terms: readonly NodeSelectorTerm[] | undefined,
  names: ReadonlyMap<string, string>,
): readonly NodeSelectorTerm[] | undefined =>
  terms?.map(({ matchExpressions, matchFields }) => ({
    matchFields,
    matchExpressions: matchExpressions.map((requirement) => ({
      ...requirement,
      key: names.get(requirement.key) ?? requirement.key,
    })),
  }));
