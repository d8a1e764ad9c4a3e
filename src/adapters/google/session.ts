import type { GkeCluster } from "../../core/inputs/where.ts";
import { type Doing, explainApi } from "./explain-api.ts";
import type { GoogleApis, Service } from "./google-apis.ts";
import type { Identity } from "./identity.ts";

/** Google's APIs in the hands of one identity, for one cluster. */
export interface Session {
  readonly wanted: GkeCluster;
  readonly apis: GoogleApis;
  readonly identity: () => Identity;
  /** Address of an API, without a final slash. */
  readonly baseOf: (service: Service) => string;
  readonly signal: AbortSignal;
}

/** One read of one of Google's APIs. */
export interface Reading extends Pick<Doing, "doing" | "permission" | "role"> {
  readonly service: Service;
  readonly path: string;
  /** Project whose IAM policy decides; that of the cluster unless named. */
  readonly project?: string;
}

/** Reads one object. Throws `ActionError`, or the signal's reason. */
export async function readGoogle(session: Session, reading: Reading): Promise<unknown> {
  const { apis, signal } = session;
  try {
    return await apis.get(reading.service, reading.path, signal);
  } catch (error) {
    throw explainApi(error, doingOf(session, reading));
  }
}

/** What a reading was about, for messages. */
function doingOf({ wanted, apis, identity, baseOf }: Session, reading: Reading): Doing {
  const { service, project = wanted.project, doing, permission, role } = reading;
  const { host } = new URL(baseOf(service));
  return { doing, permission, role, project, charged: apis.charged(), host, identity: identity() };
}
