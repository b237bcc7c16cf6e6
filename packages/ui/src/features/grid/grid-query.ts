import { queryOptions } from "@tanstack/react-query";
import { open } from "../../api/client.ts";
import { path } from "../../api/request.ts";
import { NATIVE } from "../../api/requests/native.ts";
import { unpackGrid } from "./unpack.ts";

/** The newest runs of a Dag with the states of their task instances. */
export const gridQuery = (dagId: string, limit: number) =>
  queryOptions({
    queryKey: ["grid", dagId, limit],
    async queryFn({ signal }) {
      const response = await open(
        {
          method: "GET",
          path: NATIVE + path`/dags/${dagId}/grid`,
          query: { limit },
          headers: { accept: "application/x-ndjson" },
        },
        signal,
      );
      return unpackGrid(await response.text());
    },
    // Only what changed gets a new identity, so that only changed rows are drawn again.
    structuralSharing: true,
  });
