import { join, relative } from "node:path";

/** What `up` tells a person, line by line: where it is, how to get in, and a call that works when pasted. */
export function greeting(facts: {
  readonly url: string;
  readonly dataFolder: string;
  readonly dagsFolder: string;
  /** Only where this start made the first account. */
  readonly adminPassword: string | null;
  readonly hasKey: boolean;
  readonly dagId: string;
}): readonly string[] {
  const lines = [
    `Windlass is up: ${facts.url}`,
    "",
    `  Dags      ${facts.dagsFolder}`,
    `  data      ${facts.dataFolder}`,
  ];
  if (facts.adminPassword !== null) {
    lines.push(`  sign in   admin / ${facts.adminPassword}`, "            (shown this once; it is stored as a hash)");
  }
  if (facts.hasKey) {
    const key = join(relative(process.cwd(), facts.dataFolder) || ".", "cli.key");
    const path = key.startsWith("..") ? join(facts.dataFolder, "cli.key") : key;
    lines.push(
      "",
      "Trigger a Dag from another terminal:",
      "",
      `  curl -X POST ${facts.url}/api/v2/dags/${facts.dagId}/dagRuns -H "Authorization: Bearer $(cat ${path})" -H "Content-Type: application/json" -d '{"logical_date": null}'`,
      "",
      `  npx windlass trigger ${facts.dagId} --wait`,
    );
  }
  return lines;
}
