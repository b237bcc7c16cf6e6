import { useEffect, useState } from "react";

/** A value as it was when it last stood still for a while. */
export function useLater<Value>(value: Value, pauseMs: number): Value {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setLater(value), pauseMs);
    return () => window.clearTimeout(timer);
  }, [value, pauseMs]);
  return later;
}
