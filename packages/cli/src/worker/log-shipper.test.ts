import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localLogReader } from "../up/log-reader.ts";
import { localLogSink } from "../up/log-sink.ts";
import { LogShipper } from "./log-shipper.ts";
import { DoorRefused, DoorUnreachable } from "./server-door.ts";

const ID = "01a214ee-55c8-7780-b894-cbc75868b06d";
const LIMIT = 10_000;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "windlass-logs-"));
  file = join(folder, "own.jsonl");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function arrived(): Promise<string> {
  const part = await localLogReader(folder).read(ID, 0, LIMIT);
  return Buffer.from(part?.bytes ?? []).toString();
}

describe("a log that is shipped", () => {
  it("arrives whole and once, whatever answers are lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ maxLength: 40 }), fc.constantFrom("heard", "answer lost", "never came"))),
        async (lines) => {
          rmSync(folder, { recursive: true });
          file = join((folder = mkdtempSync(join(tmpdir(), "windlass-logs-"))), "own.jsonl");
          const sink = localLogSink(folder);
          const fates = lines.map(([, fate]) => fate);
          const shipper = new LogShipper(ID, file, {
            everyMs: 1_000_000,
            async send(id, offset, bytes) {
              const fate = fates.shift();
              if (fate === "never came") throw new DoorUnreachable("away");
              const size = await sink.append(id, offset, bytes, LIMIT);
              if (fate === "answer lost") throw new DoorUnreachable("away");
              return size;
            },
          });
          const text = lines.map(([line]) => `${JSON.stringify(line)}\n`).join("");
          writeFileSync(file, text);
          for (let tries = 0; tries <= lines.length; tries += 1) await shipper.finish().catch(() => undefined);
          expect(await arrived()).toBe(text);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("goes on from where the server is, and stops where the server takes no more", async () => {
    const sink = localLogSink(folder);
    const offsets: number[] = [];
    const shipper = new LogShipper(ID, file, {
      everyMs: 1_000_000,
      async send(id, offset, bytes) {
        offsets.push(offset);
        const size = await sink.append(id, offset, bytes, LIMIT);
        if (size < offset) throw new DoorRefused(409, { code: "execution.log_gap", currentValue: size });
        if (offsets.length > 3) throw new DoorRefused(409, { code: "execution.not_running" });
        return size;
      },
    });
    appendFileSync(file, "a\n");
    await shipper.finish();
    // The server has lost what it had.
    rmSync(join(folder, ID.slice(-2)), { recursive: true });
    appendFileSync(file, "b\n");
    await shipper.finish();
    expect(offsets).toEqual([0, 2, 0]);
    expect(await arrived()).toBe("a\nb\n");
    appendFileSync(file, "c\n");
    await shipper.finish();
    await shipper.finish();
    expect(offsets).toHaveLength(4);
    await shipper.tidy();
    expect(existsSync(file)).toBe(true);
  });

  it("has a bound at the server", async () => {
    const sink = localLogSink(folder);
    expect(await sink.append(ID, 0, Buffer.from("12345"), 8)).toBe(5);
    expect(await sink.append(ID, 3, Buffer.from("456789"), 8)).toBe(8);
    expect(await sink.append(ID, 8, Buffer.from("9"), 8)).toBe(8);
    expect(await sink.append(ID, 20, Buffer.from("9"), 80)).toBe(8);
    expect(await arrived()).toBe("12345678");
  });
});
