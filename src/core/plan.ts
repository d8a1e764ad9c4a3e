import { stringify } from "safe-stable-stringify";
import type { WantedImages } from "./inputs.ts";
import type { Container, ContainerRole, Template } from "./model/pod-spec.ts";
import type { Workload } from "./model/workload.ts";
import { ActionError } from "./reason.ts";

/** Image of one container that the run names. `digest` as the new pods run it, empty when unknown. */
export interface ImageChange {
  readonly container: string;
  readonly role: ContainerRole;
  readonly wanted: string;
  readonly previous: string;
  readonly digest: string;
}

/** What would be changed, fixed before anything is: `next` is the template with the wanted images. */
export interface Plan {
  readonly images: readonly ImageChange[];
  readonly next: Template;
  /** `false` when the workload has these images already. */
  readonly changes: boolean;
}

/**
 * Plans the change of exactly the wanted images; everything else of the template stays as it is.
 * Throws `ActionError`: `InvalidInput` for one image and several containers, `ContainerNotFound`.
 */
export function planOf(workload: Workload, wanted: WantedImages): Plan {
  const images = [...imagesByContainer(workload, wanted)].map(([name, image]): ImageChange => {
    const { role, image: previous } = containerOf(workload, name);
    return { container: name, role, wanted: image, previous, digest: "" };
  });
  return {
    images,
    next: withImages(workload.template, new Map(images.map(({ container, wanted }) => [container, wanted]))),
    changes: images.some(({ wanted, previous }) => wanted !== previous),
  };
}

function imagesByContainer(workload: Workload, wanted: WantedImages): ReadonlyMap<string, string> {
  if (wanted.kind === "named") return wanted.images;
  const [only, ...others] = workload.template.spec.containers.filter(({ role }) => role === "app");
  if (only !== undefined && others.length === 0) return new Map([[only.name, wanted.image]]);
  const names = [only, ...others].map((container) => container?.name);
  throw new ActionError(
    "InvalidInput",
    `Input image names one reference, but deployment/${workload.name} has ${names.length} containers ` +
      `(${names.join(", ")}); write one line for each container to change, such as "${names[0]}=${wanted.image}"`,
  );
}

function containerOf(workload: Workload, name: string): Container {
  const { containers } = workload.template.spec;
  const found = containers.find((container) => container.name === name);
  if (found !== undefined) return found;
  throw new ActionError(
    "ContainerNotFound",
    `Container "${name}" is not in deployment/${workload.name}; it has ${containers.map(described).join(", ")}`,
  );
}

const described = ({ name, role }: Container): string => (role === "app" ? name : `${name} (${role})`);

interface WireTemplate {
  readonly spec: { readonly containers: WireContainer[]; readonly initContainers?: WireContainer[] };
}
interface WireContainer {
  readonly name: string;
  image: string;
}

function withImages(template: Template, images: ReadonlyMap<string, string>): Template {
  const json: WireTemplate = JSON.parse(template.json);
  for (const container of [...json.spec.containers, ...(json.spec.initContainers ?? [])]) {
    container.image = images.get(container.name) ?? container.image;
  }
  const containers = template.spec.containers.map((container) => ({
    ...container,
    image: images.get(container.name) ?? container.image,
  }));
  return { ...template, json: stringify(json), spec: { ...template.spec, containers } };
}
