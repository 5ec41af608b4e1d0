"use strict";
// Charts of the page can be read off, zoomed and have lines taken away; without this script they stand as they are.
(() => {
  const NS = "http://www.w3.org/2000/svg";
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const DAY = 86400000;
  const short = (v) => Math.abs(v) < 9.5 && v % 1 ? v.toFixed(1) : Math.round(v).toLocaleString("en-GB");
  const dateOf = (axis, v) => new Date(Date.parse(axis.start) + Math.round(v) * DAY);
  const say = (axis, v) => {
    if (axis.unit === "day") { const d = dateOf(axis, v); return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`; }
    if (axis.unit === "share") return `${Math.round(v * 100)} %`;
    if (axis.unit === "multiple") return `${v < 99.95 ? v.toFixed(1) : short(v)}x`;
    if (axis.unit === "usd") { const s = Math.abs(v); return s >= 1e9 ? `USD ${(v / 1e9).toFixed(1)} bn` : s >= 1e6 ? `USD ${(v / 1e6).toFixed(1)} m` : `USD ${short(v)}`; }
    return axis.unit ? `${short(v)} ${axis.unit}` : short(v);
  };
  const pairs = (shape) => shape.getAttribute("points").trim().split(/\s+/).map((p) => p.split(",").map(Number));
  const heightAt = (line, x) => {
    if (!line.length || x < line[0][0] || x > line[line.length - 1][0]) return null;
    let i = line.findIndex((p) => p[0] >= x);
    if (i <= 0) return line[0][1];
    const [a, b] = [line[i - 1], line[i]];
    return a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0] || 1);
  };

  class Chart {
    constructor(svg) {
      this.svg = svg;
      this.plot = svg.querySelector(".plot");
      const { x, y } = JSON.parse(svg.dataset.plot);
      this.x = x; this.y = y;
      const box = this.plot.viewBox.baseVal;
      this.box = { x: box.x, y: box.y, width: box.width, height: box.height };
      this.window = [x.low, x.high];
      this.at = null;
      this.readout = document.createElement("output");
      this.readout.className = "readout";
      svg.after(this.readout);
      this.cursor = document.createElementNS(NS, "path");
      this.cursor.setAttribute("class", "cursor");
      this.chosen = document.createElementNS(NS, "rect");
      this.chosen.setAttribute("class", "chosen");
      svg.append(this.chosen, this.cursor);
      svg.tabIndex = 0;
      svg.setAttribute("aria-roledescription", "chart; arrow keys read values, plus and minus zoom, escape shows all");
      this.series = [...this.plot.querySelectorAll("g.fan")].map((fan) => ({
        fan, name: fan.querySelector("title")?.textContent ?? "",
        bands: [...fan.querySelectorAll("polygon")].map((p) => { const all = pairs(p), n = all.length / 2; return [all.slice(0, n), all.slice(n).reverse()]; }),
        line: pairs(fan.querySelector("polyline")),
      }));
      this.listen();
    }
    // Places inside the plot's own, unzoomed, coordinates.
    place(v) { return this.box.x + this.box.width * (v - this.x.low) / (this.x.high - this.x.low); }
    value(px) { return this.x.low + (this.x.high - this.x.low) * (px - this.box.x) / this.box.width; }
    height(py) {
      const top = this.box.y + 2, share = 1 - (py - top) / (this.box.height - 4);
      const { low, high, log } = this.y;
      return log ? Math.exp(Math.log(low) + share * Math.log(high / low)) : low + share * (high - low);
    }
    // Where a value of x stands on the chart as it is zoomed, and back.
    seen(v) { const [a, b] = this.window; return this.box.x + this.box.width * (v - a) / (b - a); }
    pointed(event) {
      const r = this.svg.getBoundingClientRect();
      const px = (event.clientX - r.left) / r.width * this.svg.viewBox.baseVal.width;
      const share = Math.min(Math.max((px - this.box.x) / this.box.width, 0), 1);
      return this.window[0] + share * (this.window[1] - this.window[0]);
    }
    read(v) {
      this.at = Math.min(Math.max(v, this.window[0]), this.window[1]);
      const px = this.seen(this.at);
      this.cursor.setAttribute("d", `M${px} ${this.box.y}v${this.box.height}`);
      const told = this.series.filter((s) => !s.fan.classList.contains("off")).map((s) => {
        const at = (line) => { const py = heightAt(line, this.place(this.at)); return py === null ? null : this.height(py); };
        const middle = at(s.line);
        if (middle === null) return "";
        const [wide] = s.bands.map(([up, down]) => [at(down), at(up)]);
        const band = wide ? ` (90 of 100: ${say(this.y, wide[0])} to ${say(this.y, wide[1])})` : "";
        return `${this.series.length > 1 ? s.name + " " : ""}${say(this.y, middle)}${band}`;
      }).filter(Boolean);
      this.readout.textContent = told.length ? `${say(this.x, this.at)}: ${told.join("; ")}` : "";
    }
    zoom(a, b) {
      this.window = [Math.max(a, this.x.low), Math.min(b, this.x.high)];
      const [from, to] = this.window.map((v) => this.place(v));
      this.plot.setAttribute("viewBox", `${from} ${this.box.y} ${to - from} ${this.box.height}`);
      for (const mark of this.svg.querySelectorAll(".mark")) {
        const v = Number(mark.dataset.at);
        mark.setAttribute("transform", `translate(${this.seen(v)} 0)`);
        mark.style.display = v < this.window[0] || v > this.window[1] ? "none" : "";
      }
      this.cursor.removeAttribute("d");
      this.ticks();
    }
    ticks() {
      const group = this.svg.querySelector(".x-ticks");
      this.ticked ??= group.innerHTML;
      if (this.window[0] === this.x.low && this.window[1] === this.x.high) { group.innerHTML = this.ticked; return; }
      const floor = this.box.y + this.box.height - 2;
      group.replaceChildren(...[0.08, 0.36, 0.64, 0.92].map((share) => {
        const v = this.window[0] + share * (this.window[1] - this.window[0]);
        const text = document.createElementNS(NS, "text");
        text.setAttribute("class", "x"); text.setAttribute("x", this.seen(v)); text.setAttribute("y", floor + 18);
        text.textContent = this.x.unit === "day" ? say(this.x, v).replace(/ 20/, " ") : say({ ...this.x, unit: this.x.unit === "usd" ? "usd" : "" }, v);
        return text;
      }));
    }
    all() { zoomTogether(this, this.x.low, this.x.high); }
    closer(factor) {
      const [a, b] = this.window, middle = this.at ?? (a + b) / 2, half = (b - a) / 2 * factor;
      zoomTogether(this, middle - half, middle + half);
    }
    listen() {
      let start = null;
      const choose = (from, to) => {
        const [a, b] = [this.seen(Math.min(from, to)), this.seen(Math.max(from, to))];
        for (const [k, v] of Object.entries({ x: a, y: this.box.y, width: b - a, height: this.box.height })) this.chosen.setAttribute(k, v);
      };
      this.svg.addEventListener("pointerdown", (e) => { if (e.pointerType !== "touch" && e.button === 0) start = this.pointed(e); });
      this.svg.addEventListener("pointermove", (e) => { const v = this.pointed(e); this.read(v); if (start !== null) choose(start, v); });
      this.svg.addEventListener("pointerleave", () => { this.cursor.removeAttribute("d"); this.readout.textContent = ""; start = null; this.chosen.setAttribute("width", 0); });
      this.svg.addEventListener("pointerup", (e) => {
        const end = this.pointed(e);
        this.chosen.setAttribute("width", 0);
        if (start !== null && Math.abs(end - start) > (this.window[1] - this.window[0]) / 40) zoomTogether(this, Math.min(start, end), Math.max(start, end));
        start = null;
      });
      this.svg.addEventListener("dblclick", () => this.all());
      this.svg.addEventListener("keydown", (e) => {
        const step = (this.window[1] - this.window[0]) / 50, at = this.at ?? (this.window[0] + this.window[1]) / 2;
        const does = { ArrowLeft: () => this.read(at - step), ArrowRight: () => this.read(at + step), "+": () => this.closer(0.5), "=": () => this.closer(0.5), "-": () => this.closer(2), Escape: () => this.all(), 0: () => this.all() }[e.key];
        if (does && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); does(); }
      });
    }
  }

  let charts = [], looked = null;
  // Charts over time move together: one looks at the same weeks everywhere.
  const zoomTogether = (one, a, b) => {
    if (b - a < (one.x.high - one.x.low) / 200) return;
    if (one.x.unit === "day") looked = a <= one.x.low && b >= one.x.high ? null : [a, b];
    for (const chart of charts) if (chart === one || (one.x.unit === "day" && chart.x.unit === "day")) chart.zoom(a, b);
    const zoomed = charts.some((c) => c.window[0] > c.x.low || c.window[1] < c.x.high);
    reset.hidden = !zoomed;
  };
  const reset = document.createElement("button");
  Object.assign(reset, { type: "button", className: "reset", textContent: "Show all days", hidden: true });
  reset.addEventListener("click", () => { looked = null; for (const chart of charts) chart.zoom(chart.x.low, chart.x.high); reset.hidden = true; });
  document.querySelector("main").append(reset);

  // A line of the legend takes its line away, and gives it back.
  const toggled = (entry) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toggle";
    button.append(...entry.childNodes);
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      for (const shape of entry.closest("figure").querySelectorAll(`.plot > .${entry.dataset.part}`)) shape.classList.toggle("off", !on);
    });
    entry.replaceChildren(button);
  };

  // Charts that come in later, on a page that is refined, are looked at as those before them.
  const attach = () => {
    charts = [...document.querySelectorAll("svg.chart[data-plot]")].map((svg) => new Chart(svg));
    document.querySelectorAll("figcaption [data-part]").forEach(toggled);
    if (looked) for (const chart of charts) if (chart.x.unit === "day") chart.zoom(...looked);
  };
  attach();
  document.addEventListener("charts", attach);

  // One of several pictures at a time, chosen by what they are of.
  for (const album of document.querySelectorAll("[data-album]")) {
    const pictures = [...album.querySelectorAll("[data-picture]")], chosen = {};
    const show = () => { for (const p of pictures) p.hidden = !Object.entries(chosen).every(([k, v]) => p.dataset[k] === v); };
    for (const row of album.querySelectorAll("[data-choice]")) {
      const key = row.dataset.choice;
      for (const name of JSON.parse(row.dataset.names)) {
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "choice", textContent: name.text });
        button.addEventListener("click", () => {
          chosen[key] = name.id;
          for (const other of row.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
          show();
        });
        button.setAttribute("aria-pressed", String(chosen[key] === undefined));
        chosen[key] ??= name.id;
        row.append(button);
      }
      row.hidden = false;
    }
    if (pictures.length) show();
  }

  // On paper every buyer is told; thousands of assumptions are not.
  const paper = document.querySelectorAll("details[data-paper]");
  addEventListener("beforeprint", () => { for (const d of paper) { d.dataset.was = d.open; d.open = true; } });
  addEventListener("afterprint", () => { for (const d of paper) d.open = d.dataset.was === "true"; });
})();
