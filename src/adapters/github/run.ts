import type { Run } from "../../core/report/report.ts";
import type { Environment } from "../environment.ts";

/** Says which workflow run this is; the link of a re-run leads to its very attempt. */
export function runOf(env: Environment): Run {
  return {
    url: urlOf(env),
    number: env.GITHUB_RUN_NUMBER ?? "",
    sha: env.GITHUB_SHA ?? "",
    actor: env.GITHUB_ACTOR ?? "",
  };
}

function urlOf(env: Environment): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  if (!server || !repository || !id) return "";
  const attempt = env.GITHUB_RUN_ATTEMPT ?? "1";
  return `${server}/${repository}/actions/runs/${id}${attempt === "1" ? "" : `/attempts/${attempt}`}`;
}
