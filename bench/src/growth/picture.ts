import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compare } from "./growth-figures.ts";
import { aboutGrowth, readGrowth } from "./growth-report.ts";
import { growthSvg } from "./growth-svg.ts";

/* `node bench/src/growth/picture.ts [growth.json [picture.svg]]`: draws bench/growth.svg from bench/growth.json. */

const [file, out = fileURLToPath(new URL("../../growth.svg", import.meta.url))] = process.argv.slice(2);
const report = readGrowth(file);
if (report === null) throw new Error("there is no bench/growth.json yet: node bench/src/growth/main.ts");
writeFileSync(out, growthSvg(compare(report.points), aboutGrowth(report)));
