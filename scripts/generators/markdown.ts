/** The first line of every generated page, so that nobody mends the copy. */
export const generatedNote = "<!-- Written by `npm run generate`: change the source and run it again. -->";

/** A table with a header; cells may hold anything but line breaks. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}
