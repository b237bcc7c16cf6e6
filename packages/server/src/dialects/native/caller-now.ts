import type { Principal } from "@windlass/contract";
import { identify } from "../../authentication/identify.ts";
import type { Call } from "../../call.ts";

/** Who sends a request, by its credentials as of now: during a long answer a session may end and rights may change. Undefined: nobody any more. */
export async function callerNow({
  server,
  headers,
  request,
  signal,
}: Pick<Call<unknown, unknown, unknown>, "server" | "headers" | "request" | "signal">): Promise<Principal | undefined> {
  const incoming = {
    method: "GET",
    path: request.path,
    search: "",
    headers,
    bytes: undefined,
    address: request.client.address,
    requestId: request.requestId,
    signal,
  };
  const { principal, verdicts } = await identify(server, incoming, "native");
  return verdicts.length === 0 ? principal : undefined;
}
