// Draws the charts of a case from the tables that stand beside them.
"use strict";

(() => {
  const charts = new Map();

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const named = (name) => style.getPropertyValue(name).trim();
    return { ink: named("--ink"), soft: named("--ink-soft"), line: named("--line"), main: named("--primary") };
  }

  function read(figure) {
    return [...figure.querySelectorAll("[data-rows] tr")].map((row) => {
      const [name, ...numbers] = [...row.children].map((cell) => cell.textContent.trim());
      return [name, ...numbers.map(Number)];
    });
  }

  function options(figure, rows) {
    const { ink, soft, line, main } = colours();
    const across = figure.dataset.kind === "row";
    const shown = across ? rows.slice().reverse() : rows;
    const heads = [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    const names = {
      type: "category",
      data: shown.map(([name]) => name),
      axisLabel: { color: ink },
      axisLine: { lineStyle: { color: line } },
    };
    const numbers = (lines) => ({
      type: "value",
      minInterval: 1,
      axisLabel: { color: soft },
      splitLine: { show: lines, lineStyle: { color: line } },
    });
    const second = rows.length && rows[0].length > 2;
    const series = [
      { name: heads[1], type: "bar", data: shown.map((r) => r[1]), barMaxWidth: 28, itemStyle: { color: main } },
    ];
    if (second) {
      series.push({
        name: heads[2],
        type: "line",
        yAxisIndex: 1,
        data: shown.map((r) => r[2]),
        showSymbol: false,
        itemStyle: { color: soft },
        lineStyle: { color: soft, width: 2, type: "dashed" },
      });
    }
    const values = second ? [numbers(true), numbers(false)] : numbers(true);
    return {
      animation: false,
      textStyle: { fontFamily: "inherit", color: ink },
      legend: { show: Boolean(second), top: 0, textStyle: { color: ink } },
      grid: { left: 8, right: 24, top: second ? 40 : 16, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText" },
      xAxis: across ? values : names,
      yAxis: across ? names : values,
      series,
    };
  }

  function drawAll() {
    for (const figure of document.querySelectorAll("[data-charts] [data-chart]")) {
      const rows = read(figure);
      const area = figure.querySelector("[data-area]");
      if (!rows.length || !window.echarts) continue;
      area.hidden = false;
      if (figure.dataset.kind === "row") area.style.height = `${Math.max(8, 2.25 * rows.length + 3)}rem`;
      if (!charts.has(figure)) charts.set(figure, window.echarts.init(area, null, { renderer: "canvas" }));
      charts.get(figure).resize();
      charts.get(figure).setOption(options(figure, rows), true);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    drawAll();
    window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
    new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme", "data-mode"] });
  });
})();
