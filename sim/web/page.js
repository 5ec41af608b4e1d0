// The what-if page: moves sliders into a link, and asks the server what that link brings, again and again as futures
// come in. Every text is made by the server, which escapes it; what is put in here as text is put in as text.
"use strict";

const by = (id) => document.getElementById(id);
const form = by("setting");
const HELD = "held.";
const PARTS = ["headline", "glance", "short", "prices", "delivered", "piles"];
const SETTLE_MS = 150, AGAIN_MS = 1500, SAY_MS = 4000;

let held = heldOf(new URLSearchParams(location.search));
let asking = null;
let said = 0;

function heldOf(query) {
  const found = new URLSearchParams();
  for (const [key, value] of query) if (key.startsWith(HELD)) found.append(key.slice(HELD.length), value);
  return found.toString() ? found : null;
}

// What the form says; sliders that nobody moved are as the scenario says, and not in the link.
function own() {
  const query = new URLSearchParams();
  query.append("scenario", by("scenario").value);
  const pile = by("pile");
  if (pile && pile.value) query.append("policy", pile.value);
  for (const box of form.querySelectorAll("input[type=checkbox]:checked")) query.append("policy", box.value);
  for (const slider of form.querySelectorAll("input[type=range]"))
    if (slider.dataset.moved === "yes") query.append(slider.name, slider.value);
  return query;
}

function both() {
  const query = own();
  if (held) for (const [key, value] of held) query.append(HELD + key, value);
  return query;
}

function words(value, unit) {
  const number = Number(value);
  if (unit === "share") return `${+(number * 100).toPrecision(3)} %`;
  const name = { d: "days", multiple: "times", log: "", "usd/kg": "USD/kg" }[unit] ?? unit;
  const digits = Math.abs(number) >= 100 || Number.isInteger(number)
    ? Math.round(number).toLocaleString("en-US") : String(+number.toPrecision(3));
  return `${digits} ${name}`.trim();
}

function show(slider) {
  const text = words(slider.value, slider.dataset.unit);
  by("o-" + slider.name).textContent = text;
  slider.setAttribute("aria-valuetext", text);
  const back = form.querySelector(`button.back[data-for="${CSS.escape(slider.name)}"]`);
  back.hidden = slider.dataset.moved !== "yes";
}

function giveBack(slider) {
  slider.dataset.moved = "no";
  slider.value = slider.dataset.given;
  show(slider);
}

function remember() {
  history.replaceState(null, "", "/?" + both());
  const query = "?" + own();
  for (const [id, path] of [["get-scenario", "/scenario.yaml"], ["get-report", "/report.html"],
    ["get-parquet", "/futures.parquet"], ["get-csv", "/futures.csv"]]) by(id).href = path + query;
  by("held").hidden = held === null;
}

function trouble(text) {
  by("trouble").textContent = text;
  by("trouble").hidden = !text;
}

// A screen reader is told now and then, not with every picture.
function state(text, last) {
  by("progress").setAttribute("aria-valuetext", text);
  const now = Date.now();
  if (!last && now - said < SAY_MS && by("state").textContent) { by("count").textContent = text; return; }
  said = now;
  by("state").textContent = by("count").textContent = text;
}

const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
});

async function ask(query, signal) {
  let seen = "";
  document.body.dataset.futures = "0";
  while (!signal.aborted) {
    let answer, body;
    try {
      answer = await fetch(`/look?${query}&seen=${seen}`, { signal });
      body = await answer.json();
    } catch (error) {
      if (signal.aborted) return;
      trouble("The server does not answer; trying again.");
      await pause(AGAIN_MS, signal);
      continue;
    }
    if (signal.aborted) return;
    if (answer.status === 503) { trouble(body.trouble); await pause(AGAIN_MS, signal); continue; }
    if (!answer.ok) { trouble(body.trouble ?? "Something went wrong."); state("Nothing is being computed.", true); return; }
    trouble("");
    tell(body);
    seen = body.seen;
    if (body.done) return;
  }
}

function tell(body) {
  for (const id of PARTS) {
    if (!(id in body.parts)) continue;
    const place = by(id), scrolled = place.querySelector(".scroll")?.scrollLeft ?? 0;
    const focused = place.contains(document.activeElement);
    place.innerHTML = body.parts[id];
    const region = place.querySelector(".scroll");
    if (region) { region.scrollLeft = scrolled; if (focused) region.focus({ preventScroll: true }); }
  }
  if (Object.keys(body.parts).length) {
    document.body.dataset.futures = String(body.futures);
    document.body.dataset.pictures = String(Number(document.body.dataset.pictures ?? 0) + 1);
    document.body.classList.remove("stale");
    if (body.done) document.dispatchEvent(new Event("charts"));
  }
  by("held-words").textContent = body.held;
  by("command").textContent = body.command;
  by("progress").value = body.futures;
  state(body.state, body.done);
}

let settling = 0;
function changed(wait = SETTLE_MS) {
  remember();
  clearTimeout(settling);
  asking?.abort();
  document.body.classList.add("stale");
  document.body.dataset.futures = "0";
  settling = setTimeout(() => {
    asking = new AbortController();
    ask(both().toString(), asking.signal);
  }, wait);
}

// Another scenario or policy has other sliders: those that stay keep their place.
async function reshape(query) {
  remember();
  asking?.abort();
  document.body.classList.add("stale");
  const focused = document.activeElement?.id;
  try {
    const answer = await fetch("/controls?" + query);
    const body = await answer.json();
    if (!answer.ok) { trouble(body.trouble ?? "Something went wrong."); return; }
    by("controls").innerHTML = body.controls;
    by("question").textContent = body.question;
    if (focused) by(focused)?.focus({ preventScroll: true });
  } catch {
    trouble("The server does not answer; choose again in a moment.");
    return;
  }
  changed(0);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  if (event.target.type !== "range") return;
  event.target.dataset.moved = "yes";
  show(event.target);
  changed();
});
form.addEventListener("change", (event) => {
  if (event.target.id === "scenario") { held = null; reshape(new URLSearchParams({ scenario: event.target.value })); }
  else if (event.target.name === "policy") reshape(own());
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button.back");
  if (!button) return;
  const slider = by("c-" + button.dataset.for);
  giveBack(slider);
  slider.focus();
  changed(0);
});
by("reset").addEventListener("click", () => {
  reshape(new URLSearchParams({ scenario: by("scenario").value }));
});
by("hold").addEventListener("click", () => { held = own(); changed(0); by("results").focus(); });
by("let-go").addEventListener("click", () => { held = null; changed(0); by("hold").focus(); });
by("swap").addEventListener("click", async () => {
  const other = held;
  held = own();
  by("scenario").value = other.get("scenario") ?? by("scenario").value;
  await reshape(other);
});
by("copy").addEventListener("click", async () => {
  const link = location.origin + "/?" + both();
  try { await navigator.clipboard.writeText(link); state("The link is copied.", true); }
  catch { state("Copy the link from the address bar.", true); }
});

// On a narrow screen the results stand under the sliders: show those first that matter most.
if (matchMedia("(max-width: 60rem)").matches)
  for (const section of form.querySelectorAll("details:not(:first-of-type)")) section.open = false;
by("state").textContent = "";
remember();
if (document.body.dataset.trouble) trouble(document.body.dataset.trouble);
changed(0);
