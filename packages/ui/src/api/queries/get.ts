import { queryOptions } from "@tanstack/react-query";
import { send } from "../client.ts";
import type { ApiRequest } from "../request.ts";

/** Query options for a GET whose key tells what it shows: `["runs", "simple", …]`. Live events refresh by prefixes of keys. */
export function get<Body>(key: readonly unknown[], request: Omit<ApiRequest, "method">) {
  return queryOptions({
    queryKey: [...key, request.query ?? null],
    queryFn: async ({ signal }) => (await send<Body>({ ...request, method: "GET" }, signal)).body,
  });
}
