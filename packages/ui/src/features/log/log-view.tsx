import { useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { Empty } from "../../atoms/empty.tsx";
import { RefusalNotice } from "../../atoms/refusal-notice.tsx";
import { usePreferences } from "../../preferences/preferences.ts";
import { useKeys } from "../../shell/use-keys.ts";
import { findError, hides } from "./filter-lines.ts";
import { LogBar } from "./log-bar.tsx";
import { LogLine } from "./log-line.tsx";
import { fileLine } from "./parse-line.ts";
import type { LogPlace } from "./read-log.ts";
import { saveText } from "./save-text.ts";
import { useFiltered } from "./use-filtered.ts";
import { useLog } from "./use-log.ts";
import "./log.css";

const LINE_PX = 18;

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
  const { zone, logWrap } = usePreferences();
  const filter = { level: search.level, source: search.source, search: search.q ?? "" };
  const found = useFiltered(store, version, filter);
  const box = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(search.line === undefined && search.q === undefined);
  const [match, setMatch] = useState(0);
  const [selectedAll, setSelectedAll] = useState(false);

  const count = hides(filter) ? (found.shown?.length ?? 0) : store.lines.length;
  const lineAt = (place: number): number => (hides(filter) ? (found.shown?.[place] ?? 0) : place);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });

  const ended = useRef(false);
  useEffect(() => {
    if (!follow || count === 0) return;
    ended.current = true;
    virtual.scrollToIndex(count - 1, { align: "end" });
  }, [follow, count, virtual]);
  const goTo = useCallback(
    (index: number) => {
      setFollow(false);
      virtual.scrollToIndex(index, { align: "center" });
    },
    [virtual],
  );

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

  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      event.preventDefault();
      const all = document.createRange();
      if (box.current !== null) all.selectNodeContents(box.current);
      const selection = window.getSelection();
      selection?.removeAllRanges();
      selection?.addRange(all);
      setSelectedAll(true);
    } else if (event.key === "End") setFollow(true);
    else if (event.key === "Home") {
      event.preventDefault();
      goTo(0);
    }
  };
  const onCopy = (event: ClipboardEvent): void => {
    if (!selectedAll) return;
    // Most of what is selected is not drawn.
    event.clipboardData.setData("text/plain", allText());
    event.preventDefault();
  };
  const allText = (): string =>
    Array.from({ length: count }, (_, index) => fileLine(store.lines[lineAt(index)] ?? "")).join("\n");

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
      <div
        ref={box}
        className="log-box"
        role="log"
        aria-live="off"
        aria-label="Log lines"
        tabIndex={0}
        hidden={count === 0}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
        onMouseDown={() => setSelectedAll(false)}
        onWheel={(event) => {
          if (event.deltaY < 0) setFollow(false);
        }}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          if (scrollHeight - scrollTop - clientHeight < LINE_PX && !ended.current) setFollow(true);
          ended.current = false;
        }}
        onClick={(event) => {
          const number = (event.target as HTMLElement).dataset.line;
          if (number === undefined) return;
          event.preventDefault();
          onSearch({ line: Number(number) });
        }}
      >
        <div
          style={{
            height: virtual.getTotalSize(),
            position: "relative",
            minWidth: "100%",
            width: "max-content",
            ...(logWrap ? { width: "100%" } : {}),
          }}
        >
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const line = lineAt(index);
            return (
              <div
                key={key}
                data-index={index}
                {...(logWrap ? { ref: virtual.measureElement } : {})}
                style={{ position: "absolute", top: 0, left: 0, minWidth: "100%", transform: `translateY(${start}px)` }}
              >
                <LogLine
                  raw={store.lines[line] ?? ""}
                  number={line + 1}
                  search={filter.search}
                  zone={zone}
                  current={search.line === line + 1}
                />
              </div>
            );
          })}
        </div>
      </div>
      <div className="log-end" role="status">
        <span className="number">{store.lines.length.toLocaleString("en")} lines</span>
        {hides(filter) && <span className="number">{count.toLocaleString("en")} shown</span>}
        <span>{store.complete ? "The attempt is over." : "Following."}</span>
      </div>
    </div>
  );
}
