import type { NextStep } from "../diagnosis/finding.ts";
import { advise, kubectl } from "../diagnosis/next-step.ts";
import type { ReasonCode } from "../reason.ts";
import type { Report } from "./report.ts";

/** What to do about what no finding explains: by reason, with `kubectl` commands for the workload at hand. */
export function adviceOn(report: Report): readonly NextStep[] {
  const { workload, reason } = report;
  const ask = (text: string, ...command: readonly string[]): NextStep =>
    workload === undefined
      ? advise(text)
      : kubectl(text, workload.namespace, ...command, `deployment/${workload.name}`);
  const look = (text: string, ...command: readonly string[]): NextStep =>
    workload === undefined ? advise(text) : kubectl(text, workload.namespace, ...command);
  const advice: Partial<Record<ReasonCode, readonly NextStep[]>> = {
    QuotaExceeded: [
      look(
        "Raise the quota, or free some of it: what it counts and what is taken",
        "describe",
        "resourcequota",
      ),
    ],
    LimitRangeViolation: [look("Change what the pod asks for, or the LimitRange", "describe", "limitrange")],
    PodSecurityViolation: [
      advise("Change the security context as the message says, or the level that the namespace enforces"),
    ],
    AdmissionDenied: [advise("Change what the message names, or ask whoever runs that policy or webhook")],
    ServiceAccountMissing: [look("Create it, or name one that is there", "get", "serviceaccounts")],
    VolumeUnavailable: [look("See which claims there are, and to what they are bound", "get", "pvc")],
    Superseded: [ask("See what stands there now and who wrote it", "rollout", "history")],
    Cancelled: [ask("See what stands there now, and run again or undo it", "rollout", "status")],
    WorkloadPaused: [ask("Resume it, then run again", "rollout", "resume")],
    NoReplicas: [
      advise("Scale it up first, or use `precheck: warn` to change it without verifying anything"),
    ],
    Timeout: [ask("See what it still waits for", "describe")],
    Conflict: [advise("Run again: the workload was changed while we read it")],
    CapacityUnknown: [
      advise("Grant what could not be read, or use `precheck: enforce`, which goes on with a warning"),
    ],
    PermissionDenied: [advise("Grant the identity of this workflow the missing permission, then run again")],
    AuthenticationFailed: [advise("Check that the step which signs in ran in this job, before this one")],
    ClusterUnreachable: [advise("Check the endpoint, and whether this runner's network may reach it")],
    ApiUnavailable: [ask("Once the API server answers, see how far the rollout came", "rollout", "status")],
    WorkloadNotFound: [advise("Check its name and `namespace`, and that this is the right cluster")],
    ContainerNotFound: [
      ask("List its containers", "get", "-o", "jsonpath={.spec.template.spec.containers[*].name}"),
    ],
    InternalError: [
      advise("Run again with `RUNNER_DEBUG=1`, and report this with the JSON report of the run"),
    ],
  };
  return reason === "" ? [] : (advice[reason] ?? []);
}
