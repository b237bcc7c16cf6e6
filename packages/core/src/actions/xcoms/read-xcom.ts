import { gunzipSync } from "node:zlib";
import type { JsonValue } from "@windlass/contract";
import { findXCom, type XComRow } from "../../queries/xcoms.ts";
import { GZIP_ENDING } from "../../store/xcom-objects/object-kind.ts";
import type { ActionContext } from "../context.ts";

// What one answer may reasonably hold; of a larger object the address is told, as Airflow does.
const MOST_BYTES = 32 * 1_048_576;

/**
 * One XCom with its value, wherever that lies; undefined where there is none. A value in the object store that is larger than 32 MiB, or that cannot be
 * had from there, is told by its address; one of the author's own backend as it is stored.
 */
export async function readXCom(
  context: ActionContext,
  place: {
    readonly dagId: string;
    readonly runId: string;
    readonly taskId: string;
    readonly mapIndex: number;
    readonly key: string;
  },
): Promise<XComRow | undefined> {
  const { dagId, runId, taskId, mapIndex, key } = place;
  const row = await findXCom(context.database, dagId, runId, taskId, mapIndex, key);
  if (row?.object == null) return row;
  return { ...row, value: (await readObject(context, row.object)) ?? row.object };
}

async function readObject({ xcomObjects }: ActionContext, address: string): Promise<JsonValue | undefined> {
  if (xcomObjects === undefined) return undefined;
  try {
    const bytes = await xcomObjects.read(address, MOST_BYTES);
    if (bytes === null) return undefined;
    const plain = address.endsWith(GZIP_ENDING) ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    return JSON.parse(Buffer.from(plain).toString("utf8")) as JsonValue;
  } catch {
    return undefined;
  }
}
