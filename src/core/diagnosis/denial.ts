import { advise, run } from "./next-step.ts";
import type { Refusal } from "./refusal.ts";

const NO_POD = "no new pod can be created";

/** Tells who denied a pod and why: GKE Warden, Binary Authorization, a policy of the cluster, or some webhook. */
export function denialOf(message: string): Refusal {
  return warden(message) ?? binaryAuthorization(message) ?? policy(message) ?? webhook(message);
}

/** GKE Autopilot's own rules, as JSON: the rule to what violates it. Seen on GKE 1.32. */
function warden(message: string): Refusal | undefined {
  if (!/GKE (Warden|Policy Controller) rejected/.test(message)) return undefined;
  const violations = violationsIn(message);
  const told = violations.map(({ rule, texts }) => `${texts.join(", ")} (${rule})`).join("; ");
  return {
    summary: `${NO_POD}: GKE Autopilot forbids what the template asks for${told === "" ? "" : `: ${told}`}`,
    next: [
      advise(
        "Take the field that the message names out of the template, or run it on a Standard cluster or under an allowlist for privileged workloads",
      ),
    ],
  };
}

interface Violation {
  readonly rule: string;
  readonly texts: readonly string[];
}

/** Reads `{"[denied by rule]":["text"]}` after `Violations details: ` (`policies: ` before 1.23), whatever follows it. Empty where that is no such JSON. */
function violationsIn(message: string): readonly Violation[] {
  const json = /(?:Violations details|one or more policies): (\{.*?\})\.?(?:\n|$|\s+Requested by)/s.exec(
    message,
  )?.[1];
  if (json === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === "object" && parsed !== null ? Object.entries(parsed).map(toViolation) : [];
  } catch {
    return [];
  }
}

const toViolation = ([rule, texts]: readonly [string, unknown]): Violation => ({
  rule: rule.replace(/^\[denied by (.*)\]$/, "$1"),
  texts: (Array.isArray(texts) ? texts : [texts]).map(String),
});

/** Source: GKE's Binary Authorization, by webhook or by plugin/pkg/admission/imagepolicy (v1.36.3). */
function binaryAuthorization(message: string): Refusal | undefined {
  if (!/imagepolicywebhook\.image-policy\.k8s\.io|image policy webhook backend denied/.test(message))
    return undefined;
  const image = /Image (\S+) denied by/i.exec(message)?.[1];
  const [, project, attestor] =
    /attestors?\/?\s*projects\/([^/\s]+)\/attestors\/([^\s:]+)/.exec(message) ?? [];
  const why = attestor === undefined ? "its policy does not allow it" : `${attestor} has not attested it`;
  return {
    summary: `${NO_POD}: Binary Authorization denies ${image ?? "the image"}, since ${why}`,
    next: [
      attestor === undefined || project === undefined
        ? run("See what the policy demands", "gcloud", "container", "binauthz", "policy", "export")
        : run(
            "See which images the attestor vouches for; the build has to attest the digest before the rollout",
            "gcloud",
            "container",
            "binauthz",
            "attestations",
            "list",
            `--project=${project}`,
            `--attestor=projects/${project}/attestors/${attestor}`,
          ),
      advise("Deploy by digest: Binary Authorization attests digests, not tags"),
    ],
  };
}

/** Source: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating (v1.36.3). */
function policy(message: string): Refusal | undefined {
  const [, name, why = ""] =
    /(?:ValidatingAdmissionPolicy|policy) '([^']+)' with binding '[^']+' denied request:? ?(.*)$/s.exec(
      message,
    ) ?? [];
  if (name === undefined) return undefined;
  return {
    summary: `${NO_POD}: the policy ${name} denies it${why === "" ? "" : `: ${why}`}`,
    next: [
      run(
        "See what the policy demands",
        "kubectl",
        "get",
        `validatingadmissionpolicy/${name}`,
        "--output=yaml",
      ),
    ],
  };
}

function webhook(message: string): Refusal {
  const [, name, why = ""] = /admission webhook "([^"]+)" denied the request(?:: (.*))?/s.exec(message) ?? [];
  const who = name === undefined ? "an admission policy or webhook" : `the admission webhook ${name}`;
  return {
    summary: `${NO_POD}: ${who} denies it${why === "" ? "" : `: ${why}`}`,
    next: [
      advise("Change the template as the message demands, or talk to who owns the rule"),
      run(
        "See which webhooks there are",
        "kubectl",
        "get",
        "validatingwebhookconfigurations,mutatingwebhookconfigurations",
      ),
    ],
  };
}
