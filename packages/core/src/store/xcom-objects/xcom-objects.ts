import { randomUUID } from "node:crypto";
import type { ConfigValues, ConnectionValue, KeptXcom, XcomPlace } from "@windlass/contract";
import { FolderObjects } from "./folder-objects.ts";
import { GZIP_ENDING, type ObjectKind } from "./object-kind.ts";
import { S3Objects } from "./s3-objects.ts";

/** Whose XCom an object holds; it becomes part of its address, for people who look there. */
export interface ObjectOwner {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly key: string;
}

/** Where XComs are kept that are too large for the database. */
export interface XcomObjects {
  /** A value with more bytes is kept here. */
  readonly storeAbove: number;
  /** A new object's address. */
  newAddress(owner: ObjectOwner): string;
  openToWrite(address: string): Promise<XcomPlace>;
  openToRead(address: string): Promise<KeptXcom>;
  read(address: string, maxBytes: number): Promise<Uint8Array | null>;
  delete(address: string): Promise<void>;
}

/** A name that is one part of a path on every file system and needs no escape in an address. */
function pathPart(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_.=+-]/g, "_").slice(0, 200);
  return /^\.*$/.test(plain) ? `_${plain}` : plain;
}

/** What the store of large XComs is made from. */
export interface XcomObjectsOptions {
  readonly config: Pick<ConfigValues, "core" | "common_io">;
  /** The keys of an object store. */
  readonly getConnection: (connectionId: string) => Promise<ConnectionValue | null>;
}

/** The configured store; undefined where large XComs are refused. */
export function openXcomObjects({ config, getConnection }: XcomObjectsOptions): XcomObjects | undefined {
  const { xcom_objectstorage_path: path, xcom_objectstorage_threshold: threshold } = config.common_io;
  if (path === null) return undefined;
  const compress = config.common_io.xcom_objectstorage_compression === "gzip";
  const kind: ObjectKind = path.startsWith("s3://")
    ? new S3Objects(path, compress, getConnection)
    : new FolderObjects(path, compress);
  const { max_xcom_bytes: most } = config.core;
  return {
    storeAbove: threshold < 0 ? most : Math.min(threshold, most),
    newAddress: ({ dagId, runId, taskId, key }) => {
      const parts = [dagId, runId, taskId, `${pathPart(key).slice(0, 60)}-${randomUUID()}.json`].map(pathPart);
      return kind.addressOf(parts.join("/") + (compress ? GZIP_ENDING : ""));
    },
    openToWrite: (address) => kind.openToWrite(address),
    openToRead: (address) => kind.openToRead(address),
    read: (address, maxBytes) => kind.read(address, maxBytes),
    delete: (address) => kind.delete(address),
  };
}
