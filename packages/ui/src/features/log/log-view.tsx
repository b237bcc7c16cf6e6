import { useCallback, useEffect, useRef, useState } from "react";
import { Empty } from "../../atoms/empty.tsx";
import { RefusalNotice } from "../../atoms/refusal-notice.tsx";
import { usePreferences } from "../../preferences/preferences.ts";
import { useKeys } from "../../shell/use-keys.ts";
import { findError, hides } from "./filter-lines.ts";
import { LogBar } from "./log-bar.tsx";
import { LogLines, type LogLinesHandle } from "./log-lines.tsx";
import { fileLine } from "./parse-line.ts";
import type { LogPlace } from "./read-log.ts";
import { saveText } from "./save-text.ts";
import { useFiltered } from "./use-filtered.ts";
import { useLog } from "./use-log.ts";
import "./log.css";

/** What of the log view stands in the URL. */
export interface LogSearch {
  readonly q?: string;
  readonly level?: string;
  readonly source?: string;
  readonly line?: number;
}

/** A task's log: followed while it grows, searched, filtered; only the lines in view are elements. */
export function LogView({
  place,
  search,
  onSearch,
  emptyText,
}: {
  place: LogPlace;
  search: LogSearch;
  onSearch: (change: { [K in keyof LogSearch]?: LogSearch[K] | undefined }) => void;
  emptyText: string;
}) {
  const { store, version, problem } = useLog(place);
  const { logWrap } = usePreferences();
  const filter = { level: search.level, source: search.source, search: search.q ?? "" };
  const found = useFiltered(store, version, filter);
  const handle = useRef<LogLinesHandle>(null);
  const [follow, setFollow] = useState(search.line === undefined && search.q === undefined);
  const [match, setMatch] = useState(0);

  const count = hides(filter) ? (found.shown?.length ?? 0) : store.lines.length;

  useEffect(() => {
    if (follow && count > 0) handle.current?.toEnd();
  }, [follow, count]);
  const goTo = useCallback((shownPlace: number) => {
    setFollow(false);
    handle.current?.goTo(shownPlace);
  }, []);
  const latestSearch = useRef(onSearch);
  useEffect(() => {
    latestSearch.current = onSearch;
  });
  const onLine = useCallback((line: number) => latestSearch.current({ line }), []);

  // The line of a link, as soon as it is there.
  const linked = useRef(search.line === undefined);
  useEffect(() => {
    if (linked.current || search.line === undefined || count < search.line) return;
    linked.current = true;
    goTo(search.line - 1);
  }, [count, goTo, search.line]);

  const stepMatch = (step: 1 | -1): void => {
    if (found.matches.length === 0) return;
    const next = (match + step + found.matches.length) % found.matches.length;
    setMatch(next);
    goTo(found.matches[next] ?? 0);
  };
  const firstMatch = found.matches[0];
  useEffect(() => {
    setMatch(0);
    if (filter.search !== "" && firstMatch !== undefined) goTo(firstMatch);
  }, [filter.search, firstMatch, goTo]);

  const lastError = useRef(-1);
  const nextError = (): void => {
    const next = findError(store.lines, lastError.current + 1);
    const at = next >= 0 ? next : findError(store.lines, 0);
    lastError.current = at;
    if (at < 0) return;
    onSearch({ line: at + 1, level: undefined, source: undefined });
    goTo(at);
  };
  useKeys({
    n: () => stepMatch(1),
    "Shift+N": () => stepMatch(-1),
    "Shift+!": nextError,
    End: () => setFollow(true),
  });

  return (
    <div className="log" data-wrap={logWrap} style={{ height: "calc(100vh - 190px)" }}>
      <LogBar
        search={search.q ?? ""}
        onSearch={(q) => onSearch({ q: q === "" ? undefined : q })}
        level={search.level}
        onLevel={(level) => onSearch({ level: level ?? undefined })}
        source={search.source}
        onSource={(source) => onSearch({ source: source ?? undefined })}
        matches={filter.search === "" ? null : { at: match, of: found.matches.length }}
        onMatch={stepMatch}
        follow={follow}
        onFollow={setFollow}
        onError={nextError}
        onDownload={() =>
          saveText(`${place.dagId}-${place.taskId}-${place.tryNumber}.log`, store.lines.map(fileLine).join("\n") + "\n")
        }
        live={!store.complete}
      />
      {problem !== null && <RefusalNotice refused={problem} />}
      {count === 0 && (
        <Empty
          title={
            store.lines.length === 0 ? (store.complete ? "The log is empty" : "No line yet") : "No line fits the filter"
          }
        >
          {store.lines.length === 0 ? emptyText : ""}
        </Empty>
      )}
      <LogLines
        ref={handle}
        lines={store.lines}
        shown={hides(filter) ? found.shown : null}
        count={count}
        search={filter.search}
        current={search.line}
        onLine={onLine}
        onFollow={setFollow}
      />
      <div className="log-end" role="status">
        <span className="number">{store.lines.length.toLocaleString("en")} lines</span>
        {hides(filter) && <span className="number">{count.toLocaleString("en")} shown</span>}
        <span>{store.complete ? "The attempt is over." : "Following."}</span>
      </div>
    </div>
  );
}
