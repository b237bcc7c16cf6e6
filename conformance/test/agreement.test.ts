import { readFileSync, readdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRecording, type Recording } from "../src/replay/recording.ts";
import { replay, type StepReport } from "../src/replay/run.ts";
import { startImpostor } from "./impostor.ts";

// What the tool that made the recordings found when it was led against the same impostor: an id of a deviation, or the places that differ.
const agreed = JSON.parse(readFileSync(new URL("agreed-verdicts.json", import.meta.url), "utf8")) as Record<
  string,
  string | string[]
>;
const recordings = new URL("../recordings/", import.meta.url);

/** The impostor answers at once, so that nothing is waited for. */
function withoutWaiting(recording: Recording): Recording {
  const scenarios = recording.scenarios.map((scenario) => ({
    ...scenario,
    steps: scenario.steps.map(({ until: _until, ...step }) => step),
  }));
  return { ...recording, scenarios };
}

describe("our replayer beside the tool that made the recordings", () => {
  const folder = mkdtempSync(join(tmpdir(), "windlass-replay-"));
  let steps: readonly StepReport[] = [];

  beforeAll(async () => {
    const files: string[] = [];
    const documents: Recording[] = [];
    for (const dialect of ["v1", "v2"]) {
      for (const name of readdirSync(new URL(`${dialect}/`, recordings)).sort()) {
        const document = withoutWaiting(readRecording(new URL(`${dialect}/${name}`, recordings).pathname));
        const copy = join(folder, `${dialect}-${name}`);
        writeFileSync(copy, JSON.stringify(document));
        files.push(copy);
        documents.push(document);
      }
    }
    const impostor = await startImpostor(documents);
    steps = (await replay(files, { base: impostor.base })).steps;
    await impostor.close();
  }, 120_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("compares the same 1,982 steps", () => {
    expect(steps).toHaveLength(1982);
  });

  it("finds the same faults and the same deviations in spoiled answers, step for step", () => {
    const found = Object.fromEntries(
      steps
        .filter((step) => step.verdict !== "same")
        .map((step) => [
          `${step.dialect} ${step.scenario} #${step.step}`,
          step.deviation ?? step.differences.map(({ where }) => where),
        ]),
    );
    // Deviations that were agreed on after the tool was led against the impostor explain what it still called a fault.
    const known = new Set(Object.values(agreed).filter((verdict) => typeof verdict === "string"));
    const later = Object.keys(found).filter((step) => typeof found[step] === "string" && !known.has(found[step]));
    for (const step of later) Reflect.deleteProperty(found, step);
    const comparable = Object.entries(agreed).filter(([step]) => !later.includes(step));
    expect(found).toEqual(Object.fromEntries(comparable));
    expect(later.length).toBeLessThan(comparable.length / 20);
  });
});
