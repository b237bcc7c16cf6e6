import { dirname, join, normalize } from "node:path/posix";
import type { Finding } from "../architecture/source.ts";

/** What a link may lead to. Paths are relative to the repository's root. */
export interface Library {
  exists(path: string): boolean;
  anchors(path: string): readonly string[];
}

/** The relative links of one Markdown page that lead nowhere. Code is not searched. */
export function brokenLinks(path: string, markdown: string, library: Library): Finding[] {
  return linesOutsideCode(markdown).flatMap(({ text, line }) =>
    targetsOf(text).flatMap((target) => {
      const what = problem(path, markdown, target, library);
      return what === undefined ? [] : [{ path, line, what }];
    }),
  );
}

/** The anchors that a page's headings have, by GitHub's rule. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return linesOutsideCode(markdown, false)
    .map(({ text }) => /^#{1,6}\s+(.*?)\s*#*$/.exec(text)?.[1])
    .filter((heading): heading is string => heading !== undefined)
    .map((heading) => {
      const slug = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-");
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    });
}

function problem(path: string, markdown: string, target: string, library: Library): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith("//")) return undefined;
  const [file = "", anchor] = target.split("#");
  const place =
    file === "" ? path : normalize(join(file.startsWith("/") ? "." : dirname(path), decodeURIComponent(file)));
  if (!library.exists(place)) return `${target} leads nowhere`;
  if (anchor === undefined || !place.endsWith(".md")) return undefined;
  const anchors = file === "" ? anchorsOf(markdown) : library.anchors(place);
  return anchors.includes(anchor) ? undefined : `${target}: the page has no such heading`;
}

function targetsOf(text: string): string[] {
  const inline = [...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const references = [...text.matchAll(/^\s*\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)/g)];
  return [...inline, ...references].map((match) => match[1]!);
}

function linesOutsideCode(markdown: string, dropInline = true): { text: string; line: number }[] {
  let fence: string | undefined;
  return markdown.split("\n").flatMap((text, index) => {
    const mark = /^\s*(```+|~~~+)/.exec(text)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return [];
    }
    return fence === undefined ? [{ text: dropInline ? text.replace(/`[^`]*`/g, "") : text, line: index + 1 }] : [];
  });
}
