import { describe, expect, test } from "vitest";
import { toPodSpec } from "../../../src/adapters/kubernetes/decode-pod-spec.ts";
import { parseQuantity } from "../../../src/core/quantity.ts";

const app = { name: "app", image: "app:1" };

describe("toPodSpec()", () => {
  test("toPodSpec() fills in what the API would, and nothing more", () => {
    expect(toPodSpec({ containers: [app] })).toEqual({
      containers: [
        {
          name: "app",
          role: "app",
          image: "app:1",
          requests: new Map(),
          limits: new Map(),
          hostPorts: [],
          startupProbe: undefined,
          livenessProbe: undefined,
          readinessProbe: undefined,
          terminationMessagePolicy: "File",
        },
      ],
      podRequests: new Map(),
      podLimits: new Map(),
      overhead: new Map(),
      nodeName: undefined,
      nodeSelector: {},
      nodeAffinity: undefined,
      podAffinity: [],
      podAntiAffinity: [],
      topologySpread: [],
      volumes: [],
      tolerations: [],
      schedulerName: "default-scheduler",
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
      readinessGates: [],
      schedulingGates: [],
      storageLimited: false,
      unmodelled: [],
    });
  });

  test("toPodSpec() tells sidecars from init containers, in their order before the app", () => {
    const spec = toPodSpec({
      initContainers: [
        { name: "proxy", restartPolicy: "Always" },
        { name: "migrate", resources: { requests: { cpu: "100m" } } },
      ],
      containers: [app],
    });
    expect(spec.containers.map(({ name, role }) => [name, role])).toEqual([
      ["proxy", "sidecar"],
      ["migrate", "init"],
      ["app", "app"],
    ]);
    expect(spec.containers[1]?.requests).toEqual(new Map([["cpu", parseQuantity("100m")]]));
  });

  test("toPodSpec() takes a probe's times, the API's where they are absent", () => {
    const { containers } = toPodSpec({
      containers: [
        { ...app, readinessProbe: { periodSeconds: 3 }, livenessProbe: { initialDelaySeconds: 5 } },
      ],
    });
    const defaults = {
      initialDelaySeconds: 0,
      periodSeconds: 10,
      failureThreshold: 3,
    };
    expect(containers[0]?.readinessProbe).toEqual({ ...defaults, periodSeconds: 3 });
    expect(containers[0]?.livenessProbe).toEqual({ ...defaults, initialDelaySeconds: 5 });
  });

  test("toPodSpec() knows which termination messages can be the end of a log", () => {
    const { containers } = toPodSpec({
      containers: [app, { ...app, terminationMessagePolicy: "FallbackToLogsOnError" }],
    });
    expect(containers.map(({ terminationMessagePolicy }) => terminationMessagePolicy)).toEqual([
      "File",
      "FallbackToLogsOnError",
    ]);
  });

  test("toPodSpec() takes container ports for host ports on the host's network only", () => {
    const ports = [
      { containerPort: 80 },
      { containerPort: 81, hostPort: 8081, hostIP: "10.0.0.1", protocol: "UDP" },
    ];
    const taken = (hostNetwork: boolean) =>
      toPodSpec({ hostNetwork, containers: [{ ...app, ports }] }).containers[0]?.hostPorts;
    const udp = { ip: "10.0.0.1", protocol: "UDP", port: 8081 };
    expect(taken(false)).toEqual([udp]);
    expect(taken(true)).toEqual([{ ip: "0.0.0.0", protocol: "TCP", port: 80 }, udp]);
  });

  test("toPodSpec() refuses a malformed quantity", () => {
    const broken = { ...app, resources: { requests: { cpu: "lots" } } };
    expect(() => toPodSpec({ containers: [broken] })).toThrow(RangeError);
  });

  test("toPodSpec() knows what the node may evict the pod for", () => {
    const limited = (volumes: { name: string; emptyDir: { sizeLimit?: string } }[]) =>
      toPodSpec({ containers: [app], volumes }).storageLimited;
    expect(limited([{ name: "tmp", emptyDir: { sizeLimit: "1Gi" } }])).toBe(true);
    expect(limited([{ name: "tmp", emptyDir: {} }])).toBe(false);
    const disk = { ...app, resources: { limits: { "ephemeral-storage": "1Gi" } } };
    expect(toPodSpec({ containers: [disk] }).storageLimited).toBe(true);
  });
});

describe("toPodSpec() reads what a pod wants of those around it", () => {
  const labelSelector = {
    matchLabels: { app: "web" },
    matchExpressions: [{ key: "tier", operator: "Exists" }],
  };
  const selector = [
    { key: "app", operator: "In", values: ["web"] },
    { key: "tier", operator: "Exists", values: [] },
  ];

  test("toPodSpec() fills in what a hard spread constraint leaves out", () => {
    const constraint = { maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" };
    const read = (extra: object) =>
      toPodSpec({ containers: [app], topologySpreadConstraints: [{ ...constraint, ...extra }] })
        .topologySpread[0];
    const plain = {
      maxSkew: 2,
      topologyKey: "zone",
      selector: undefined,
      minDomains: 1,
      nodeAffinityPolicy: "Honor",
      nodeTaintsPolicy: "Ignore",
      matchLabelKeys: [],
    };
    expect(read({})).toEqual(plain);
    const given = {
      minDomains: 3,
      nodeAffinityPolicy: "Ignore",
      nodeTaintsPolicy: "Honor",
      matchLabelKeys: ["v"],
    };
    expect(read({ ...given, labelSelector })).toEqual({ ...plain, ...given, selector });
    expect(read({ labelSelector: {} })?.selector).toEqual([]);
    expect(read({ whenUnsatisfiable: "ScheduleAnyway" })).toBeUndefined();
  });

  test("toPodSpec() reads required terms, and leaves out preferred ones", () => {
    const required = { topologyKey: "zone", labelSelector, namespaces: ["a"], namespaceSelector: {} };
    const affinity = {
      requiredDuringSchedulingIgnoredDuringExecution: [{ ...required, matchLabelKeys: ["v"] }],
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: required }],
    };
    const read = toPodSpec({
      containers: [app],
      affinity: { podAffinity: affinity, podAntiAffinity: affinity },
    });
    const term = { topologyKey: "zone", selector, namespaces: ["a"], namespaceSelector: [] };
    expect(read.podAffinity).toEqual([{ ...term, matchLabelKeys: ["v"], mismatchLabelKeys: [] }]);
    expect(read.podAntiAffinity).toEqual(read.podAffinity);
  });

  test("toPodSpec() shares what is empty between pods", () => {
    const [one, other] = [toPodSpec({ containers: [app] }), toPodSpec({ containers: [app] })];
    expect(one.podAntiAffinity).toBe(other.podAntiAffinity);
  });
});

describe("toPodSpec() names what no filter judges", () => {
  const spread = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" };
  const term = { topologyKey: "zone" };
  const required = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
  const preferred = {
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }],
  };
  const cases: readonly (readonly [string, object, readonly string[]])[] = [
    ["hard spread", { topologySpreadConstraints: [spread] }, []],
    ["soft spread", { topologySpreadConstraints: [{ ...spread, whenUnsatisfiable: "ScheduleAnyway" }] }, []],
    ["required affinity", { affinity: { podAffinity: required } }, []],
    ["required anti-affinity", { affinity: { podAntiAffinity: required } }, []],
    ["preferred affinity", { affinity: { podAffinity: preferred, podAntiAffinity: preferred } }, []],
    ["a claim", { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "c" } }] }, []],
    ["a disk", { volumes: [{ name: "v", gcePersistentDisk: { pdName: "d" } }] }, []],
    [
      "a disk of another cloud",
      { volumes: [{ name: "v", azureDisk: { diskName: "d" } }] },
      ["volumes.azureDisk"],
    ],
    [
      "volumes that need no placement",
      {
        volumes: [
          { name: "v", configMap: {} },
          { name: "s", csi: { driver: "d" } },
        ],
      },
      [],
    ],
    ["devices", { resourceClaims: [{ name: "gpu" }] }, ["resourceClaims"]],
    ["gates", { schedulingGates: [{ name: "wait" }] }, ["schedulingGates"]],
    ["another scheduler", { schedulerName: "mine" }, ["schedulerName"]],
    ["GKE's scheduler", { schedulerName: "gke.io/optimize-utilization-scheduler" }, []],
    [
      "classes of a template",
      { priorityClassName: "high", runtimeClassName: "gvisor" },
      ["priorityClassName", "runtimeClassName"],
    ],
    [
      "classes of an admitted pod",
      { priorityClassName: "high", runtimeClassName: "gvisor", priority: 9 },
      [],
    ],
  ];
  for (const [what, spec, named] of cases) {
    test(`toPodSpec() with ${what}`, () =>
      expect(toPodSpec({ containers: [app], ...spec }).unmodelled).toEqual(named));
  }
});
