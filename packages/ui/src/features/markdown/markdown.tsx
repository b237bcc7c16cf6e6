import type { ReactNode } from "react";
import "./markdown.css";

/**
 * The part of Markdown that Dag authors use, as elements: headings, lists, code, quotes, emphasis, links. HTML stays text, and links lead
 * only to http and https, so there is nothing to sanitise.
 */
export function Markdown({ text }: { text: string }) {
  return <div className="markdown">{blocks(text.replaceAll("\r\n", "\n").split("\n"))}</div>;
}

function blocks(lines: readonly string[]): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  const takeWhile = (fits: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (at < lines.length && fits(lines[at] ?? "")) taken.push(lines[at++] ?? "");
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (line.trim() === "") at++;
    else if (/^\s*(```|~~~)/.test(line)) {
      at++;
      const code = takeWhile((each) => !/^\s*(```|~~~)/.test(each));
      at++;
      out.push(
        <pre key={at} className="block">
          {code.join("\n")}
        </pre>,
      );
    } else if (heading) {
      at++;
      const Tag = (heading[1] ?? "").length <= 2 ? "h3" : "h4";
      out.push(<Tag key={at}>{inline(heading[2] ?? "")}</Tag>);
    } else if (/^\s*[-*+]\s+/.test(line)) {
      const items = takeWhile((each) => /^\s*[-*+]\s+/.test(each) || /^\s{2,}\S/.test(each));
      out.push(<ul key={at}>{listItems(items, /^\s*[-*+]\s+/)}</ul>);
    } else if (/^\s*\d+[.)]\s+/.test(line)) {
      const items = takeWhile((each) => /^\s*\d+[.)]\s+/.test(each) || /^\s{2,}\S/.test(each));
      out.push(<ol key={at}>{listItems(items, /^\s*\d+[.)]\s+/)}</ol>);
    } else if (line.startsWith(">")) {
      const quoted = takeWhile((each) => each.startsWith(">")).map((each) => each.replace(/^>\s?/, ""));
      out.push(<blockquote key={at}>{blocks(quoted)}</blockquote>);
    } else {
      const [first, ...rest] = [
        lines[at++] ?? "",
        ...takeWhile((each) => each.trim() !== "" && !/^(#{1,6}\s|\s*(```|~~~)|\s*[-*+]\s|>)/.test(each)),
      ];
      out.push(<p key={at}>{inline([first, ...rest].join(" "))}</p>);
    }
  }
  return out;
}

function listItems(lines: readonly string[], mark: RegExp): ReactNode[] {
  const items: string[] = [];
  for (const line of lines) {
    if (mark.test(line)) items.push(line.replace(mark, ""));
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  return items.map((item, index) => <li key={index}>{inline(item)}</li>);
}

const INLINE =
  /(`+)([^`]+?)\1|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*?)\*|\[([^\]]+)\]\(([^)\s]+)\)|<?(https?:\/\/[^\s<>)]+)>?/;

function inline(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match !== null; match = INLINE.exec(rest)) {
    const [whole, , code, bold, alsoBold, italic, label, target, bare] = match;
    if (match.index > 0) out.push(rest.slice(0, match.index));
    const key = out.length;
    if (code !== undefined) out.push(<code key={key}>{code}</code>);
    else if (bold !== undefined || alsoBold !== undefined)
      out.push(<strong key={key}>{inline(bold ?? alsoBold ?? "")}</strong>);
    else if (italic !== undefined) out.push(<em key={key}>{italic}</em>);
    else out.push(link(key, label ?? bare ?? "", target ?? bare ?? ""));
    rest = rest.slice(match.index + whole.length);
  }
  if (rest !== "") out.push(rest);
  return out;
}

function link(key: number, label: string, target: string): ReactNode {
  return /^https?:\/\//i.test(target) ? (
    <a key={key} href={target} target="_blank" rel="noreferrer noopener">
      {label}
    </a>
  ) : (
    <span key={key}>{label}</span>
  );
}
