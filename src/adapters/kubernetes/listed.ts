import type { Gap } from "../../core/model/gap.ts";
import { type Api, type ListOptions, pages } from "./api.ts";
import { Refusal } from "./failure.ts";
import { unreadGap, type Wanted } from "./gap.ts";

/** A list that the answer can do without, though then it is not certain. */
export interface ListPlan extends ListOptions, Wanted {
  /** See `Gap`. */
  readonly takesRoom?: true;
  /** Hears after each page how many objects there were until then. */
  readonly onPage?: (read: number) => void;
}

/** What was read of a list, or why nothing was. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly gaps: readonly Gap[];
}

/**
 * Reads a list and reduces it page by page, so that only one page is in memory at a time; a page that expired half-way
 * begins the list anew, once. Throws `ActionError` when there is no signing in, or no API server to be reached.
 */
export async function listed<J, T>(
  api: Api,
  plan: ListPlan,
  reduce: (json: J) => T,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const { what, lost, takesRoom, onPage, ...list } = plan;
  const once = async (): Promise<Listed<T>> => {
    const items: T[] = [];
    for await (const page of pages<J>(api, list, signal)) {
      for (const json of page.items) items.push(reduce(json));
      onPage?.(items.length);
    }
    return { items, gaps: [] };
  };
  try {
    return await once().catch((error: unknown) => (isExpired(error) ? once() : Promise.reject(error)));
  } catch (error) {
    const gap = unreadGap(api, error, `list ${what}`, { what, lost });
    return { items: [], gaps: [{ ...gap, ...(takesRoom && { takesRoom }) }] };
  }
}

const isExpired = (error: unknown): boolean => error instanceof Refusal && error.code === 410;

/** All that there is; `undefined` where it could not be read, which is not the same as none. */
export const readOf = <T>({ items, gaps }: Listed<T>): readonly T[] | undefined =>
  gaps.length > 0 ? undefined : items;
