import { AwsClient } from "aws4fetch";
import { type ConnectionValue, isJsonObject, type JsonObject, type KeptXcom, type XcomPlace } from "@windlass/contract";
import { GZIP_ENDING, type ObjectKind, OPEN_SECONDS } from "./object-kind.ts";

const DEFAULT_CONNECTION = "aws_default";
const DEFAULT_REGION = "us-east-1";
/** How long a connection that was read counts, so that a round of the sweeper reads it once. */
const CONNECTION_MS = 30_000;
const TIMEOUT_MS = 60_000;

/** The object store did not do what it was asked. */
class ObjectStoreError extends Error {
  override readonly name = "ObjectStoreError";
}

interface Account {
  readonly client: AwsClient;
  /** The address of an object. */
  readonly urlOf: (bucket: string, key: string) => URL;
}

function accountOf(connection: ConnectionValue | null): Account {
  const text: unknown = connection?.extra == null || connection.extra === "" ? {} : JSON.parse(connection.extra);
  const extra: JsonObject = isJsonObject(text) ? text : {};
  const named = (name: string): string | undefined => {
    const value = extra[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const region = named("region_name") ?? DEFAULT_REGION;
  const session = named("aws_session_token");
  const client = new AwsClient({
    accessKeyId: connection?.login ?? named("aws_access_key_id") ?? "",
    secretAccessKey: connection?.password ?? named("aws_secret_access_key") ?? "",
    ...(session !== undefined && { sessionToken: session }),
    service: "s3",
    region,
    retries: 2,
  });
  const endpoint = named("endpoint_url") ?? (connection?.host?.includes("://") === true ? connection.host : undefined);
  const pathOf = (key: string): string => key.split("/").map(encodeURIComponent).join("/");
  return {
    client,
    urlOf: (bucket, key) =>
      endpoint === undefined
        ? new URL(`https://${bucket}.s3.${region}.amazonaws.com/${pathOf(key)}`)
        : new URL(`${endpoint.replace(/\/+$/, "")}/${bucket}/${pathOf(key)}`),
  };
}

/** Splits `s3://connection_id@bucket/key`. */
function partsOf(address: string): { readonly connectionId: string; readonly bucket: string; readonly key: string } {
  const rest = address.slice("s3://".length);
  const slash = rest.indexOf("/");
  const place = slash === -1 ? rest : rest.slice(0, slash);
  const at = place.indexOf("@");
  return {
    connectionId: at === -1 ? DEFAULT_CONNECTION : place.slice(0, at),
    bucket: place.slice(at + 1),
    key: slash === -1 ? "" : rest.slice(slash + 1),
  };
}

/**
 * Objects in anything that speaks S3. Whoever runs a task gets an address that is signed for one object and one method, and never the keys.
 */
export class S3Objects implements ObjectKind {
  readonly #base: string;
  readonly #compress: boolean;
  readonly #getConnection: (connectionId: string) => Promise<ConnectionValue | null>;
  readonly #accounts = new Map<string, { readonly account: Account; readonly until: number }>();

  /** @param base `s3://connection_id@bucket/prefix` */
  constructor(
    base: string,
    compress: boolean,
    getConnection: (connectionId: string) => Promise<ConnectionValue | null>,
  ) {
    this.#base = base.replace(/\/+$/, "");
    this.#compress = compress;
    this.#getConnection = getConnection;
  }

  addressOf(name: string): string {
    return `${this.#base}/${name}`;
  }

  async openToWrite(address: string): Promise<XcomPlace> {
    return { kind: "url", address, url: await this.#signed(address, "PUT"), compress: this.#compress };
  }

  async openToRead(address: string): Promise<KeptXcom> {
    return { kind: "url", url: await this.#signed(address, "GET"), compressed: address.endsWith(GZIP_ENDING) };
  }

  async read(address: string, maxBytes: number): Promise<Uint8Array | null> {
    const response = await this.#send(address, "GET");
    if (response.status === 404 || Number(response.headers.get("content-length") ?? 0) > maxBytes) {
      await response.body?.cancel();
      return null;
    }
    return new Uint8Array(await response.arrayBuffer());
  }

  async delete(address: string): Promise<void> {
    await (await this.#send(address, "DELETE")).body?.cancel();
  }

  async #send(address: string, method: string): Promise<Response> {
    const { client, urlOf, bucket, key } = await this.#place(address);
    const response = await client.fetch(urlOf(bucket, key).href, { method, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok && response.status !== 404) {
      const said = (await response.text()).slice(0, 500);
      throw new ObjectStoreError(`${method} ${address} was answered with status ${String(response.status)}: ${said}`);
    }
    return response;
  }

  async #signed(address: string, method: string): Promise<string> {
    const { client, urlOf, bucket, key } = await this.#place(address);
    const url = urlOf(bucket, key);
    url.searchParams.set("X-Amz-Expires", String(OPEN_SECONDS));
    return (await client.sign(url.href, { method, aws: { signQuery: true } })).url;
  }

  async #place(address: string): Promise<Account & { readonly bucket: string; readonly key: string }> {
    const { connectionId, bucket, key } = partsOf(address);
    let known = this.#accounts.get(connectionId);
    if (known === undefined || known.until < performance.now()) {
      known = {
        account: accountOf(await this.#getConnection(connectionId)),
        until: performance.now() + CONNECTION_MS,
      };
      this.#accounts.set(connectionId, known);
    }
    return { ...known.account, bucket, key };
  }
}
