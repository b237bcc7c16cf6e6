import { usePreferences } from "../preferences/preferences.ts";
import { useNow } from "./clock.ts";
import { formatDistance, formatInstant, millisOf, zoneName } from "./format.ts";

/** A moment, in the chosen zone; `relative` tells the distance and keeps the moment in the title. */
export function Instant({
  at,
  relative = false,
  none = "–",
}: {
  at: string | null | undefined;
  relative?: boolean;
  none?: string;
}) {
  const { zone } = usePreferences();
  const millis = millisOf(at);
  if (millis === null) return <span className="dim">{none}</span>;
  const full = formatInstant(at, zone);
  const title = `${full} ${zoneName(zone, millis)}`;
  return (
    <time dateTime={at ?? ""} title={title} className="number">
      {relative ? <Distance millis={millis} /> : full}
    </time>
  );
}

function Distance({ millis }: { millis: number }) {
  return <>{formatDistance(millis, useNow())}</>;
}
