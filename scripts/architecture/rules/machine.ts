import type { Finding } from "../source.ts";

// Written in pieces, so that this file does not break its own rule.
const registries = [
  "registry.npmjs" + ".org",
  "registry.yarnpkg" + ".com",
  "npm.pkg.github" + ".com",
  "npmmirror" + ".com",
];
const folders = ["work", "root", "tmp", "home/[a-z]+", "Users/[A-Za-z]+"];

const machinePath = new RegExp(String.raw`(?<![\w.~$}*@/-])/(${folders.join("|")})/[\w.-]`);

/** Nothing committed names the machine it was written on or the registry it was installed from. */
export function machineTraces(files: readonly { path: string; text: string }[]): Finding[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const registry = registries.find((host) => line.includes(host));
      if (registry !== undefined) return [{ path, line: index + 1, what: `names the package registry ${registry}` }];
      const match = machinePath.exec(line);
      return match ? [{ path, line: index + 1, what: `names a path of a machine: ${match[0]}` }] : [];
    }),
  );
}
