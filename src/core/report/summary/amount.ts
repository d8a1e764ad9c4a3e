import { formatResource } from "../../quantity.ts";

/** From ten cores on, millicores are noise. */
const MANY_MILLICORES = 10_000;
const MIB = 1024 ** 2;
const BAR_CELLS = 12;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** An amount of a resource for people: `970m`, `63.2 cores`, `512 MiB`, `1.9 GiB`; others as Kubernetes prints them. */
export function toAmount(resource: string, amount: number): string {
  if (resource === "cpu") return amount < MANY_MILLICORES ? `${amount}m` : `${decimal(amount / 1000)} cores`;
  if (resource !== "memory" && resource !== "ephemeral-storage") return formatResource(resource, amount);
  const mebibytes = amount / MIB;
  return mebibytes < 1024 ? `${decimal(mebibytes)} MiB` : `${decimal(mebibytes / 1024)} GiB`;
}

/** How much of the whole is taken, as twelve cells of text with eighths. */
export function toBar(taken: number, whole: number): string {
  const share = whole <= 0 ? 1 : Math.min(1, Math.max(0, taken / whole));
  const eighths = Math.round(share * BAR_CELLS * 8);
  const full = Math.floor(eighths / 8);
  const part = EIGHTHS[eighths % 8] ?? "";
  return "█".repeat(full) + part + "░".repeat(BAR_CELLS - full - part.length);
}

const decimal = (value: number): string => String(Math.round(value * 10) / 10);
