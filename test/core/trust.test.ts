import { describe, expect, it } from "vitest";
import { distrust } from "../../src/core/trust.ts";

const OURS = { id: 1, full_name: "acme/shop" };
const FORK = { id: 2, full_name: "mallory/shop" };

const pull = (repo: unknown) => ({ repository: OURS, pull_request: { head: { repo } } });
const run = (head_repository: unknown, event = "push") => ({
  repository: OURS,
  workflow_run: { event, head_repository },
});

describe("distrust()", () => {
  it.each([undefined, ""])("trusts what runs outside GitHub (event name %j)", (name) => {
    expect(distrust(name, undefined)).toBeUndefined();
  });

  it.each([
    ["push", { repository: OURS, ref: "refs/heads/main" }],
    ["workflow_dispatch", { repository: OURS, inputs: { pull_request: "5" } }],
    ["schedule", { schedule: "0 0 * * *" }],
    ["release", { repository: OURS, release: {} }],
    ["repository_dispatch", { repository: OURS, client_payload: { pull_request: {} } }],
    [
      "merge_group",
      { repository: OURS, merge_group: { head_ref: "refs/heads/gh-readonly-queue/main/pr-5" } },
    ],
    ["pull_request", pull(OURS)],
    ["pull_request", pull({ ...OURS, full_name: "acme/renamed" })],
    [
      "pull_request",
      {
        repository: { full_name: "acme/shop" },
        pull_request: { head: { repo: { full_name: "Acme/Shop" } } },
      },
    ],
    ["pull_request_review", pull(OURS)],
    ["pull_request_review_comment", pull(OURS)],
    ["workflow_run", run(OURS)],
    ["workflow_run", run(OURS, "pull_request")],
    ["issue_comment", { repository: OURS, issue: { number: 5 } }],
    ["check_suite", { repository: OURS, check_suite: { head_branch: "main" } }],
    ["check_run", { repository: OURS, check_run: { check_suite: { head_branch: "main" } } }],
    ["status", { repository: OURS, branches: [{ name: "main" }] }],
  ])("trusts %s: %j", (name, event) => {
    expect(distrust(name, event)).toBeUndefined();
  });

  it.each([
    ["pull_request_target", pull(OURS), "rights"],
    ["pull_request", pull(FORK), "mallory/shop"],
    ["pull_request", pull({ id: 2, full_name: "acme/shop" }), "acme/shop"],
    ["pull_request", pull(null), "gone"],
    ["pull_request", pull({}), "another repository"],
    ["pull_request", { pull_request: { head: { repo: OURS } } }, "acme/shop"],
    ["pull_request", {}, "gone"],
    ["pull_request_review", pull(FORK), "mallory/shop"],
    ["pull_request_review_comment", pull(FORK), "mallory/shop"],
    ["some_event_to_come", pull(FORK), "mallory/shop"],
    ["workflow_run", run(FORK), "mallory/shop"],
    ["some_event_to_come", run(FORK), "mallory/shop"],
    ["workflow_run", run(null), "gone"],
    ["workflow_run", run(OURS, "pull_request_target"), "pull_request_target"],
    ["workflow_run", {}, "gone"],
    ["issue_comment", { repository: OURS, issue: { pull_request: {} } }, "comment"],
    ["check_suite", { repository: OURS, check_suite: { head_branch: null } }, "check"],
    ["check_run", { repository: OURS, check_run: { check_suite: { head_branch: null } } }, "check"],
    ["status", { repository: OURS, branches: [] }, "status"],
    ["push", undefined, "cannot be read"],
    ["push", null, "cannot be read"],
    ["push", [], "cannot be read"],
    ["push", "x", "cannot be read"],
  ])("refuses %s: %j", (name, event, why) => {
    expect(distrust(name, event)).toContain(why);
  });
});
