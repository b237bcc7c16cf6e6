import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FromParser, ParseRequest, ParseResult, SerializedDag } from "@windlass/contract";
import { testChain, testDag } from "./dag.ts";

/**
 * Stands in for the SDK's parser where the Dag processor alone is the subject. A "Dag file" is JSON: `{ "dags": ["id"], "tasks": 2 }`; `exit` ends the
 * process, `hang` never answers, anything that is no JSON is an error at line 1.
 */
const send = (message: FromParser): void => void process.send?.(message);

process.on("message", (request: ParseRequest) => void parse(request));
process.on("disconnect", () => process.exit(0));
send({ type: "ready" });

async function parse({ id, dagsFolder, file }: ParseRequest): Promise<void> {
  const source = await readFile(join(dagsFolder, file), "utf8");
  const result = resultOf(file, source);
  if (result) send({ type: "parsed", id, result });
}

function resultOf(file: string, source: string): ParseResult | undefined {
  let told: {
    readonly dags?: readonly string[];
    readonly tasks?: number;
    readonly exit?: number;
    readonly hang?: boolean;
  };
  try {
    told = JSON.parse(source) as typeof told;
  } catch {
    const error = {
      code: "dag_file.syntax",
      reason: `${file} is no JSON`,
      fix: "mend it",
      file,
      line: 1,
      column: 1,
      trace: "",
    };
    return { file, hash: null, bundle: null, source, dags: [], errors: [error], seconds: 0 };
  }
  if (told.exit !== undefined) process.exit(told.exit);
  if (told.hang === true) return undefined;
  const dags: readonly SerializedDag[] = (told.dags ?? []).map((dagId) =>
    testDag(dagId, testChain(told.tasks ?? 1), { relativeFileloc: file }),
  );
  return {
    file,
    hash: createHash("sha256").update(source).digest("hex"),
    bundle: source,
    source,
    dags,
    errors: [],
    seconds: 0.001,
  };
}
