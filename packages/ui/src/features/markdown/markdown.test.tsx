import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Markdown } from "./markdown.tsx";

afterEach(cleanup);

describe("markdown", () => {
  it("never becomes HTML or a script's address", () => {
    const { container } = render(
      <Markdown
        text={
          "<img src=x onerror=alert(1)>\n\n[click](javascript:alert(1)) [ok](https://example.org) **b** `c`\n\n- one\n- two"
        }
      />,
    );
    expect(container.querySelector("img")).toBeNull();
    expect([...container.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([
      "https://example.org",
    ]);
    expect(container.querySelectorAll("li")).toHaveLength(2);
    expect(container.textContent).toContain("<img src=x onerror=alert(1)>");
  });
});
