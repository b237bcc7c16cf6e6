import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** The keys that the double knows. */
export interface S3Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** An object store on this machine that speaks as much S3 as XComs need, and believes no request whose signature is wrong. */
export interface S3Double {
  readonly url: string;
  /** By `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** `METHOD status` of every request, in their order. */
  readonly answers: string[];
  /** While true every request is answered with 503. */
  isDown: boolean;
  stop(): Promise<void>;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

interface Signed {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly payloadHash: string;
  /** Seconds that the signature holds; null: as long as the clock fits. */
  readonly expires: number | null;
}

function signatureOf(request: IncomingMessage, url: URL): Signed | undefined {
  const query = (name: string): string => url.searchParams.get(name) ?? "";
  if (url.searchParams.has("X-Amz-Signature")) {
    return {
      credential: query("X-Amz-Credential"),
      signedHeaders: query("X-Amz-SignedHeaders"),
      signature: query("X-Amz-Signature"),
      date: query("X-Amz-Date"),
      payloadHash: "UNSIGNED-PAYLOAD",
      expires: Number(query("X-Amz-Expires")),
    };
  }
  const header = /^AWS4-HMAC-SHA256 Credential=(\S+?), ?SignedHeaders=(\S+?), ?Signature=(\w+)$/.exec(
    request.headers.authorization ?? "",
  );
  if (header === null) return undefined;
  const [, credential = "", signedHeaders = "", signature = ""] = header;
  return {
    credential,
    signedHeaders,
    signature,
    date: String(request.headers["x-amz-date"]),
    payloadHash: String(request.headers["x-amz-content-sha256"]),
    expires: null,
  };
}

function isRight(request: IncomingMessage, url: URL, body: Buffer, keys: S3Keys): boolean {
  const signed = signatureOf(request, url);
  if (signed === undefined) return false;
  const [accessKey, day = "", region = "", service = "", end] = signed.credential.split("/");
  if (accessKey !== keys.accessKey || service !== "s3" || end !== "aws4_request") return false;
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signed.date) ?? [];
  const age = (Date.now() - Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)) / 1000;
  if (!(age > -60 && age < (signed.expires ?? 900))) return false;
  const isHashed = /^[0-9a-f]{64}$/.test(signed.payloadHash);
  if (isHashed && createHash("sha256").update(body).digest("hex") !== signed.payloadHash) return false;
  const canonicalQuery = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const headers = signed.signedHeaders.split(";");
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery,
    ...headers.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    "",
    signed.signedHeaders,
    signed.payloadHash,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", signed.date, scope, createHash("sha256").update(canonical).digest("hex")].join(
    "\n",
  );
  const key = [region, "s3", "aws4_request"].reduce(hmac, hmac(`AWS4${keys.secretKey}`, day));
  return hmac(key, text).toString("hex") === signed.signature;
}

/** Starts an object store. */
export async function startS3Double(keys: S3Keys): Promise<S3Double> {
  const objects = new Map<string, Buffer>();
  const answers: string[] = [];
  const double = { isDown: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const url = new URL(request.url ?? "/", `http://${String(request.headers.host)}`);
      const name = decodeURIComponent(url.pathname.slice(1));
      const answer = (status: number, content?: Buffer): void => {
        answers.push(`${String(request.method)} ${String(status)}`);
        response.writeHead(status, content === undefined ? {} : { "content-length": content.length }).end(content);
      };
      if (double.isDown) return answer(503);
      if (!isRight(request, url, body, keys)) return answer(403);
      const found = objects.get(name);
      switch (request.method) {
        case "PUT":
          objects.set(name, body);
          return answer(200);
        case "DELETE":
          objects.delete(name);
          return answer(204);
        case "GET":
          return found === undefined ? answer(404) : answer(200, found);
        default:
          return answer(405);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(double, {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    objects,
    answers,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
