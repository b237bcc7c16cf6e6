import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE, REFUSAL_CODES, type CatalogueEntry, type RefusalCode } from "@windlass/contract";
import { root } from "../architecture/repository.ts";
import type { Generator } from "./generator.ts";
import { generatedNote, table } from "./markdown.ts";

const folder = "docs/errors/";

/** One page for each refusal of the catalogue, and their index by family. What stands between the marks `by hand` is kept. */
export const errorPages: Generator = {
  name: "error pages",
  owns: [folder],
  generate: () =>
    Promise.resolve(
      new Map([
        [`${folder}README.md`, index()],
        ...REFUSAL_CODES.map((code): [string, string] => [`${folder}${code}.md`, page(code, CATALOGUE[code])]),
      ]),
    ),
};

function page(code: RefusalCode, entry: CatalogueEntry): string {
  const { v1, v2, native } = entry.status;
  return `${generatedNote}

# \`${code}\`

${entry.summary}.

Status: ${v1} on \`/api/v1\`, ${v2} on \`/api/v2\`, ${native} on \`/api/windlass/v1\`. Words in braces are filled in for the request at hand.

## Message

> ${entry.summary}. ${entry.reason}

## Why

${entry.reason}

## What to do

${entry.fix}

## What the system does meanwhile

${entry.meanwhile}
${byHand(code)}
[All refusals](README.md)
`;
}

const BEGIN = "<!-- by hand -->";
const END = "<!-- end of by hand -->";

/** What somebody wrote between the marks of a page stays there; a page without marks has none. */
function byHand(code: RefusalCode): string {
  const path = join(root, `${folder}${code}.md`);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  return begin < 0 || end < begin ? "" : `\n${text.slice(begin, end + END.length)}\n`;
}

function index(): string {
  const families = [...new Set(REFUSAL_CODES.map(familyOf))];
  const sections = families.map((family) => {
    const rows = REFUSAL_CODES.filter((code) => familyOf(code) === family).map((code) => {
      const entry: CatalogueEntry = CATALOGUE[code];
      const { v1, v2, native } = entry.status;
      return [`[\`${code}\`](${code}.md)`, entry.summary, String(v1), String(v2), String(native)];
    });
    return `## ${family}\n\n${table(["Code", "What it says", "v1", "v2", "native"], rows)}\n`;
  });
  return `${generatedNote}

# Every "no" of Windlass

A refused request carries one of these codes under \`windlass.code\`, in the body of either Airflow dialect. The code never changes its
meaning; the words may get better.

${sections.join("\n")}`;
}

function familyOf(code: string): string {
  return code.split(".")[0]!;
}
