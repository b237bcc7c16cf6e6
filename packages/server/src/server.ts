import type { DecisionWarning, Principal, Refusal } from "@windlass/contract";
import type { ActionContext } from "@windlass/core/actions";
import type { LiveFeed } from "./live-feed.ts";
import type { LogReader, LogSink } from "./log-reader.ts";
import type { Logger } from "./logger.ts";
import type { Operations } from "./operations.ts";

/** Everything handlers work with; made once by `createServer`. */
export interface Server {
  readonly actions: ActionContext;
  readonly live: LiveFeed;
  readonly logs: LogReader;
  /** undefined: this server takes no logs of workers. */
  readonly logSink: LogSink | undefined;
  readonly operations: Operations;
  /** Windlass's own version. */
  readonly version: string;
  /** Path under which callers reach the server, "" at the root; no slash at the end. */
  readonly basePath: string;
  /** Whether callers reach the server by TLS. */
  readonly secure: boolean;
  readonly logger: Logger;
  /** Folder with a page for each refusal code; undefined: the catalogue's own words are shown. */
  readonly errorPagesFolder: string | undefined;
  /** Decides a call without executing it, for `POST /check`. */
  readonly checkCall: CheckCall;
}

/** A request as `POST /check` describes it. */
export interface DescribedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What would be answered. */
export interface CheckedCall {
  readonly allowed: boolean;
  readonly status: number;
  readonly warnings: readonly DecisionWarning[];
  readonly refusals: readonly Refusal[];
}

/** Decides a described request as a principal. */
export type CheckCall = (described: DescribedRequest, principal: Principal, requestId: string) => Promise<CheckedCall>;
