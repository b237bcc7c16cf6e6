import type { ReactNode } from "react";
import { Button } from "@mantine/core";
import { asRefused } from "../api/refusal.ts";
import { RefusalNotice } from "../atoms/refusal-notice.tsx";

/** A page that could not be opened, with the reason. */
export function PageFailed({ error, reset }: { error: unknown; reset: () => void }): ReactNode {
  return (
    <main className="page">
      <h1>This page could not be opened</h1>
      <RefusalNotice refused={asRefused(error)} />
      <div>
        <Button onClick={reset}>Try again</Button>
      </div>
    </main>
  );
}
