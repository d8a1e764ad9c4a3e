import { endingLife, sidecarLife } from "./endings.ts";
import {
  easy,
  failedPulls,
  heldUp,
  NEW_NODE,
  placedLate,
  pullsOf,
  RETRIES,
  refusedAtFirst,
  refusedByKubelet,
  replaced,
  slowLife,
  troubled,
} from "./lives.ts";
import { IMAGE, OWNERS, type Said, stamp, type Template } from "./objects.ts";
import type { Random } from "./random.ts";
import type { Story } from "./rollout.ts";
import { failed, onNode, running, terminated, unplaced } from "./signs.ts";
/** A trouble that passes in time, told by a story with chance in it. */
export interface Transient {
  readonly name: string;
  /** Where its texts and its pace come from. */
  readonly source: string;
  /** What is said of it while it lasts. */
  readonly tells: RegExp;
  /** Reasons of events that nothing else tells, and that therefore come. */
  readonly kept?: readonly string[];
  story(random: Random): Story;
  /** Seconds in which the API does not answer. */
  readonly blind?: (random: Random) => readonly [from: number, to: number];
}

const SIDECAR: Template = {
  spec: { initContainers: [{ name: "proxy", image: IMAGE, restartPolicy: "Always", resources: {} }] },
};

/** Every trouble that heals in time. */
export const TRANSIENTS: readonly Transient[] = [
  {
    name: "a sidecar that ends once or twice",
    tells: /sidecar proxy exits with/,
    source: "recording sidecar-exit-2",
    story: (random) => troubled(random, (now) => sidecarLife(random, now), { template: SIDECAR }),
  },
  {
    name: "an app that crashes twice and then runs",
    tells: /container web exits with/,
    source: "recording crash-twice-then-ok",
    story: (random) => troubled(random, (now) => endingLife(random, now, 2, random.pick([1, 2, 139]))),
  },
  {
    name: "a registry that answers 503 for 90 s",
    tells: /its registry does not answer|too many pulls/,
    source: "containerd core/remotes/docker; pace of the recording registry-refused",
    story: (random) => {
      const status = random.pick(["503 Service Unavailable", "502 Bad Gateway", "429 Too Many Requests"]);
      const error = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": unexpected status from HEAD request to https://r/v2/web/manifests/2: ${status}`;
      return troubled(random, (now) => {
        const pulls = pullsOf(random);
        return failedPulls(random, now, pulls.slice(0, 3), pulls[3] ?? 0, error);
      });
    },
  },
  {
    name: "the node's own limit of pulls",
    tells: /too many pulls/,
    source: "pkg/kubelet/images/puller.go, pull QPS exceeded (v1.36.3)",
    story: (random) =>
      troubled(random, (now) => {
        const pulls = pullsOf(random);
        const failing = random.pick([1, 2, 3]);
        return failedPulls(random, now, pulls.slice(0, failing), pulls[failing] ?? 0, "pull QPS exceeded");
      }),
  },
  {
    name: "a Secret that the kubelet cannot read for 120 s",
    tells: /container web cannot be created/,
    source: "pkg/kubelet/util/manager; the text in krane's issues",
    story: (random) =>
      troubled(random, (now) =>
        refusedByKubelet(
          random,
          now,
          random.between(100, 135),
          "failed to sync secret cache: timed out waiting for the condition",
        ),
      ),
  },
  {
    name: "a ConfigMap that comes after 25 s",
    tells: /the ConfigMap settings does not exist/,
    source: "recording configmap-late",
    story: (random) =>
      troubled(random, (now) => {
        return refusedByKubelet(random, now, 25, 'configmap "settings" not found');
      }),
  },
  {
    name: "a node that the autoscaler adds in 240 s",
    tells: /the cluster autoscaler is adding/,
    source: "recording insufficient-cpu; cluster autoscaler, eventing_scale_up_processor.go",
    kept: ["TriggeredScaleUp"],
    story: (random) =>
      troubled(random, (now) => {
        const until = random.between(200, 280);
        const group = "https://www.googleapis.com/compute/v1/projects/p/zones/z/instanceGroups/g";
        const message = `pod triggered scale-up: [{${group} 0->1 (max: 1000)}]`;
        const near = until - random.between(5, 30);
        return placedLate(random, now, until, [
          ...(random.chance(0.5)
            ? [
                {
                  at: random.between(1, 8),
                  event: {
                    reason: "NotTriggerScaleUp",
                    type: "Normal" as const,
                    message: "pod didn't trigger scale-up: 1 Insufficient cpu",
                  },
                },
              ]
            : []),
          { at: random.between(9, 30), event: { reason: "TriggeredScaleUp", type: "Normal", message } },
          { at: near, status: unplaced(now, NEW_NODE), placed: false },
          { at: near, event: { reason: "FailedScheduling", message: NEW_NODE } },
        ]);
      }),
  },
  {
    name: "a pod that its node evicts",
    tells: /evict/,
    source: "recording evicted-emptydir; pkg/kubelet/eviction/helpers.go (v1.36.3)",
    story: (random) => {
      const message = random.pick([
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 60Mi. Container web was using 500Mi, request is 64Mi, has larger consumption of memory. ",
        "The node had condition: [DiskPressure]. ",
        'Container web exceeded its local ephemeral storage limit "1Gi". ',
      ]);
      return replaced(random, (now, at) => [
        { at: at - 0.5, event: { reason: "Evicted", message } },
        { at: at - 0.2, status: onNode(now + at, { state: { terminated: terminated(now + at, 137) } }) },
        { at, status: failed("Evicted", message) },
      ]);
    },
  },
  {
    name: "a node that is shut down under a pod",
    tells: /shut down under the pod/,
    source: "pkg/kubelet/nodeshutdown (v1.36.3)",
    story: (random) =>
      replaced(random, (now, at) => [
        {
          at: at - 0.5,
          event: { reason: "Killing", type: "Normal", message: "Stopping container web", container: "web" },
        },
        {
          at: at - 0.2,
          status: onNode(now + at, { state: { terminated: terminated(now + at, random.pick([137, 143])) } }),
        },
        { at, status: failed("Terminated", "Pod was terminated in response to imminent node shutdown.") },
      ]),
  },
  {
    name: "a pod that a higher priority preempts",
    tells: /no node takes the pod/,
    source: "pkg/scheduler/framework/preemption (v1.36.3)",
    story: (random) => {
      const condition = {
        type: "DisruptionTarget",
        status: "True",
        reason: "PreemptionByScheduler",
        message: "default-scheduler: preempting to accommodate a higher priority pod",
      };
      return replaced(
        random,
        (now, at) => [
          {
            at: at - 1,
            event: { reason: "Preempted", type: "Normal", message: "Preempted by pod 0a on node node-a" },
          },
          {
            at: at - 0.9,
            status: { ...onNode(now + at, { state: running(now) }), conditions: [condition] },
            metadata: { deletionTimestamp: stamp(now + at + 30) },
          },
          {
            at,
            status: onNode(now + at, { state: { terminated: terminated(now + at, 143) } }),
            metadata: { deletionTimestamp: stamp(now + at + 30) },
          },
        ],
        (now) => placedLate(random, now, random.between(5, 50), []),
      );
    },
  },
  {
    name: "a readiness probe that fails within its budget",
    tells: /its readiness probe does not succeed/,
    source: "recording slow-readiness",
    story: (random) => {
      const long = random.chance(0.5);
      const template: Template = long
        ? {
            container: {
              readinessProbe: {
                httpGet: { path: "/", port: 8080 },
                initialDelaySeconds: 20,
                periodSeconds: 20,
                failureThreshold: 12,
              },
            },
          }
        : {};
      const said = {
        reason: "Unhealthy",
        message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
        container: "web",
      };
      const budget = long ? 240 : 115;
      return troubled(
        random,
        (now) => slowLife(now, { started: 2, ready: random.between(30, budget) }, said, true),
        { template },
      );
    },
  },
  {
    name: "a slow start that its startup probe allows",
    tells: /its startup probe does not succeed/,
    source: "recordings slow-start and startup-refused",
    story: (random) => {
      const probe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 10, failureThreshold: 30 };
      const message =
        'Startup probe failed: Get "http://10.88.0.9:8080/": dial tcp 10.88.0.9:8080: connect: connection refused';
      const said = { reason: "Unhealthy", message, container: "web" };
      return troubled(
        random,
        (now) => slowLife(now, { started: 2, ready: random.between(100, 290) }, said, false),
        {
          template: { container: { startupProbe: probe } },
        },
      );
    },
  },
  {
    name: "an autoscaler that wants more replicas midway",
    tells: /of 6 /,
    source: "recording scaled-mid-rollout",
    story: (random) => ({
      replicas: 3,
      template: {},
      grace: random.pick([1, 5, 30]),
      lives: (_, now) => [easy(random)(now)],
      scaled: { at: random.between(3, 30), replicas: 6 },
    }),
  },
  {
    name: "a webhook that is down for 60 s",
    tells: /no new pod can be created/,
    source: "staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors (v1.36.3)",
    story: (random) => {
      const message =
        'Internal error occurred: failed calling webhook "v.example.com": failed to call webhook: Post "https://v.shop.svc:443/?timeout=10s": context deadline exceeded';
      return refusedAtFirst(random, { message, tries: RETRIES, until: random.between(45, 70) });
    },
  },
  {
    name: "a quota that old pods free as they go",
    tells: /no new pod can be created/,
    source: "recording quota-exceeded",
    story: (random) => {
      const grace = random.between(5, 75);
      const message = `pods "${OWNERS[2]}-aaaaa" is forbidden: exceeded quota: compute, requested: requests.cpu=2m, used: requests.cpu=4m, limited: requests.cpu=4m`;
      return refusedAtFirst(
        random,
        { message, tries: RETRIES, until: grace + random.between(0.5, 3) },
        { grace, oldFirst: true },
      );
    },
  },
  {
    name: "a volume that is attached after 90 s",
    tells: /a volume cannot be attached/,
    source: "pkg/controller/volume/attachdetach/reconciler (v1.36.3)",
    story: (random) => {
      const message =
        'Multi-Attach error for volume "pvc-0a" Volume is already exclusively attached to one node and can\'t be attached to another';
      return troubled(random, (now) =>
        heldUp(random, now, random.between(60, 105), { reason: "FailedAttachVolume", message }),
      );
    },
  },
  {
    name: "a network that a new node sets up in 100 s",
    tells: /network or sandbox/,
    source: "recording sandbox-network; pkg/kubelet/kubelet.go, NetworkNotReady (v1.36.3)",
    story: (random) => {
      const said = random.pick<Said>([
        {
          reason: "NetworkNotReady",
          message:
            "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
        },
        {
          reason: "FailedCreatePodSandBox",
          message:
            'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory',
        },
      ]);
      return troubled(random, (now) => heldUp(random, now, random.between(80, 130), said));
    },
  },
  {
    name: "an API server that does not answer for 60 s",
    tells: /the ConfigMap settings does not exist/,
    source: "ours: time without an answer counts for nothing",
    story: (random) => {
      const message = 'configmap "settings" not found';
      return troubled(random, (now) =>
        random.chance(0.5)
          ? easy(random)(now)
          : refusedByKubelet(random, now, random.between(15, 24), message),
      );
    },
    blind: (random) => {
      const from = random.between(0.5, 40);
      return [from, from + 60];
    },
  },
];
