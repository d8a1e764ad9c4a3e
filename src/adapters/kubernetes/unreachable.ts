import type { Where } from "./errors.ts";
import type { NoAnswer } from "./failure.ts";

/** Codes of Node and OpenSSL, what each means, and what to do. The first row that fits counts. */
const MEANINGS: readonly (readonly [code: RegExp, meaning: (where: Where) => string])[] = [
  [/^(ENOTFOUND|EAI_)/, () => "the host name is not known to this runner; check the server's address"],
  [/^ECONNREFUSED$/, () => "nothing answers at this port; check the server's address, and whether it runs"],
  [
    /TIMEOUT|^ETIMEDOUT$/,
    () => "no answer; is this runner within the authorised networks of the cluster, or does it need a proxy?",
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    () => "its certificate is for another name; check the server's address, or set tls-server-name",
  ],
  [/^CERT_HAS_EXPIRED$/, () => "its certificate has expired"],
  [/^CERT_NOT_YET_VALID$/, () => "its certificate is not valid yet; check the clock of this runner"],
  [
    /^(SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|CERT_)/,
    ({ from }) =>
      `its certificate is not signed by the certificate authority in ${from}; the file may be of another cluster`,
  ],
  [
    /^(EPROTO|ERR_SSL_)/,
    () => "it does not speak TLS as expected; check that the address begins with the right scheme",
  ],
  [/^(EHOST|ENET)/, () => "there is no route to it from this runner"],
];

/** One line for a server that no connection could be made to: host, code, proxy, meaning. */
export function unreachable(error: NoAnswer, where: Where): string {
  const through = where.proxy === undefined ? "" : ` through the proxy ${where.proxy}`;
  const meaning = MEANINGS.find(([code]) => code.test(error.code))?.[1](where) ?? error.message;
  return `Cannot reach the API server ${where.endpoint}${through}: ${meaning} (${error.code})`;
}
