import type { WorkloadRef } from "../model/workload.ts";
import type { Form } from "./forms.ts";
import { notASubdomain } from "./names.ts";
import { ok, type Parsed, wrong } from "./parsed.ts";

/** Which workload, without its namespace. */
export type NamedWorkload = Pick<WorkloadRef, "kind" | "name">;

/** What kubectl calls each kind (its name, plural and short name), with or without group and version. */
const KINDS: readonly { readonly words: readonly string[]; readonly kind: string }[] = [
  { kind: "Deployment", words: ["deployment", "deployments", "deploy"] },
  { kind: "StatefulSet", words: ["statefulset", "statefulsets", "sts"] },
  { kind: "DaemonSet", words: ["daemonset", "daemonsets", "ds"] },
  { kind: "ReplicaSet", words: ["replicaset", "replicasets", "rs"] },
  { kind: "Pod", words: ["pod", "pods", "po"] },
  { kind: "Job", words: ["job", "jobs"] },
  { kind: "CronJob", words: ["cronjob", "cronjobs", "cj"] },
  { kind: "Rollout", words: ["rollout", "rollouts"] },
];

/** A workload as kubectl writes it; a bare name is a Deployment. */
export const workload: Form<NamedWorkload> = { expected: "deployment/NAME, or a bare NAME", parse };

function parse(text: string): Parsed<NamedWorkload> {
  if (/[\r\n]/.test(text)) return wrong("one run rolls out one workload");
  const slash = text.indexOf("/");
  if (slash < 0) return named(text);
  const word = text.slice(0, slash).toLowerCase();
  const known = KINDS.find(({ words }) => words.includes(word.replace(/\..*$/, "")));
  if (known === undefined) {
    return wrong(`"${text.slice(0, slash)}" is not a kind of workload; a namespace has an input of its own`);
  }
  if (known.kind !== "Deployment") {
    return {
      kind: "unsupported",
      instead: `a ${known.kind} cannot be rolled out yet; Deployments can, as deployment/NAME`,
    };
  }
  return named(text.slice(slash + 1));
}

function named(name: string): Parsed<NamedWorkload> {
  const fault = notASubdomain(name);
  return fault === undefined ? ok({ kind: "Deployment", name }) : wrong(fault);
}
