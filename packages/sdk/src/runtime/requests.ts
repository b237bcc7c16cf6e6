import {
  type BetweenDagsRequest,
  type BetweenDagsResponse,
  type AssetEventValue,
  type AssetKey,
  type AttemptRequest,
  type AttemptResponse,
  type InletEventQuery,
  type JsonValue,
  RefusalError,
  type XcomPlace,
} from "@windlass/contract";
import type { ClientPort } from "../authoring/client.ts";
import type { XcomVault } from "../attempt/xcom-vault.ts";
import { FailWithoutRetry } from "../authoring/outcomes.ts";
import type { Secrets } from "./secrets.ts";

type Response<K extends AttemptResponse["kind"]> = Extract<AttemptResponse, { kind: K }>;

/** The questions of one attempt to its supervisor, each waiting for the answer with its number. */
export class Requests implements ClientPort {
  readonly #ask: (id: number, request: AttemptRequest) => void;
  readonly #secrets: Secrets;
  readonly #vault: () => XcomVault;
  readonly #waiting = new Map<number, (response: AttemptResponse) => void>();
  #lastId: number;

  /**
   * @param firstId numbers go on over attempts, so that a late answer to an earlier attempt fits none of this one's questions
   */
  constructor(
    firstId: number,
    ask: (id: number, request: AttemptRequest) => void,
    secrets: Secrets,
    vault: () => XcomVault,
  ) {
    this.#lastId = firstId;
    this.#ask = ask;
    this.#secrets = secrets;
    this.#vault = vault;
  }

  /** The number of the last question. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Hands an answer to whoever waits for it. */
  answer(id: number, response: AttemptResponse): void {
    const take = this.#waiting.get(id);
    this.#waiting.delete(id);
    take?.(response);
  }

  #request<K extends AttemptResponse["kind"]>(kind: K, request: AttemptRequest): Promise<Response<K>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (response) => {
        if (response.kind === "refused") reject(new RefusalError(response.refusal));
        else if (response.kind === kind) resolve(response as Response<K>);
        else reject(new TypeError(`the supervisor answered ${response.kind} instead of ${kind}`));
      });
      this.#ask(id, request);
    });
  }

  async getConnection(connectionId: string): Promise<Response<"connection">["value"]> {
    const { value } = await this.#request("connection", { kind: "getConnection", connectionId });
    if (value !== null) this.#secrets.addConnection(value);
    return value;
  }

  async getVariable(key: string): Promise<string | null> {
    const { value } = await this.#request("variable", { kind: "getVariable", key });
    if (value !== null) this.#secrets.addVariable(key, value);
    return value;
  }

  async getXcom(query: Parameters<ClientPort["getXcom"]>[0]): Promise<JsonValue | undefined> {
    const { found, kept } = await this.#request("xcom", { kind: "getXcom", ...query });
    return found ? await this.#vault().read(kept) : undefined;
  }

  async countXcoms(query: Parameters<ClientPort["countXcoms"]>[0]): Promise<number> {
    return (await this.#request("count", { kind: "countXcoms", ...query })).value;
  }

  async sliceXcoms(
    query: Parameters<ClientPort["countXcoms"]>[0],
    offset: number,
    limit: number,
  ): Promise<readonly JsonValue[]> {
    const { kept } = await this.#request("xcoms", { kind: "getXcomSlice", ...query, offset, limit });
    const values: JsonValue[] = [];
    // One after the other: each may be large.
    for (const each of kept) values.push(await this.#vault().read(each));
    return values;
  }

  /** Where a value that is too large for the database is to be written. */
  async placeXcom(key: string): Promise<XcomPlace> {
    return (await this.#request("xcomPlace", { kind: "placeXcom", key })).place;
  }

  askBetweenDags<K extends BetweenDagsResponse["kind"]>(
    kind: K,
    request: BetweenDagsRequest,
  ): Promise<Extract<BetweenDagsResponse, { readonly kind: K }>> {
    return this.#request<BetweenDagsResponse["kind"]>(kind, request) as Promise<
      Extract<BetweenDagsResponse, { readonly kind: K }>
    >;
  }

  async setXcom(key: string, value: JsonValue): Promise<void> {
    const kept = await this.#vault().keep(key, value);
    if (kept.kind === "refused") throw new FailWithoutRetry(kept.error.message);
    await this.#request("done", {
      kind: "setXcom",
      key,
      value: kept.kind === "value" ? kept.value : null,
      ...(kept.kind === "elsewhere" && { elsewhere: kept.elsewhere }),
    });
  }
  async getTriggeringAssetEvents(): Promise<readonly AssetEventValue[]> {
    return (await this.#request("assetEvents", { kind: "getTriggeringAssetEvents" })).events;
  }

  async getInletEvents(query: InletEventQuery): Promise<readonly AssetEventValue[]> {
    return (await this.#request("assetEvents", { kind: "getInletEvents", ...query })).events;
  }

  async getAssetState(asset: AssetKey, key: string): Promise<JsonValue | undefined> {
    const { found, value } = await this.#request("assetState", { kind: "getAssetState", ...asset, key });
    return found ? value : undefined;
  }

  async setAssetState(asset: AssetKey, key: string, value: JsonValue): Promise<void> {
    await this.#request("done", { kind: "setAssetState", ...asset, key, value });
  }
}
