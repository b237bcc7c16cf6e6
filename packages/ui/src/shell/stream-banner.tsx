import { useLiveDownSince } from "../api/live/live.ts";
import { usePreferences } from "../preferences/preferences.ts";
import { useNow } from "../time/clock.ts";
import { formatTime } from "../time/format.ts";

// A restart of the server is over before anybody needs to know.
const PATIENCE_MS = 4000;

/** Says plainly that live updates are missing, and since when. */
export function StreamBanner() {
  const since = useLiveDownSince();
  return since === null ? null : <Banner since={since} />;
}

function Banner({ since }: { since: number }) {
  const { zone } = usePreferences();
  if (useNow() - since < PATIENCE_MS) return null;
  return (
    <div className="stream-banner" role="status">
      Live updates are interrupted since {formatTime(new Date(since).toISOString(), zone)}. The page asks every five
      seconds instead, and connects again by itself.
    </div>
  );
}
