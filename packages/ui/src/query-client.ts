import { QueryClient } from "@tanstack/react-query";
import { RefusedError } from "./api/refusal.ts";

/** The one cache that lists and details share. A refusal is an answer: only a missing answer is asked for again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      gcTime: 300_000,
      refetchOnWindowFocus: true,
      networkMode: "always",
      retry: (failures, error) =>
        failures < 2 && error instanceof RefusedError && (error.status === 0 || error.status >= 502),
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    mutations: { networkMode: "always" },
  },
});
