import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/core/recording/redact.ts";

type Json = Readonly<Record<string, unknown>>;

const redacted = (...objects: Json[]): Json[] => objects.map(createRedactor());

const container = (more: Json = {}): Json => ({ name: "web", image: "shop/web:1", ...more });
const pod = (spec: Json, more: Json = {}): Json => ({
  kind: "Pod",
  metadata: { name: "web-1", uid: "p" },
  spec,
  ...more,
});
const withEnv = (value: string): Json => pod({ containers: [container({ env: [{ name: "A", value }] })] });
const eventOf = (message: string, reason = "Failed"): Json => ({ kind: "Event", reason, message });
const messageAfter = (first: Json, message: string, reason?: string): unknown =>
  redacted(first, eventOf(message, reason))[1]?.message;

describe("createRedactor()", () => {
  it("replaces values of the environment, and keeps names and references", () => {
    const env = [
      { name: "DB_URL", value: "postgres://shop:hunter2@db/shop" },
      { name: "KEY", valueFrom: { secretKeyRef: { name: "creds", key: "key" } } },
      { name: "EMPTY", value: "" },
    ];
    const [seen] = redacted(pod({ containers: [container({ env })] }));
    expect(seen).toEqual(
      pod({ containers: [container({ env: [{ name: "DB_URL", value: "(redacted-1)" }, env[1], env[2]] })] }),
    );
  });

  it("keeps equal values equal and different ones different, over all objects", () => {
    const [a, b, c] = redacted(withEnv("one secret"), withEnv("another secret"), withEnv("one secret"));
    expect(a).toEqual(c);
    expect(a).not.toEqual(b);
  });

  it.each<[string, Json, Json]>([
    ["command and args", { command: ["sh", "-c"], args: ["a", "sh"] }, { command: [1, 2], args: [3, 1] }],
    [
      "commands of probes and hooks",
      {
        livenessProbe: { exec: { command: ["a"] }, periodSeconds: 3 },
        lifecycle: { preStop: { exec: { command: ["b"] } } },
      },
      {
        livenessProbe: { exec: { command: [1] }, periodSeconds: 3 },
        lifecycle: { preStop: { exec: { command: [2] } } },
      },
    ],
    [
      "headers and path of a probe",
      {
        readinessProbe: {
          httpGet: {
            port: "http",
            scheme: "HTTPS",
            path: "/?key=1",
            httpHeaders: [{ name: "Authorization", value: "x" }],
          },
        },
      },
      {
        readinessProbe: {
          httpGet: {
            port: "http",
            scheme: "HTTPS",
            path: 1,
            httpHeaders: [{ name: "Authorization", value: 2 }],
          },
        },
      },
    ],
    [
      "what it does not know",
      { futureField: { text: "x" }, futureText: "y" },
      { futureField: { text: 1 }, futureText: 2 },
    ],
  ])("replaces %s", (_, given, expected) => {
    const numbered = JSON.parse(JSON.stringify(expected), (key, value) =>
      typeof value === "number" && !key.endsWith("Seconds") ? `(redacted-${value})` : value,
    );
    expect(redacted(pod({ containers: [container(given)] }))).toEqual([
      pod({ containers: [container(numbered)] }),
    ]);
  });

  it("seals what a volume is given, and keeps what it refers to", () => {
    const volumes = [
      {
        name: "v",
        csi: { driver: "d", nodePublishSecretRef: { name: "s" }, volumeAttributes: { name: "x", kind: "y" } },
      },
      { name: "c", secret: { secretName: "creds", items: [{ key: "tls.key", path: "k" }] } },
      { name: "e", emptyDir: { sizeLimit: "4Mi" } },
    ];
    expect(redacted(pod({ volumes, imagePullSecrets: [{ name: "pull" }] }))[0]?.spec).toEqual({
      volumes: [
        {
          name: "v",
          csi: {
            driver: "d",
            nodePublishSecretRef: { name: "s" },
            volumeAttributes: { name: "(redacted-1)", kind: "(redacted-2)" },
          },
        },
        { name: "c", secret: { secretName: "creds", items: [{ key: "tls.key", path: "(redacted-3)" }] } },
        volumes[2],
      ],
      imagePullSecrets: [{ name: "pull" }],
    });
  });

  it("keeps the keys of annotations, and only our own and the controller's values; drops managedFields", () => {
    const metadata = {
      name: "web",
      labels: { app: "web" },
      managedFields: [{ manager: "kubectl" }],
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": "{not JSON, and secret",
        "deployment.kubernetes.io/revision": "3",
        "gke-safe-rollout/run": "https://github.com/a/b/actions/runs/1",
      },
    };
    expect(redacted({ kind: "Deployment", metadata })).toEqual([
      {
        kind: "Deployment",
        metadata: {
          name: "web",
          labels: { app: "web" },
          annotations: {
            ...metadata.annotations,
            "kubectl.kubernetes.io/last-applied-configuration": "(redacted-1)",
          },
        },
      },
    ]);
  });

  it("keeps what the scheduler reads", () => {
    const spec = {
      nodeSelector: { pool: "a" },
      tolerations: [{ key: "gpu", operator: "Equal", value: "yes", effect: "NoSchedule" }],
      affinity: {
        nodeAffinity: { required: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }] },
      },
      containers: [container({ resources: { requests: { cpu: "2m" } } })],
      priorityClassName: "high",
    };
    expect(redacted(pod(spec))).toEqual([pod(spec)]);
  });
});

describe("messages", () => {
  it("lose every value that was replaced, in whole, by line, behind a flag and quoted", () => {
    const args = ['--password=s3cr"et!', "line one of it\nline two of it"];
    const first = pod({ containers: [container({ args })] });
    const said = messageAfter(first, 'exec: "--password=s3cr\\"et!": s3cr"et! and line two of it');
    expect(said).toBe('exec: "(redacted-1)": (redacted-1) and (redacted-2)');
  });

  it("lose the longest of values that begin alike", () => {
    const first = pod({ containers: [container({ args: ["abc-123", "abc-123-def"] })] });
    expect(messageAfter(first, "no abc-123-def, no abc-123")).toBe("no (redacted-2), no (redacted-1)");
  });

  it("lose values that come with them in one object, whatever the order of its fields", () => {
    const status = { message: "no such file: /opt/s3cret/run" };
    const spec = { containers: [container({ command: ["/opt/s3cret/run"] })] };
    expect(redacted({ kind: "Pod", status, spec })[0]?.status).toEqual({
      message: "no such file: (redacted-1)",
    });
  });

  it("keep the words that a verdict is read from, also where a value is such a word", () => {
    const text = 'Failed to pull image "shop/web:1": not found';
    const env = ["Failed", "image", "shop/web:1", "shop", "found", "137"].map((value) => ({
      name: "A",
      value,
    }));
    expect(messageAfter(pod({ containers: [container({ env })] }), text)).toBe(text);
  });

  it.each([
    ["Readiness probe failed: HTTP probe failed with statuscode: 404", undefined],
    ["Liveness probe failed: dial tcp 10.0.0.1:80: connect: connection refused", undefined],
    ["Readiness probe failed: db password is swordfish", "Readiness probe failed: (redacted)"],
    ["Startup probe failed: ", undefined],
  ])("of probes keep what the kubelet says itself: %s", (text, expected) => {
    expect(messageAfter(pod({}), text, "Unhealthy")).toBe(expected ?? text);
  });

  it.each([
    "error: swordfish",
    "timeout: swordfish",
    "dial tcp swordfish",
    'Get "swordfish"',
    "service unhealthy swordfish",
    "HTTP probe failed with statuscode: 404\nswordfish",
    "dial tcp 10.0.0.1:80: connect: connection refused\nswordfish",
  ])("of probes lose what a program prints, also where it begins as the kubelet does: %j", (output) => {
    expect(messageAfter(pod({}), `Readiness probe failed: ${output}`, "Unhealthy")).toBe(
      "Readiness probe failed: (redacted)",
    );
  });

  it.each([
    'Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: connection refused',
    'Get "http://10.0.0.1:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'timeout: failed to connect service "10.0.0.1:80" within 1s: context deadline exceeded',
    "timeout: health rpc did not complete within 2s",
    "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service",
    'error: failed to connect service at "10.0.0.1:80": EOF',
    "error: health rpc probe failed: EOF",
    'service unhealthy (responded with "NOT_SERVING")',
  ])("of probes keep what the kubelet found: %s", (output) => {
    const text = `Liveness probe failed: ${output}`;
    expect(messageAfter(pod({}), text, "Unhealthy")).toBe(text);
  });

  it.each([
    [
      'Readiness probe failed: command timed out: "mysqladmin --password swordfish" timed out after 1s',
      'Readiness probe failed: command timed out: "(redacted)" timed out after 1s',
    ],
    [
      'Liveness probe failed: command "mysqladmin --password swordfish" timed out',
      'Liveness probe failed: command "(redacted)" timed out',
    ],
    [
      'Exec lifecycle hook ([sh -c "x [swordfish]" swordfish]) for Container "web" in Pod "a" failed - error: command \'sh swordfish\' exited with 1: , message: ""',
      'Exec lifecycle hook ((redacted)) for Container "web" in Pod "a" failed - error: command \'(redacted)\' exited with 1: (redacted), message: "(redacted)"',
    ],
  ])("lose the command, whose arguments may be plain words: %s", (text, expected) => {
    expect(messageAfter(pod({}), text)).toBe(expected);
  });

  it("of hooks lose what the hook printed", () => {
    const text = "command 'sh -c x' exited with 1: sword\nfish, message: \"sword\nfish\"";
    expect(messageAfter(pod({}), text)).toBe(
      "command '(redacted)' exited with 1: (redacted), message: \"(redacted)\"",
    );
  });

  it.each([
    ["Error", 1, "panic: swordfish", "(redacted)"],
    ["Error", 255, "loader: exec format error: swordfish", "exec format error (redacted)"],
    ["StartError", 128, "exec /app: exec format error", "exec /app: exec format error"],
    ["Completed", 0, "", ""],
  ])(
    "of an end (%s) are the program's own, unless it did not start",
    (reason, exitCode, message, expected) => {
      const state = { terminated: { reason, exitCode, message } };
      const [seen] = redacted({ kind: "Pod", status: { containerStatuses: [{ state }] } });
      const shown = { terminated: { reason, exitCode, message: expected } };
      expect(seen).toEqual({ kind: "Pod", status: { containerStatuses: [{ state: shown }] } });
    },
  );

  it.each([
    "https://shop:SECRETSECRET1@registry.example.com/v2/",
    "Authorization: Bearer SECRETSECRET1",
    "ghp_SECRETSECRET1SECRETSECRET1SECRET1234",
    "eyJhbGciOiJIUzI1NiJ9.SECRETSECRET1.abc",
    "password=SECRETSECRET1",
  ])("lose credentials by their form: %s", (text) => {
    expect(messageAfter(pod({}), `denied: ${text}`)).not.toContain("SECRETSECRET1");
  });
});

/** A string position that Kubernetes leaves to the user, with the path to it. */
const POSITIONS: readonly ((secret: string) => Json)[] = [
  (s) => ({ metadata: { annotations: { a: s } } }),
  (s) => ({
    metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": `{"x":"${s}"}` } },
  }),
  (s) => ({ metadata: { managedFields: [{ manager: s }] } }),
  ...["containers", "initContainers", "ephemeralContainers"].flatMap((list) =>
    [
      (s: string) => ({ command: ["sh", s] }),
      (s: string) => ({ args: [`--flag=${s}`, "x"] }),
      (s: string) => ({ env: [{ name: "A", value: s }] }),
      (s: string) => ({ workingDir: s }),
      (s: string) => ({ livenessProbe: { exec: { command: [s] } } }),
      (s: string) => ({
        readinessProbe: { httpGet: { path: `/${s}`, httpHeaders: [{ name: "X", value: s }] } },
      }),
      (s: string) => ({ startupProbe: { grpc: { port: 1, service: s } } }),
      (s: string) => ({
        lifecycle: { postStart: { exec: { command: [s] } }, preStop: { httpGet: { host: "h", path: s } } },
      }),
      (s: string) => ({ volumeMounts: [{ name: "v", mountPath: s, subPathExpr: s }] }),
      (s: string) => ({ securityContext: { seccompProfile: { localhostProfile: s } } }),
    ].map((make) => (s: string) => ({ spec: { [list]: [{ name: "c", ...make(s) }] } })),
  ),
  (s) => ({ spec: { volumes: [{ name: "v", csi: { driver: "d", volumeAttributes: { name: s } } }] } }),
  (s) => ({ spec: { volumes: [{ name: "v", flexVolume: { driver: "d", options: { type: s } } }] } }),
  (s) => ({ spec: { volumes: [{ name: "v", nfs: { server: s, path: s } }] } }),
  (s) => ({ spec: { volumes: [{ name: "v", iscsi: { initiatorName: s, iqn: s } }] } }),
  (s) => ({ spec: { volumes: [{ name: "v", azureFile: { shareName: s } }] } }),
  (s) => ({ spec: { volumes: [{ name: "v", downwardAPI: { items: [{ path: s }] } }] } }),
  (s) => ({ spec: { hostAliases: [{ ip: "1.2.3.4", hostnames: [s] }], hostname: s, subdomain: s } }),
  (s) => ({ spec: { dnsConfig: { searches: [s], options: [{ name: "n", value: s }] } } }),
  (s) => ({ spec: { securityContext: { sysctls: [{ name: "k", value: s }] } } }),
  (s) => ({
    status: {
      containerStatuses: [{ lastState: { terminated: { exitCode: 1, reason: "Error", message: s } } }],
    },
  }),
];

describe("a secret at any position that is the user's", () => {
  const secret = fc
    .tuple(fc.stringMatching(/^[A-Za-z0-9_!$+/=-]{11,40}$/), fc.integer({ min: 10, max: 99 }))
    .map(([text, number]) => `${text}-${number}`);

  it.each(["Pod", "Deployment", "ReplicaSet"])(
    "does not show in a %s, nor in an event that repeats it",
    (kind) => {
      const property = fc.property(secret, fc.constantFrom(...POSITIONS), (text, place) => {
        const object = place(text);
        const whole =
          kind === "Pod"
            ? { kind, ...object }
            : { kind, spec: { template: object }, metadata: object.metadata ?? {} };
        const isKnown = !JSON.stringify(object).includes("managedFields") && object.status === undefined;
        const events = isKnown ? [eventOf(`Error: cannot use "${text}" here: ${text}`)] : [];
        expect(JSON.stringify(redacted(whole, ...events))).not.toContain(text);
      });
      fc.assert(property, { numRuns: 400, seed: 3 });
    },
  );
});
