import { ends, inState, log, notReady } from "../container-signs.ts";
import { stamp } from "../objects.ts";
import { deadline } from "../pod-signs.ts";
import { fails, healsAt, type Row, rather } from "../row.ts";

const KUBELET = "kubernetes pkg/kubelet, v1.36";
const EXIT = "core/v1 ContainerStateTerminated, v1.36; exit codes of POSIX";
const web = { container: "web" };
const crashed = fails("ContainerCrashed", 60, { ...web, from: 17 });
const probe = { httpGet: { path: "/live", port: 8080 }, periodSeconds: 10, failureThreshold: 3 };
const killedBy = (kind: string, cause: string) => [
  { reason: "Unhealthy", message: `${kind} probe failed: ${cause}` },
  {
    reason: "Killing",
    message: `Container web failed ${kind.toLowerCase()} probe, will be restarted`,
    type: "Normal" as const,
  },
];
const unready = fails("ReadinessProbeFailed", 135, { ...web, from: 120 });
const refusedBy = "dial tcp 10.42.0.10:8080: connect: connection refused";
const init = { spec: { initContainers: [{ name: "migrate", image: "shop/migrate:2" }] } };
const sidecar = {
  spec: { initContainers: [{ name: "proxy", image: "shop/proxy:2", restartPolicy: "Always" }] },
};

/** Catalogue 2.3 (rows 33 and 34) and 2.4: containers that run, and do not last or do not get ready. */
export const RUNNING: readonly Row[] = [
  {
    row: "33",
    name: "init-container-crash",
    source: KUBELET,
    template: init,
    signs: ends({ exitCode: 1, message: "relation does not exist" }, { container: "migrate", init: true }),
    expect: fails("ContainerCrashed", 60, { container: "migrate" }),
    nearest: healsAt(15),
  },
  {
    row: "34",
    name: "sidecar-crash",
    source: "kubernetes KEP-753, v1.36",
    template: sidecar,
    signs: ends({ exitCode: 2 }, { container: "proxy", sidecar: true }),
    expect: fails("ContainerCrashed", 125, { container: "proxy", from: 60 }),
    nearest: healsAt(40),
  },
  {
    row: "35",
    name: "exit-0-daemonised",
    source: EXIT,
    signs: ends({ exitCode: 0 }),
    expect: fails("ContainerExited", 60, { ...web, from: 17 }),
    nearest: healsAt(15),
  },
  {
    row: "36",
    name: "exit-1",
    source: EXIT,
    signs: [...ends({ exitCode: 1 }), deadline(45)],
    logs: log("Error: connect ECONNREFUSED 10.0.0.5:5432\n"),
    expect: crashed,
    nearest: healsAt(15),
  },
  {
    row: "37",
    name: "exit-127",
    source: EXIT,
    signs: ends({ exitCode: 127 }),
    logs: log("sh: app: not found\n"),
    expect: crashed,
    nearest: healsAt(15),
  },
  {
    row: "37",
    name: "exit-126",
    source: EXIT,
    signs: ends({ exitCode: 126 }),
    logs: log("sh: ./app: Permission denied\n"),
    expect: crashed,
    nearest: healsAt(15),
  },
  {
    row: "38",
    name: "start-error-working-directory",
    source: "runc 1.3, containerd v2.1",
    signs: ends({
      exitCode: 128,
      reason: "StartError",
      message:
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: mkdir /srv: read-only file system: unknown",
    }),
    expect: fails("ContainerStartFailed", 30, web),
    nearest: rather(ends({ exitCode: 128 }), crashed),
  },
  {
    row: "39",
    name: "exit-139",
    source: EXIT,
    signs: ends({ exitCode: 139 }),
    expect: crashed,
    nearest: healsAt(15),
  },
  {
    row: "39",
    name: "exit-134",
    source: EXIT,
    signs: ends({ exitCode: 134 }),
    expect: crashed,
    nearest: healsAt(15),
  },
  {
    row: "40",
    name: "oom-among-its-echoes",
    source: "containerd internal/cri, v2.1",
    template: { container: { resources: { limits: { memory: "64Mi" } }, livenessProbe: probe } },
    signs: [
      ...ends(
        { exitCode: 137, reason: "OOMKilled" },
        {
          said: [
            {
              reason: "Unhealthy",
              message: `Liveness probe failed: Get "http://10.42.0.10:8080/live": ${refusedBy}`,
            },
          ],
        },
      ),
      deadline(4),
    ],
    expect: fails("OomKilled", 30, web),
    nearest: healsAt(3),
  },
  {
    row: "40",
    name: "oom-before-the-command",
    source: "runc 1.3, containerd v2.1",
    signs: ends({
      exitCode: 128,
      reason: "StartError",
      message:
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown",
    }),
    expect: fails("OomKilled", 30, web),
    nearest: healsAt(3),
  },
  {
    row: "41",
    name: "exit-137-not-oom",
    source: EXIT,
    signs: ends({ exitCode: 137 }),
    expect: crashed,
    nearest: rather(ends({ exitCode: 137, reason: "OOMKilled" }), fails("OomKilled", 30, web)),
  },
  {
    row: "42",
    name: "exit-143-by-liveness",
    source: `${KUBELET}: kuberuntime/kuberuntime_manager.go`,
    template: { container: { livenessProbe: probe } },
    signs: ends(
      { exitCode: 143 },
      { said: killedBy("Liveness", "HTTP probe failed with statuscode: 500"), exits: [35, 75, 120] },
    ),
    expect: fails("LivenessProbeFailed", 80, { ...web, from: 74 }),
    nearest: healsAt(60),
  },
  {
    row: "43",
    name: "exit-255",
    source: EXIT,
    signs: ends({ exitCode: 255 }),
    expect: crashed,
    nearest: healsAt(15),
  },
  {
    row: "44",
    name: "liveness-timeout",
    source: `${KUBELET}: prober/prober.go`,
    template: { container: { livenessProbe: probe } },
    signs: ends(
      { exitCode: 137 },
      {
        said: killedBy(
          "Liveness",
          'Get "http://10.42.0.10:8080/live": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ),
        exits: [35, 105, 180],
      },
    ),
    expect: fails("LivenessProbeFailed", 110, { ...web, from: 104 }),
    nearest: healsAt(90),
  },
  {
    row: "44",
    name: "startup-grpc",
    source: `${KUBELET}: prober/prober.go`,
    template: {
      container: { startupProbe: { grpc: { port: 9090 }, periodSeconds: 5, failureThreshold: 3 } },
    },
    signs: ends(
      { exitCode: 143 },
      { said: killedBy("Startup", 'service unhealthy (responded with "NOT_SERVING")'), exits: [17, 36, 60] },
    ),
    expect: fails("StartupProbeFailed", 40, { ...web, from: 35 }),
    nearest: healsAt(25),
  },
  {
    row: "44",
    name: "startup-never-started",
    source: `${KUBELET}: prober/prober.go`,
    template: {
      container: { startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 10, failureThreshold: 12 } },
    },
    signs: notReady(`Startup probe failed: ${refusedBy}`, { started: false }),
    expect: fails("StartupProbeFailed", 140, { ...web, from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "45",
    name: "readiness-refused",
    source: KUBELET,
    signs: [
      ...notReady(`Readiness probe failed: Get "http://10.42.0.10:8080/ready": ${refusedBy}`),
      deadline(130),
    ],
    expect: unready,
    nearest: healsAt(110),
  },
  {
    row: "45",
    name: "readiness-503",
    source: KUBELET,
    signs: notReady("Readiness probe failed: HTTP probe failed with statuscode: 503"),
    expect: unready,
    nearest: healsAt(110),
  },
  {
    row: "45",
    name: "readiness-exec",
    source: KUBELET,
    signs: notReady("Readiness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n"),
    expect: unready,
    nearest: healsAt(110),
  },
  {
    row: "45",
    name: "readiness-grpc-timeout",
    source: KUBELET,
    signs: notReady(
      'Readiness probe failed: timeout: failed to connect service "10.42.0.10:9090" within 1s: context deadline exceeded',
    ),
    expect: unready,
    nearest: healsAt(110),
  },
  {
    row: "45",
    name: "readiness-within-its-own-budget",
    source: "contract: the pod's own budget counts",
    template: { container: { readinessProbe: { ...probe, initialDelaySeconds: 200 } } },
    signs: notReady(`Readiness probe failed: Get "http://10.42.0.10:8080/ready": ${refusedBy}`),
    expect: fails("ReadinessProbeFailed", 245, { ...web, from: 230 }),
    nearest: healsAt(220),
  },
  {
    row: "gke 3.5",
    name: "workload-identity-not-there-yet",
    source: "GKE metadata server: the first seconds of a pod have no identity",
    signs: ends({
      exitCode: 1,
      message:
        "google.auth.exceptions.RefreshError: Failed to retrieve http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/ from the Google Compute Engine metadata service. Status: 404",
    }),
    expect: crashed,
    nearest: healsAt(3),
  },
  {
    row: "44",
    name: "restart-after-readiness",
    source: `${KUBELET}: a container that runs between its crashes`,
    signs: [
      { t: 1, pod: inState({ running: { startedAt: stamp(1) } }) },
      ...ends({ exitCode: 1 }, { exits: [40, 60, 90] }),
    ],
    expect: fails("ContainerCrashed", 95, { ...web, from: 90 }),
    nearest: healsAt(80),
  },
];
