import { useQuery } from "@tanstack/react-query";
import { errorPageQuery } from "../../api/queries/refused.ts";
import { Markdown } from "../markdown/markdown.tsx";

/** The page of the docs that explains a cause, folded. */
export function ErrorPage({ code }: { code: string }) {
  const { data } = useQuery({ ...errorPageQuery(code), retry: false });
  const text = typeof data === "string" ? data : data?.markdown;
  if (text === undefined || text === "") return null;
  return (
    <details className="panel padded">
      <summary>
        More about <code>{code}</code>
      </summary>
      <Markdown text={text} />
    </details>
  );
}
