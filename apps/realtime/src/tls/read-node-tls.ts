import { readFileSync } from "node:fs";
import { ConfigError } from "@barrage/platform";
import type { RealtimeConfig } from "../config.ts";

/** What the server shows to clients over TLS, as PEM text. */
export interface NodeTls {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads the certificate and its key. @returns undefined when there is none: a proxy in front speaks TLS.
 * @throws ConfigError that names every fault.
 */
export function readNodeTls({ tlsCertFile, tlsKeyFile }: RealtimeConfig): NodeTls | undefined {
  if (tlsCertFile === undefined && tlsKeyFile === undefined) return undefined;
  const faults: string[] = [];
  const cert = readPem("TLS_CERT_FILE", tlsCertFile, faults);
  const key = readPem("TLS_KEY_FILE", tlsKeyFile, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return { cert, key };
}

function readPem(name: string, path: string | undefined, faults: string[]): string {
  if (path === undefined) {
    faults.push(`${name} is required: a certificate and its key go together`);
    return "";
  }
  try {
    const text = readFileSync(path, "utf8");
    if (!text.includes("-----BEGIN ")) faults.push(`${name}: the file is not in PEM format`);
    return text;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    faults.push(`${name}: the file can't be read (${code})`);
    return "";
  }
}
