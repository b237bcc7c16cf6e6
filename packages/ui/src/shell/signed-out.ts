import { whenSignedOut } from "../api/client.ts";
import { queryClient } from "../query-client.ts";
import { router } from "../router.tsx";

/** Goes to the sign-in page, and back to where one was, as soon as an answer shows that the session is over. */
export function leaveWhenSignedOut(): void {
  whenSignedOut(() => {
    const { pathname, href } = router.state.location;
    if (pathname === "/login" || queryClient.getQueryData(["me", null]) === undefined) return;
    queryClient.clear();
    void router.navigate({ to: "/login", search: { next: href, expired: true } });
  });
}
