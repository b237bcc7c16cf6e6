import type { KeptXcom } from "@windlass/contract";
import type { XcomContent } from "../xcom.ts";
import type { XcomObjects } from "./xcom-objects.ts";

/** An XCom lies in an object store, and none is configured. */
class NoObjectStore extends Error {
  override readonly name = "NoObjectStore";
}

/** Opens what an XCom's row holds to whoever reads it. */
export async function openXcom(objects: XcomObjects | undefined, content: XcomContent): Promise<KeptXcom> {
  switch (content.kind) {
    case "value":
      return content;
    case "encoded":
      return { kind: "encoded", value: content.value };
    case "object":
      if (objects !== undefined) return objects.openToRead(content.address);
      throw new NoObjectStore(
        `An XCom lies at ${content.address}, and no object store is configured ([common_io] xcom_objectstorage_path).`,
      );
  }
}
