import { expect, it } from "vitest";
import { anchorsOf, brokenLinks } from "./broken-links.ts";

const library = {
  exists: (path: string): boolean => ["docs/a.md", "docs/b.md", "README.md"].includes(path),
  anchors: (): string[] => ["there"],
};

it("finds relative links that lead nowhere, whatever their form", () => {
  const page = [
    "[good](b.md) [web](https://example.org/x) [up](../README.md) [root](/README.md)",
    "[bad](c.md)",
    "[ref]: d.md",
    "`[code](e.md)`",
    "```\n[fenced](f.md)\n```",
    "[anchor](b.md#there) [no anchor](b.md#gone) [own](#title) # Title",
  ].join("\n");
  expect(brokenLinks("docs/a.md", page, library)).toEqual([
    { path: "docs/a.md", line: 2, what: "c.md leads nowhere" },
    { path: "docs/a.md", line: 3, what: "d.md leads nowhere" },
    { path: "docs/a.md", line: 8, what: "b.md#gone: the page has no such heading" },
    { path: "docs/a.md", line: 8, what: "#title: the page has no such heading" },
  ]);
});

it("makes anchors of headings as GitHub does", () => {
  expect(anchorsOf("# The `Dag` file\n## What's new?\n## What's new?\n```\n# no\n```")).toEqual([
    "the-dag-file",
    "whats-new",
    "whats-new-1",
  ]);
});
