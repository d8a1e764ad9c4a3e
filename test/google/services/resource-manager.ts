import type { Serve } from "../../faults/front.ts";
import { type Call, googleApi } from "../api.ts";
import { json, problem } from "../problem.ts";
import type { World } from "../world.ts";

/** Resource Manager: a project and its number, as v3 tells it and as v1 does. */
export function resourceManager(world: World): Serve {
  const { facts, trouble } = world;
  const get = (path: RegExp, body: () => unknown): Call => ({
    path,
    answer([project = ""]) {
      const isKnown = project === facts.project || project === facts.projectNumber;
      const isSeen = isKnown && !trouble.denied.has("resourcemanager.projects.get");
      return isSeen ? json(body()) : notAllowed();
    },
  });
  return googleApi(world, "cloudresourcemanager.googleapis.com", [
    get(/^\/v3\/projects\/([^/]+)$/, () => ({
      name: `projects/${facts.projectNumber}`,
      projectId: facts.project,
      state: "ACTIVE",
    })),
    get(/^\/v1\/projects\/([^/]+)$/, () => ({
      projectNumber: facts.projectNumber,
      projectId: facts.project,
      lifecycleState: "ACTIVE",
    })),
  ]);
}

/** Also for a project that is not there. It names no permission. */
const notAllowed = () =>
  problem({ code: 403, status: "PERMISSION_DENIED", message: "The caller does not have permission" });
