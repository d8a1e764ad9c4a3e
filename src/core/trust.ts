/** The parts of an event's payload that say whose code a run may be about. All of it is unchecked JSON. */
interface Payload {
  readonly repository?: Repository | null;
  readonly pull_request?: { readonly head?: { readonly repo?: Repository | null } } | null;
  readonly workflow_run?: { readonly event?: unknown; readonly head_repository?: Repository | null } | null;
  readonly issue?: { readonly pull_request?: unknown } | null;
  readonly check_suite?: Suite | null;
  readonly check_run?: { readonly check_suite?: Suite | null } | null;
  readonly branches?: unknown;
}

interface Repository {
  readonly id?: unknown;
  readonly full_name?: unknown;
}

interface Suite {
  readonly head_branch?: unknown;
}

/**
 * Says why an event is not to be trusted with a deployment, `undefined` when it may be. `eventName` is
 * `GITHUB_EVENT_NAME`, empty or `undefined` outside GitHub; `event` the parsed event file, `undefined` when it
 * cannot be read.
 *
 * What can be steered by somebody who may not write to the repository is refused: `pull_request_target`, whatever
 * carries a pull request (`pull_request`, `pull_request_review`, `pull_request_review_comment`) or a
 * `workflow_run` from another repository, and what is about a commit whose origin the payload does not tell: a
 * comment on a pull request, and checks and statuses on commits of no branch of ours. The rules look at what a
 * payload carries, not at its name, so that they hold for events to come. `push`, `workflow_dispatch`, `schedule`,
 * `release`, `repository_dispatch`, `merge_group` and others carry nothing of it, since only writers cause them; a
 * called workflow (`workflow_call`) has the event of its caller.
 *
 * Source: GitHub's webhook payloads; `head_branch` of a check suite is null for a push to a fork.
 */
export function distrust(eventName: string | undefined, event: unknown): string | undefined {
  if (!eventName) return undefined;
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    return "the event file cannot be read, so nobody knows whose code this is";
  }
  const payload = event as Payload;
  if (eventName === "pull_request_target") {
    return "pull_request_target runs with this repository's rights for pull requests from anywhere";
  }
  return (
    aboutPullRequest(eventName, payload) ??
    aboutWorkflowRun(eventName, payload) ??
    aboutCommit(eventName, payload)
  );
}

function aboutPullRequest(eventName: string, payload: Payload): string | undefined {
  if (!payload.pull_request && !eventName.startsWith("pull_request")) return undefined;
  const head = payload.pull_request?.head?.repo;
  if (!head) return "the pull request comes from a repository that is gone";
  return isSame(head, payload.repository) ? undefined : `the pull request comes from ${nameOf(head)}`;
}

function aboutWorkflowRun(eventName: string, payload: Payload): string | undefined {
  if (!payload.workflow_run && eventName !== "workflow_run") return undefined;
  if (payload.workflow_run?.event === "pull_request_target") {
    return "the workflow run before was started by pull_request_target";
  }
  const head = payload.workflow_run?.head_repository;
  if (!head) return "the workflow run before belongs to a repository that is gone";
  return isSame(head, payload.repository) ? undefined : `the workflow run before is about ${nameOf(head)}`;
}

function aboutCommit(eventName: string, payload: Payload): string | undefined {
  if (payload.issue?.pull_request) {
    return "a comment on a pull request does not say which repository the pull request comes from";
  }
  const suite = payload.check_suite ?? payload.check_run?.check_suite;
  if (suite && typeof suite.head_branch !== "string")
    return "the check is about a commit of another repository";
  if (eventName !== "status" || (Array.isArray(payload.branches) && payload.branches.length > 0))
    return undefined;
  return "the status is about a commit of no branch of this repository";
}

/** Compares by id, which outlives a rename, and by name where there is none. What cannot be told is not the same. */
function isSame(head: Repository, base: Repository | null | undefined): boolean {
  if (typeof head.id === "number" && typeof base?.id === "number") return head.id === base.id;
  const [a, b] = [head.full_name, base?.full_name];
  return typeof a === "string" && typeof b === "string" && a.toLowerCase() === b.toLowerCase();
}

function nameOf(repository: Repository): string {
  return typeof repository.full_name === "string" ? repository.full_name : "another repository";
}
