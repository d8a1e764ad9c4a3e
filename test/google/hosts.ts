import type { Front } from "../faults/front.ts";
import type { Fronts } from "./fronts.ts";
import type { Facts } from "./world.ts";

/** Host of GitHub's OIDC endpoint for a job. */
export const OIDC_HOST = "run-actions-1-azure-eastus.actions.githubusercontent.com";

/** Host of the DNS endpoint. */
export const dnsHost = ({ location }: Pick<Facts, "location">): string =>
  `gke-0123.${location.replace(/-[a-z]$/, "")}.gke.goog`;

/** Names that the certificate of Google's own servers is for. */
export const certificateNames = (facts: Facts): string[] => [
  "127.0.0.1",
  "localhost",
  "*.googleapis.com",
  `*.${facts.universe}`,
  "*.actions.githubusercontent.com",
  dnsHost(facts).replace(/^[^.]+/, "*"),
];

/** Where a tunnel to each `HOST:PORT` leads: Google's names, and the addresses on loopback. */
export function hostsOf(facts: Facts, fronts: Fronts): Map<string, Front> {
  const { universe, location } = facts;
  const names: readonly (readonly [string, Front])[] = [
    [OIDC_HOST, fronts.oidc],
    [`sts.${universe}`, fronts.sts],
    [`iamcredentials.${universe}`, fronts.iam],
    ["oauth2.googleapis.com", fronts.oauth],
    [`container.${universe}`, fronts.container],
    [`gkehub.${universe}`, fronts.hub],
    [`cloudresourcemanager.${universe}`, fronts.resourceManager],
    [`connectgateway.${universe}`, fronts.gateway],
    [`${location}-connectgateway.${universe}`, fronts.gateway],
    [dnsHost(facts), fronts.dns],
  ];
  return new Map([
    ...names.map(([host, front]) => [`${host}:443`, front] as const),
    ...Object.values(fronts).map((front: Front) => [new URL(front.url).host, front] as const),
  ]);
}
