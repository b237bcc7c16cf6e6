import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { type Answer, send } from "./client.ts";
import { asRefused, type RefusedError, type Warning } from "./refusal.ts";
import type { ApiRequest } from "./request.ts";

/** A change that a control sends, and what came of it. */
export interface Action {
  /** @returns the last answer; undefined where one was refused, and the rest was then not sent */
  readonly run: (...requests: readonly ApiRequest[]) => Promise<Answer | undefined>;
  readonly pending: boolean;
  readonly refused: RefusedError | null;
  readonly warnings: readonly Warning[];
  readonly reset: () => void;
}

/** @param refresh first parts of the keys of the queries that an accepted change makes old */
export function useAction(refresh: readonly (readonly unknown[])[]): Action {
  const client = useQueryClient();
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<RefusedError | null>(null);
  const [warnings, setWarnings] = useState<readonly Warning[]>([]);

  const run = async (...requests: readonly ApiRequest[]): Promise<Answer | undefined> => {
    setPending(true);
    setRefused(null);
    setWarnings([]);
    try {
      let last: Answer | undefined;
      for (const request of requests) {
        last = await send(request);
        setWarnings(last.warnings);
      }
      await Promise.all(refresh.map((queryKey) => client.invalidateQueries({ queryKey })));
      return last;
    } catch (error) {
      setRefused(asRefused(error));
      void client.invalidateQueries({ queryKey: ["refusals"] });
      return undefined;
    } finally {
      setPending(false);
    }
  };
  const reset = useCallback(() => {
    setRefused(null);
    setWarnings([]);
  }, []);
  return { run, pending, refused, warnings, reset };
}
