// Draws every chart from the table beside it, so that chart and table cannot differ; filters the ranking. Without scripts, both stay readable.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = matchMedia("(prefers-color-scheme: dark)");
  var drawn = [];

  function tint(name) { return getComputedStyle(root).getPropertyValue("--" + name).trim(); }

  function rows(figure) {
    var heads = Array.from(figure.querySelectorAll("thead th"));
    var at = {};
    heads.forEach(function (th, i) { if (th.dataset.col) at[th.dataset.col] = i; });
    return Array.from(figure.querySelectorAll("tbody tr")).map(function (tr) {
      var row = { name: tr.cells[0].textContent };
      Object.keys(at).forEach(function (k) { row[k] = Number(tr.cells[at[k]].textContent); });
      return row;
    });
  }

  function axes(names, sideways, narrow) {
    var quiet = { color: tint("muted"), fontSize: 13 };
    var line = { lineStyle: { color: tint("line") } };
    var name = { type: "category", data: names, axisLine: line, axisTick: { show: false },
      axisLabel: Object.assign({ width: narrow ? 96 : 150, overflow: "truncate", hideOverlap: !sideways, interval: sideways ? 0 : "auto" }, quiet) };
    var value = { type: "value", axisLabel: Object.assign({ hideOverlap: true }, quiet), splitLine: line, splitNumber: narrow ? 3 : 5 };
    return sideways ? { yAxis: Object.assign(name, { inverse: true }), xAxis: value } : { xAxis: name, yAxis: value };
  }

  function base(names, sideways, narrow, wide) {
    var found = axes(names, sideways, narrow);
    found.animation = false;
    found.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily };
    found.aria = { enabled: false };
    found.grid = { left: 8, right: wide ? 64 : 24, top: 24, bottom: 8, containLabel: true };
    found.tooltip = { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" } };
    return found;
  }

  function plain(figure, all, narrow, width) {
    var sideways = figure.dataset.chart === "bars";
    var option = base(all.map(function (r) { return sideways ? r.name : r.name.replace(/^\d{4}-(?=\d\d-\d\d$)/, ""); }), sideways, narrow, sideways);
    option.series = [{ type: "bar", name: figure.dataset.unit, data: all.map(function (r) { return r.value; }), barMaxWidth: 26,
      itemStyle: { color: tint("accent") },
      label: { show: sideways || all.length * 60 <= width, position: sideways ? "right" : "top", color: tint("ink"), fontSize: 13 } }];
    return option;
  }

  function box(all, narrow) {
    var option = base(all.map(function (r) { return r.name; }), true, narrow, false);
    function bar(name, from, to, fill) {
      return { type: "bar", stack: "box", name: name, barWidth: 14, silent: true, itemStyle: fill,
        data: all.map(function (r) { return (to ? r[to] : 0) - (from ? r[from] : 0); }) };
    }
    function point(name, key, symbol, size, colour) {
      return { type: "scatter", name: name, symbol: symbol, symbolSize: size, itemStyle: { color: colour }, z: 4,
        data: all.map(function (r, i) { return [r[key], i]; }) };
    }
    var ink = tint("ink"), soft = { color: tint("soft"), borderColor: tint("accent"), borderWidth: 1 };
    var whiskers = all.flatMap(function (r, i) {
      return [[{ coord: [r.low, i] }, { coord: [r.first, i] }], [{ coord: [r.third, i] }, { coord: [r.high, i] }]];
    });
    var hidden = bar("", null, "first", { color: "transparent" });
    hidden.markLine = { silent: true, symbol: "none", label: { show: false }, data: whiskers, lineStyle: { color: tint("muted"), type: "solid", width: 1 } };
    option.xAxis.scale = true;
    option.xAxis.min = Math.floor(Math.min.apply(null, all.map(function (r) { return r.low; })));
    option.xAxis.max = Math.ceil(Math.max.apply(null, all.map(function (r) { return r.high; })));
    option.tooltip.formatter = function (found) {
      var r = all[found[0].dataIndex];
      return r.name + "\n最低 " + r.low + "，下四分位 " + r.first + "\n中位数 " + r.median + "，平均 " + r.mean + "\n上四分位 " + r.third + "，最高 " + r.high;
    };
    option.series = [hidden, bar("", "first", "median", soft), bar("", "median", "third", soft),
      point("最低", "low", "rect", [1, 10], ink), point("最高", "high", "rect", [1, 10], ink),
      point("中位数", "median", "rect", [3, 16], tint("accent")), point("平均", "mean", "circle", 6, tint("mark"))];
    return option;
  }

  function draw() {
    drawn.forEach(function (d) {
      var width = d.plot.clientWidth, narrow = width < 460;
      d.chart.setOption(d.figure.dataset.chart === "box" ? box(d.all, narrow) : plain(d.figure, d.all, narrow, width), true);
    });
  }

  function fit() { drawn.forEach(function (d) { d.chart.resize(); }); draw(); }

  function charts() {
    root.classList.add("js");
    document.querySelectorAll("figure.chart").forEach(function (figure) {
      var plot = figure.querySelector(".plot"), all = rows(figure);
      if (!all.length || all.length > 80) { plot.remove(); return; }
      var tall = figure.dataset.chart === "columns" ? 260 : 48 + all.length * 34;
      plot.style.height = tall + "px";
      drawn.push({ figure: figure, plot: plot, all: all, chart: echarts.init(plot, null, { renderer: "svg", height: tall }) });
    });
    draw();
    var waiting;
    addEventListener("resize", function () { clearTimeout(waiting); waiting = setTimeout(fit, 120); });
    addEventListener("beforeprint", fit);
    addEventListener("afterprint", fit);
    dark.addEventListener("change", draw);
  }

  function filter() {
    var tools = document.querySelector(".tools");
    if (!tools) return;
    tools.hidden = false;
    var field = document.getElementById("find"), found = document.getElementById("found"), unfold = document.getElementById("unfold");
    var groups = Array.from(document.querySelectorAll(".group")).map(function (g) {
      var head = g.querySelector("h4");
      var name = head ? head.firstChild.textContent : "";
      return { node: g, entries: Array.from(g.querySelectorAll("details.entry")).map(function (d) {
        return { node: d, text: (name + " " + d.firstElementChild.textContent).normalize("NFKC").toLowerCase() };
      }) };
    });
    tools.addEventListener("submit", function (event) { event.preventDefault(); });
    field.addEventListener("input", function () {
      var words = field.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean), n = 0;
      groups.forEach(function (g) {
        var some = false;
        g.entries.forEach(function (e) {
          var fits = words.every(function (w) { return e.text.includes(w); });
          e.node.hidden = !fits;
          if (fits) { some = true; n += 1; }
        });
        g.node.hidden = !some;
      });
      found.textContent = words.length ? (n ? "找到 " + n + " 件" : "没有找到，请换个词试试") : "";
    });
    unfold.addEventListener("click", function () {
      var open = unfold.getAttribute("aria-pressed") !== "true";
      unfold.setAttribute("aria-pressed", String(open));
      unfold.textContent = open ? "全部收起" : "全部展开";
      groups.forEach(function (g) { g.entries.forEach(function (e) { if (!e.node.hidden) e.node.open = open; }); });
    });
  }

  filter();
  charts();
})();
