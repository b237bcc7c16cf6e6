import { redirect } from "@tanstack/react-router";
import { meQuery } from "../api/queries/account.ts";
import { asRefused } from "../api/refusal.ts";
import { queryClient } from "../query-client.ts";

/** Lets a page open only with a session; otherwise leads to the sign-in page, and from there back to `href`. */
export async function requireSession(href: string): Promise<void> {
  try {
    await queryClient.ensureQueryData(meQuery());
  } catch (error) {
    if (asRefused(error).status === 401) throw redirect({ to: "/login", search: href === "/" ? {} : { next: href } });
    throw error;
  }
}
