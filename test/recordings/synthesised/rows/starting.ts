import { ends, log, refused } from "../container-signs.ts";
import { NAMES } from "../objects.ts";
import { creating, deadline, settingUp } from "../pod-signs.ts";
import { fails, healsAt, type Row, rather } from "../row.ts";

const KUBELET = "kubernetes pkg/kubelet, v1.36";
const web = { container: "web" };
const CONFIG = "CreateContainerConfigError";
const atOnce = (reason: Parameters<typeof fails>[0]) => fails(reason, 15, { ...web, from: 5 });
const config = fails("ConfigMissing", 45, { ...web, from: 30 });
const startError = (message: string) => ends({ exitCode: 128, reason: "StartError", message });
const RUNC =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";

/** Catalogue 2.3: containers that are not created or not started. */
export const STARTING: readonly Row[] = [
  {
    row: "22",
    name: "secret-missing",
    source: KUBELET,
    signs: [...refused(CONFIG, 'secret "does-not-exist" not found'), deadline(35)],
    expect: config,
    nearest: healsAt(25),
  },
  {
    row: "23",
    name: "configmap-key-missing",
    source: KUBELET,
    signs: refused(CONFIG, "couldn't find key LEVEL in ConfigMap shop/settings"),
    expect: atOnce("ConfigMissing"),
    nearest: healsAt(4),
  },
  {
    row: "23",
    name: "secret-key-missing-old-spelling",
    source: "kubernetes pkg/kubelet, v1.10 and before",
    signs: refused(CONFIG, "Couldn't find key PASSWORD in Secret shop/creds"),
    expect: atOnce("ConfigMissing"),
    nearest: healsAt(4),
  },
  {
    row: "24",
    name: "secret-cache-lag",
    source: "kubernetes pkg/kubelet/util/manager, v1.20 to v1.36",
    signs: refused(CONFIG, "failed to sync secret cache: timed out waiting for the condition"),
    expect: fails("ContainerCreateFailed", 195, { ...web, from: 180 }),
    nearest: healsAt(170),
  },
  {
    row: "25",
    name: "non-root",
    source: `${KUBELET}: kuberuntime/security_context_others.go`,
    signs: refused(
      CONFIG,
      `container has runAsNonRoot and image will run as root (pod: "${NAMES.pod}_shop(0)", container: web)`,
    ),
    expect: atOnce("SecurityContextInvalid"),
    nearest: healsAt(4),
  },
  {
    row: "25",
    name: "non-numeric-user",
    source: `${KUBELET}: kuberuntime/security_context_others.go`,
    signs: refused(
      CONFIG,
      `container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "${NAMES.pod}_shop(0)", container: web)`,
    ),
    expect: atOnce("SecurityContextInvalid"),
    nearest: rather(
      refused(
        "CreateContainerError",
        'failed to generate container "0" spec: failed to generate spec: unable to find user app: no matching entries in passwd file',
      ),
      fails("ContainerCreateFailed", 40, web),
    ),
  },
  {
    row: "26",
    name: "container-name-reserved",
    source: "containerd internal/cri/store, v2.1",
    signs: refused(
      "CreateContainerError",
      'failed to reserve container name "web_0": name "web_0" is reserved for "abc"',
    ),
    expect: fails("ContainerCreateFailed", 135, { ...web, from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "26",
    name: "no-command",
    source: "containerd internal/cri/server, v2.1",
    signs: refused(
      "CreateContainerError",
      'failed to generate container "0" spec: failed to generate spec: no command specified',
    ),
    expect: fails("ContainerCreateFailed", 40, web),
    nearest: healsAt(10),
  },
  {
    row: "26",
    name: "sub-path",
    source: `${KUBELET}: kubelet_pods.go, makeMounts`,
    signs: refused(CONFIG, 'failed to prepare subPath for volumeMount "data" of container "web"'),
    expect: fails("ContainerCreateFailed", 40, web),
    nearest: healsAt(10),
  },
  {
    row: "27",
    name: "command-missing",
    source: "runc 1.3, containerd v2.1",
    signs: startError(`${RUNC}exec: "curl": executable file not found in $PATH: unknown`),
    expect: fails("ContainerStartFailed", 30, web),
    nearest: healsAt(3),
  },
  {
    row: "27",
    name: "command-missing-docker",
    source: "moby v20.10 with runc 1.0, through dockershim of 1.23 and before",
    signs: ends({
      exitCode: 127,
      reason: "ContainerCannotRun",
      message:
        'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "curl": executable file not found in $PATH: unknown',
    }),
    expect: fails("ContainerStartFailed", 30, web),
    nearest: healsAt(3),
  },
  {
    row: "27",
    name: "command-missing-crio",
    source: "cri-o v1.33 creates and starts in one step",
    signs: refused(
      "CreateContainerError",
      "container create failed: executable file `curl` not found in $PATH: No such file or directory",
    ),
    expect: fails("ContainerStartFailed", 40, web),
    nearest: rather(
      refused(
        "CreateContainerError",
        "container create failed: writing file `/proc/self/attr/keycreate`: Invalid argument",
      ),
      fails("ContainerCreateFailed", 40, web),
    ),
  },
  {
    row: "28",
    name: "exec-format-log",
    source: "Linux ENOEXEC, as the loader of the image's shell prints it",
    signs: ends({ exitCode: 255 }),
    logs: log("exec /app: exec format error\n"),
    expect: fails("ExecFormatError", 30, web),
    nearest: rather(ends({ exitCode: 255 }), fails("ContainerCrashed", 60, web), {
      logs: log("no route to the database\n"),
    }),
  },
  {
    row: "28",
    name: "exec-format-crio",
    source: "cri-o v1.33 creates and starts in one step",
    signs: refused("CreateContainerError", "container create failed: exec /app: exec format error"),
    expect: fails("ExecFormatError", 40, web),
    nearest: healsAt(5),
  },
  {
    row: "28",
    name: "exec-format-of-old-runc",
    source: "runc 1.0",
    signs: ends({ exitCode: 1 }),
    logs: log("standard_init_linux.go:228: exec user process caused: exec format error\n"),
    expect: fails("ExecFormatError", 30, web),
    nearest: healsAt(3),
  },
  {
    row: "29",
    name: "post-start-hook-of-1.20",
    source: "kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go, v1.20: the output is told",
    signs: ends(
      { exitCode: 137 },
      {
        said: [
          {
            reason: "FailedPostStartHook",
            message: `Exec lifecycle hook ([/bin/false]) for Container "web" in Pod "${NAMES.pod}_shop(0)" failed - error: command '/bin/false' exited with 1: , message: ""`,
          },
        ],
      },
    ),
    expect: fails("PostStartHookFailed", 60, web),
    nearest: healsAt(15),
  },
  {
    row: "30",
    name: "mount-secret-missing",
    source: "kubernetes pkg/volume/secret, v1.20 to v1.36",
    signs: settingUp(
      "FailedMount",
      'MountVolume.SetUp failed for volume "cert" : secret "webhook-server-cert" not found',
    ),
    expect: fails("ConfigMissing", 47, { from: 30 }),
    nearest: healsAt(25),
  },
  {
    row: "30",
    name: "mount-key-missing",
    source: "kubernetes pkg/volume/configmap, v1.36",
    signs: settingUp(
      "FailedMount",
      'MountVolume.SetUp failed for volume "cfg" : configmap references non-existent config key: app.yaml',
    ),
    expect: fails("ConfigMissing", 15, { from: 5 }),
    nearest: healsAt(5),
  },
  {
    row: "30",
    name: "mount-projected-missing",
    source: "kubernetes pkg/volume/projected, v1.36",
    signs: settingUp(
      "FailedMount",
      'MountVolume.SetUp failed for volume "all" : [secret "a" not found, configmap "b" not found]',
    ),
    expect: fails("ConfigMissing", 47, { from: 30 }),
    nearest: rather(
      settingUp(
        "FailedMount",
        'MountVolume.SetUp failed for volume "all" : failed to sync secret cache: timed out waiting for the condition',
      ),
      fails("VolumeMountFailed", 195, { from: 180 }),
    ),
  },
  {
    row: "30",
    name: "mount-csi-driver-missing",
    source: "kubernetes pkg/volume/csi, v1.36",
    signs: settingUp(
      "FailedMount",
      'MountVolume.MountDevice failed for volume "pvc-0" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name filestore.csi.storage.gke.io not found in the list of registered CSI drivers',
    ),
    expect: fails("VolumeMountFailed", 195, { from: 180 }),
    nearest: healsAt(170),
  },
  {
    row: "30",
    name: "mount-summary-only",
    source: "kubernetes pkg/kubelet/volumemanager/volume_manager.go, v1.20",
    signs: settingUp(
      "FailedMount",
      "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access]: timed out waiting for the condition",
    ),
    expect: fails("VolumeMountFailed", 195, { from: 180 }),
    nearest: healsAt(170),
  },
  {
    row: "31",
    name: "attach-multi",
    source: "kubernetes pkg/controller/volume/attachdetach/reconciler, v1.36",
    signs: settingUp(
      "FailedAttachVolume",
      'Multi-Attach error for volume "pvc-0" Volume is already exclusively attached to one node and can\'t be attached to another',
    ),
    expect: fails("VolumeAttachFailed", 135, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "32",
    name: "sandbox-ip-exhausted",
    source: "CNI plugins host-local, v1.7",
    signs: settingUp(
      "FailedCreatePodSandBox",
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0": plugin type="gke" name="k8s-pod-network" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.4.0.1-10.4.0.254',
    ),
    expect: fails("PodIpExhausted", 75, { from: 60 }),
    nearest: healsAt(50),
  },
  {
    row: "32",
    name: "sandbox-ip-exhausted-dataplane-v2",
    source: "cilium pkg/ipam, v1.15, as GKE Dataplane V2 runs it",
    signs: settingUp(
      "FailedCreatePodSandBox",
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0": plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  range is full',
    ),
    expect: fails("PodIpExhausted", 75, { from: 60 }),
    nearest: healsAt(50),
  },
  {
    row: "32",
    name: "sandbox-cni-not-ready",
    source: "kubernetes pkg/kubelet/kubelet.go, v1.36, NetworkNotReady",
    signs: settingUp(
      "NetworkNotReady",
      "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
    ),
    expect: fails("PodSandboxFailed", 195, { from: 180 }),
    nearest: healsAt(170),
  },
  {
    row: "32",
    name: "sandbox-old-spelling",
    source: "kubernetes pkg/kubelet/events, v1.20: FailedCreatePodSandBox; docker's words",
    signs: [
      { t: 0.5, pod: creating },
      ...settingUp(
        "FailedCreatePodSandBox",
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "0" network for pod "web": networkPlugin cni failed to set up pod "web" network: open /run/flannel/subnet.env: no such file or directory',
      ),
    ],
    expect: fails("PodSandboxFailed", 195, { from: 180 }),
    nearest: healsAt(100),
  },
];
