import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A certificate with its private key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority, made for one test and forgotten with it. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly pem: string;
  /** A server certificate for these names: hosts, `*.` patterns, IP addresses. */
  issue(...names: readonly string[]): Promise<Certificate>;
}

const COMMON = { keyType: "ec", algorithm: "sha256" } as const;

/** Makes a certificate authority. The name shows in the texts of TLS errors, nothing else. */
export async function makeAuthority(name: string): Promise<Authority> {
  const own = await generate([{ name: "commonName", value: name }], {
    ...COMMON,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  return {
    pem: own.cert,
    async issue(...names) {
      const issued = await generate([{ name: "commonName", value: `server of ${name}` }], {
        ...COMMON,
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: "basicConstraints", cA: false },
          { name: "extKeyUsage", serverAuth: true },
          {
            name: "subjectAltName",
            altNames: names.map((value) => (isIP(value) ? { type: 7, ip: value } : { type: 2, value })),
          },
        ],
      });
      return { cert: issued.cert, key: issued.private };
    },
  };
}
