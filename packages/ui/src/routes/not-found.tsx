import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";

/** A URL that is no page of ours. */
export function NotFound(): ReactNode {
  return (
    <main className="page">
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped. <Link to="/dags">To the list of Dags</Link>
      </p>
    </main>
  );
}
