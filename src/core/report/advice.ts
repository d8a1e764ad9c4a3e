import type { NextStep } from "../diagnosis/finding.ts";
import type { ReasonCode } from "../reason.ts";
import type { Report } from "./report.ts";

/** What to do about what no finding explains: by reason, with `kubectl` commands for the workload at hand. */
export function adviceOn(report: Report): readonly NextStep[] {
  const { workload, reason } = report;
  const name = workload === undefined ? "" : `deployment/${workload.name} -n ${workload.namespace}`;
  const kubectl = (text: string, command: string): NextStep => ({
    text,
    command: name === "" ? undefined : `kubectl ${command} ${name}`,
  });
  const say = (text: string): NextStep => ({ text, command: undefined });
  const advice: Partial<Record<ReasonCode, readonly NextStep[]>> = {
    Superseded: [kubectl("See what stands there now and who wrote it", "rollout history")],
    Cancelled: [kubectl("See what stands there now, and run again or undo it", "rollout status")],
    WorkloadPaused: [kubectl("Resume it, then run again", "rollout resume")],
    NoReplicas: [say("Scale it up first, or use `precheck: warn` to change it without verifying anything")],
    Timeout: [kubectl("See what it still waits for", "describe")],
    Conflict: [say("Run again: the workload was changed while we read it")],
    CapacityUnknown: [
      say("Grant what could not be read, or use `precheck: enforce`, which goes on with a warning"),
    ],
    PermissionDenied: [say("Grant the identity of this workflow the missing permission, then run again")],
    AuthenticationFailed: [say("Check that the step which signs in ran in this job, before this one")],
    ClusterUnreachable: [say("Check the endpoint, and whether this runner's network may reach it")],
    ApiUnavailable: [kubectl("Once the API server answers, see how far the rollout came", "rollout status")],
    WorkloadNotFound: [say("Check its name and `namespace`, and that this is the right cluster")],
    ContainerNotFound: [
      kubectl("List its containers", "get -o jsonpath='{.spec.template.spec.containers[*].name}'"),
    ],
    InternalError: [say("Run again with `RUNNER_DEBUG=1`, and report this with the JSON report of the run")],
  };
  return reason === "" ? [] : (advice[reason] ?? []);
}
