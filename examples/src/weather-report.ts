/** One month of the weather, as aggregated: millimetres of rain, mean highs and lows in °C. */
export interface Month {
  readonly month: string;
  readonly rain: number;
  readonly high: number;
  readonly low: number;
  readonly sunnyDays: number;
}

/** The report: a bar chart of rain under a line of mean highs, and the figures as a table. One file, no scripts, no requests. */
export function reportHtml(months: readonly Month[]): string {
  const [width, height, left, bottom] = [960, 320, 40, 30];
  const most = Math.max(...months.map((each) => each.rain), 1);
  const hottest = Math.max(...months.map((each) => each.high), 1);
  const step = (width - left) / Math.max(months.length, 1);
  const y = (share: number) => (height - bottom) * (1 - share);
  const bars = months.map((each, i) => {
    const top = y(each.rain / most);
    return `<rect x="${(left + i * step + 1).toFixed(1)}" y="${top.toFixed(1)}" width="${(step - 2).toFixed(1)}" height="${(height - bottom - top).toFixed(1)}"><title>${each.month}: ${each.rain} mm</title></rect>`;
  });
  const line = months.map(
    (each, i) => `${(left + (i + 0.5) * step).toFixed(1)},${y(Math.max(each.high, 0) / hottest).toFixed(1)}`,
  );
  const years = months
    .map((each, i) => ({ each, i }))
    .filter(({ each }) => each.month.endsWith("-01"))
    .map(
      ({ each, i }) => `<text x="${(left + i * step).toFixed(1)}" y="${height - 8}">${each.month.slice(0, 4)}</text>`,
    );
  const rows = months.map(
    (each) =>
      `<tr><th>${each.month}</th><td>${each.rain}</td><td>${each.high}</td><td>${each.low}</td><td>${each.sunnyDays}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Weather in Seattle by month</title>
<style>body{font:14px system-ui;margin:2rem auto;max-width:60rem}rect{fill:#4a7ebb}polyline{fill:none;stroke:#c0392b;stroke-width:2}
text{font-size:12px}table{border-collapse:collapse}th,td{padding:.15rem .8rem;text-align:right;border-bottom:1px solid #ddd}</style>
<h1>Weather in Seattle by month</h1>
<p>Bars: rain (most ${most} mm). Line: mean daily high (highest ${hottest} °C). ${months.length} months.</p>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Rain and mean highs by month">${bars.join("")}<polyline points="${line.join(" ")}"/>${years.join("")}</svg>
<table><tr><th>Month</th><th>Rain (mm)</th><th>High (°C)</th><th>Low (°C)</th><th>Sunny days</th></tr>${rows.join("")}</table>
</html>
`;
}
