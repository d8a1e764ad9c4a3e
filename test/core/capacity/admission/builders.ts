import type { LimitRange, LimitRangeItem } from "../../../../src/core/model/limit-range.ts";
import type { ResourceQuota } from "../../../../src/core/model/quota.ts";
import type { WrittenQuantities } from "../../../../src/core/model/resources.ts";
import { parseWritten } from "../../../../src/core/quantity.ts";

type Texts = Readonly<Record<string, string>>;

export const written = (texts: Texts = {}): WrittenQuantities =>
  new Map(Object.entries(texts).map(([name, text]) => [name, parseWritten(text)]));

type ItemTexts = { readonly type?: string } & {
  readonly [Part in keyof Omit<LimitRangeItem, "type">]?: Texts;
};

export const limitRange = (name: string, ...items: readonly ItemTexts[]): LimitRange => ({
  name,
  items: items.map(({ type = "Container", ...lists }) => ({
    type,
    default: written(lists.default),
    defaultRequest: written(lists.defaultRequest),
    max: written(lists.max),
    min: written(lists.min),
    maxLimitRequestRatio: written(lists.maxLimitRequestRatio),
  })),
});

export const quota = (
  name: string,
  hard: Texts,
  used: Texts,
  scopes: ResourceQuota["scopes"] = [],
): ResourceQuota => ({ name, hard: written(hard), used: written(used), scopes });
