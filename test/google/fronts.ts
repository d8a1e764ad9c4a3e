import { readFileSync } from "node:fs";
import { BlockList, type Socket } from "node:net";
import { makeAuthority } from "../faults/certificates.ts";
import { forwardTo } from "../faults/forward.ts";
import { type Front, openFront, type Serve } from "../faults/front.ts";
import { clusterJson } from "./cluster-json.ts";
import { certificateNames, dnsHost } from "./hosts.ts";
import { container } from "./services/container.ts";
import { hub } from "./services/hub.ts";
import { iamCredentials } from "./services/iam-credentials.ts";
import { dnsDoor, gateway, ipDoor, type PassOn } from "./services/kubernetes.ts";
import { metadata } from "./services/metadata.ts";
import { oauth, type UserSecrets } from "./services/oauth.ts";
import { oidc } from "./services/oidc.ts";
import { resourceManager } from "./services/resource-manager.ts";
import { sts } from "./services/sts.ts";
import type { KeyPair } from "./tokens.ts";
import type { Facts, World } from "./world.ts";

/** The servers of the double. */
export interface Fronts {
  /** GitHub's OIDC endpoint. */
  readonly oidc: Front;
  /** Security Token Service. */
  readonly sts: Front;
  /** IAM Credentials. */
  readonly iam: Front;
  /** `oauth2.googleapis.com` */
  readonly oauth: Front;
  /** The metadata server; plain http. */
  readonly metadata: Front;
  readonly container: Front;
  /** GKE Hub. */
  readonly hub: Front;
  readonly resourceManager: Front;
  /** Connect Gateway: a way to the API server. */
  readonly gateway: Front;
  /** The public IP endpoint of the cluster. */
  readonly public: Front;
  /** The private one, at another address. */
  readonly private: Front;
  /** The DNS endpoint, by its name to be reached through the proxy only. */
  readonly dns: Front;
}

/** What the servers are made of. */
export interface FrontsOptions {
  readonly world: World;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly keys: { readonly github: KeyPair; readonly account: KeyPair };
  readonly secrets: { readonly bearer: string; readonly user: UserSecrets };
  /** Which connections get through the runner's network. */
  readonly admits: (socket: Socket) => boolean;
}

/** Opens every server. `authority` is the PEM of whom a runner trusts; the IP endpoints have another one. */
export async function openFronts(options: FrontsOptions): Promise<{ fronts: Fronts; authority: string }> {
  const { world, keys, secrets, admits } = options;
  const { facts } = world;
  const [google, own] = await Promise.all([makeAuthority("Google double"), makeAuthority("cluster")]);
  const [shown, ownShown] = await Promise.all([
    google.issue(...certificateNames(facts)),
    own.issue("127.0.0.1", "127.0.0.2", "kubernetes.default.svc"),
  ]);
  const passOn = passOnTo(options.kubeconfig);
  const api = (serve: Serve) => openFront({ serve, certificate: shown, admits });
  const ip = (host: string, admitted: (socket: Socket) => boolean) =>
    openFront({ serve: ipDoor(world, passOn), certificate: ownShown, host, admits: admitted });
  const doors = {
    public: await ip("127.0.0.1", (socket) => admits(socket) && isAuthorized(facts)),
    private: await ip("127.0.0.2", admits),
    dns: await api(dnsDoor(world, passOn)),
  };
  const addresses = {
    public: new URL(doors.public.url).host,
    private: new URL(doors.private.url).host,
    dns: dnsHost(facts),
    ca: own.pem,
  };
  const fronts: Fronts = {
    oidc: await api(oidc(world, keys.github, secrets.bearer)),
    sts: await api(sts(world, keys.github)),
    iam: await api(iamCredentials(world)),
    oauth: await api(oauth(world, keys.account, secrets.user)),
    metadata: await openFront({ serve: metadata(world), certificate: undefined }),
    container: await api(container(world, () => clusterJson(facts, addresses))),
    hub: await api(hub(world)),
    resourceManager: await api(resourceManager(world)),
    gateway: await api(gateway(world, passOn)),
    ...doors,
  };
  return { fronts, authority: google.pem };
}

/** The local API server, for whom its tokens say: `SECRET.BASE64URL(user)`. */
function passOnTo(kubeconfig: string): PassOn {
  const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
  const { cluster } = config.clusters[0];
  const [secret] = config.users[0].user.token.split(".");
  const forward = forwardTo({
    server: cluster.server,
    ca: readFileSync(cluster["certificate-authority"], "utf8"),
  });
  return (asked, user, passage) => {
    const token = `${secret}.${Buffer.from(user).toString("base64url")}`;
    return forward(asked, { ...passage, authorization: `Bearer ${token}` });
  };
}

/** Whether we, who come from 127.0.0.1, are in the authorised networks. */
function isAuthorized({ authorizedNetworks }: Facts): boolean {
  if (authorizedNetworks === undefined) return true;
  const ranges = new BlockList();
  for (const range of authorizedNetworks) {
    const [network = "", bits] = range.split("/");
    ranges.addSubnet(network, Number(bits), "ipv4");
  }
  return ranges.check("127.0.0.1");
}
