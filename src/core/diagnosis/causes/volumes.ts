import { advise, kubectl } from "../next-step.ts";
import type { Scene } from "../scene.ts";
import { type Cause, inPod, lasting, type Symptom } from "../symptom.ts";
import { missingConfig } from "./missing-config.ts";
import { isSettingUp, volumeEventOf } from "./volume-events.ts";

/** A volume cannot be attached or mounted, for none of the reasons that have a code of their own. */
export const volumes: Cause = {
  name: "Volumes",
  reasons: ["VolumeAttachFailed", "VolumeMountFailed"],
  source: "pkg/kubelet/volumemanager; pkg/controller/volume/attachdetach (v1.36.3)",
  detect(scene) {
    const explained = new Set(missingConfig.detect(scene).map(({ pod }) => pod));
    return scene.pods
      .filter((seen) => isSettingUp(seen) && !explained.has(seen.pod))
      .flatMap((seen) => {
        const event = volumeEventOf(seen);
        if (event === undefined) return [];
        const isAttach = event.reason === "FailedAttachVolume";
        return [
          {
            ...inPod(seen),
            ...(isAttach ? attach : mount)(scene, seen.pod.name, event.message),
            message: event.message,
          },
        ];
      });
  },
};

type Kind = Omit<Symptom, "pod" | "container" | "stage" | "message">;

const attach = ({ goal }: Scene, pod: string): Kind => ({
  reason: "VolumeAttachFailed",
  key: "VolumeAttachFailed",
  summary: "a volume cannot be attached to the node",
  next: [
    advise(
      "A ReadWriteOnce volume goes to one node at a time: let the old pod go first (strategy Recreate, or maxSurge: 0)",
    ),
    kubectl("See the pod's events", goal.ref.namespace, "describe", `pod/${pod}`),
  ],
  seen: 1,
  patience: lasting(120),
});

/** Drivers and file systems in their own words. Source: pkg/volume/csi, pkg/kubelet/util/manager (v1.36.3). */
const MOUNTS: readonly (readonly [RegExp, string])[] = [
  [
    /not found in the list of registered CSI drivers/,
    "Switch the CSI driver on for the cluster (gcloud container clusters update --update-addons), and see whether its pod runs on this node",
  ],
  [
    /failed to sync (secret|configmap) cache/,
    "Look at the kubelet of the node: it does not get the Secrets and ConfigMaps from the API server",
  ],
  [
    /permission denied|access denied|PermissionDenied|403/i,
    "Let the identity that mounts read the storage: the pod's service account for Cloud Storage, the node's network for NFS and Filestore",
  ],
  [/is not a (directory|file)|not a directory/, "Correct the type of the hostPath, or the path itself"],
];

const mount = ({ goal }: Scene, pod: string, message: string): Kind => ({
  reason: "VolumeMountFailed",
  key: "VolumeMountFailed",
  summary: "a volume cannot be mounted",
  next: [
    ...MOUNTS.filter(([says]) => says.test(message)).map(([, advice]) => advise(advice)),
    kubectl("See the pod's events", goal.ref.namespace, "describe", `pod/${pod}`),
  ],
  seen: 1,
  patience: lasting(180),
});
