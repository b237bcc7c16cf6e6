import { ChildProcess } from "node:child_process";
import pg from "pg";

/** The moments of one hop in the control process, in its order, by `performance.now()`. */
export interface HopMarks {
  /** The runner's report of the task before was heard. */
  readonly heard: number;
  /** BEGIN was sent, with the locks and the counts behind it. */
  readonly begun: number;
  /** The counts had come. */
  readonly counted: number;
  /** The statement that commits was sent, with COMMIT behind it. */
  readonly written: number;
  /** COMMIT was answered. */
  readonly committed: number;
  /** The next attempt was sent to its runner. */
  readonly sent: number;
}

const COUNT = "select pool, dag_id";
const WRITE = "with runs as (";

/** Notes the moments of hops, by looking at what the driver and the child processes are asked and answer. It changes nothing of either. */
export function watchHops(): { readonly hops: HopMarks[]; end(): void } {
  const hops: HopMarks[] = [];
  let now: Partial<Record<keyof HopMarks, number>> = {};
  const mark = (name: keyof HopMarks): void => {
    now[name] = performance.now();
  };
  const { query } = pg.Client.prototype;
  const { emit } = ChildProcess.prototype;
  const senders = new Map<ChildProcess, ChildProcess["send"]>();
  const watched = function (this: pg.Client, ...args: unknown[]): unknown {
    const asked = args[0] as string | { readonly text: string };
    const text = (typeof asked === "string" ? asked : asked.text).trim();
    if (text === "BEGIN") mark("begun");
    if (text.startsWith(WRITE)) mark("written");
    const answer = Reflect.apply(query as (...given: unknown[]) => unknown, this, args);
    if (text.startsWith(COUNT))
      void (answer as Promise<unknown>).then(
        () => mark("counted"),
        () => undefined,
      );
    if (text === "COMMIT")
      void (answer as Promise<unknown>).then(
        () => mark("committed"),
        () => undefined,
      );
    return answer;
  };
  pg.Client.prototype.query = watched as typeof query;
  // Each child has a `send` of its own, so it is met with its first report.
  const watchSend = (child: ChildProcess): void => {
    if (senders.has(child)) return;
    const { send } = child;
    senders.set(child, send);
    child.send = (...given: unknown[]): boolean => {
      if ((given[0] as { readonly type?: string }).type === "run") {
        mark("sent");
        const { heard, begun, counted, written, committed, sent } = now;
        if (heard && begun && counted && written && committed && sent)
          hops.push({ heard, begun, counted, written, committed, sent });
      }
      return Reflect.apply(send as (...each: unknown[]) => boolean, child, given);
    };
  };
  ChildProcess.prototype.emit = function (this: ChildProcess, name: string, ...given: unknown[]): boolean {
    if (name === "message" && (given[0] as { readonly type?: string }).type === "finished") {
      now = {};
      mark("heard");
      watchSend(this);
    }
    return Reflect.apply(emit as (...each: unknown[]) => boolean, this, [name, ...given]);
  } as typeof emit;
  return {
    hops,
    end: () => {
      pg.Client.prototype.query = query;
      ChildProcess.prototype.emit = emit;
      for (const [child, send] of senders) child.send = send;
    },
  };
}
