// The live board: draws the tables that stand on the page, and renews both every ten seconds while somebody looks.
"use strict";

(() => {
  const board = document.querySelector("[data-board]");
  const charts = new Map();
  const EVERY = 10_000;

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const named = (name) => style.getPropertyValue(name).trim();
    return { ink: named("--ink"), soft: named("--ink-soft"), line: named("--line"), main: named("--primary") };
  }

  function read(figure) {
    return [...figure.querySelectorAll("[data-rows] tr")]
      .filter((row) => row.children.length === 2)
      .map((row) => [row.children[0].textContent, Number(row.children[1].textContent)]);
  }

  function draw(figure, rows) {
    const area = figure.querySelector("[data-area]");
    area.hidden = rows.length === 0;
    if (!rows.length || !window.echarts) return;
    const kind = figure.dataset.kind;
    if (kind === "row") area.style.height = `${Math.max(8, 2.25 * rows.length + 3)}rem`;
    if (!charts.has(figure)) charts.set(figure, echarts.init(area, null, { renderer: "canvas" }));
    const chart = charts.get(figure);
    chart.resize();
    chart.setOption(options(kind, kind === "row" ? rows.slice().reverse() : rows), true);
  }

  function options(kind, rows) {
    const { ink, soft, line, main } = colours();
    const names = {
      type: "category",
      data: rows.map(([name]) => name),
      axisLabel: { color: ink, ...(kind === "row" ? { width: 120, overflow: "truncate" } : {}) },
      axisLine: { lineStyle: { color: line } },
    };
    const numbers = {
      type: "value",
      minInterval: 1,
      axisLabel: { color: soft },
      splitLine: { lineStyle: { color: line } },
    };
    return {
      animation: false,
      textStyle: { fontFamily: "inherit", color: ink },
      grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText" },
      xAxis: kind === "row" ? numbers : names,
      yAxis: kind === "row" ? names : numbers,
      series: [
        {
          type: kind === "line" ? "line" : "bar",
          data: rows.map(([, n]) => n),
          showSymbol: false,
          barMaxWidth: 28,
          itemStyle: { color: main },
          lineStyle: { color: main, width: 2 },
        },
      ],
    };
  }

  // tables of times stand newest first, charts run to the right
  function drawAll() {
    for (const figure of board.querySelectorAll("[data-chart]")) {
      const rows = read(figure);
      draw(figure, figure.dataset.kind === "row" ? rows : rows.reverse());
    }
  }

  function write(figure, rows) {
    const body = figure.querySelector("[data-rows]");
    const shown = figure.dataset.kind === "row" ? rows : rows.slice().reverse();
    if (!shown.length) return;
    body.replaceChildren(
      ...shown.map(([name, n]) => {
        const row = document.createElement("tr");
        const head = Object.assign(document.createElement("th"), { scope: "row", textContent: name });
        row.append(head, Object.assign(document.createElement("td"), { className: "is-number", textContent: n }));
        return row;
      }),
    );
    draw(figure, rows);
  }

  async function renew() {
    if (document.hidden) return;
    const answer = await fetch(board.dataset.board, { credentials: "same-origin" });
    if (!answer.ok) return;
    const found = await answer.json();
    const values = document.querySelectorAll("[data-figures] .figure-value");
    if (found.figures.length !== values.length || String(found.step) !== board.dataset.step) {
      location.reload(); // the vote has closed, the first ballot is void, or the hours have grown too many
      return;
    }
    document.querySelector("[data-at]").textContent = found.at;
    values.forEach((one, i) => {
      one.textContent = found.figures[i];
    });
    for (const figure of board.querySelectorAll("[data-chart]")) write(figure, found[figure.dataset.chart]);
  }

  document.addEventListener("DOMContentLoaded", () => {
    drawAll();
    if (board.dataset.board) setInterval(() => renew().catch(() => {}), EVERY);
    window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
    new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme", "data-mode"] });
  });
})();
