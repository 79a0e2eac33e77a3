// Voting: choices are kept in this browser until the ballot has its receipt; a lost network sends the same ballot again.
// What a valid ballot is, the server decides. Without this script the form is sent as it is.
"use strict";

(() => {
  const form = document.querySelector("[data-vote]");
  const toggle = document.querySelector("[data-toggle-case]");
  if (!form && !toggle) return;
  const place = (form || toggle).dataset;
  const key = `vote:${place.slug}:${place.stage}`;

  // {choices: [number], sent: null or {attempt, body}, voter}; `sent` is a ballot of which nobody knows yet whether it was stored
  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      if (found && Array.isArray(found.choices)) return found;
    } catch {
      // nothing usable is kept, or the browser keeps nothing
    }
    return { choices: [], sent: null };
  }

  function keep(state) {
    try {
      localStorage.setItem(key, JSON.stringify({ ...state, voter: place.voter ?? kept().voter ?? "" }));
    } catch {
      // a browser that keeps nothing still votes
    }
  }

  if (toggle) offerToggle();
  if (form) begin();

  function offerToggle() {
    const most = Number(place.high);
    const show = () => {
      const chosen = kept().choices;
      const on = chosen.includes(place.number);
      toggle.textContent = on ? place.drop : place.take;
      toggle.setAttribute("aria-pressed", String(on));
      toggle.hidden = kept().sent !== null;
      document.querySelector("[data-toggle-said]").textContent = place.said.replace("{n}", chosen.length);
    };
    toggle.addEventListener("click", () => {
      const state = kept();
      const on = state.choices.includes(place.number);
      if (on) state.choices = state.choices.filter((n) => n !== place.number);
      else if (most === 1) state.choices = [place.number];
      else if (state.choices.length < most) state.choices.push(place.number);
      keep(state);
      show();
      if (!on && !kept().choices.includes(place.number)) {
        document.querySelector("[data-toggle-said]").textContent = place.over;
      }
    });
    show();
  }

  function begin() {
    const low = Number(place.low);
    const high = Number(place.high);
    const cards = [...form.querySelectorAll("[data-case]")];
    const boxes = new Map(cards.map((card) => [card.dataset.case, card.querySelector("input")]));
    const said = form.querySelector("[data-said]");
    const problem = form.querySelector("[data-problem]");
    const send = form.querySelector("[data-send]");
    const list = form.querySelector("[data-chosen-list]");
    const reading = "reading" in place;
    const refusals = JSON.parse(place.refusals || "{}");
    let state = kept();
    let busy = false;

    offerFinding(cards);
    if (place.counts) later(showCounts);
    if (reading) return;

    // what somebody else left in this browser is neither shown to this voter nor sent in this voter's name
    if (place.voter && state.voter && state.voter !== place.voter) {
      state = { choices: [], sent: null };
      keep(state);
    }
    for (const number of place.closed.split(" ").filter(Boolean)) {
      const box = boxes.get(number);
      if (!box) continue;
      box.disabled = true;
      box.checked = false;
      box.closest("[data-case]").classList.add("is-closed");
      box.closest("[data-case]").querySelector(".case-closed").hidden = false;
    }
    restore();
    if (state.sent && send) deliver();

    form.addEventListener("change", (event) => {
      const box = event.target;
      if (box.name !== "choice") return;
      if (high > 1 && box.checked && chosen().length > high) {
        box.checked = false;
        tell(place.over);
        return;
      }
      clearProblem();
      state = { choices: chosen(), sent: null };
      keep(state);
      show();
    });

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (busy) return;
      if (!state.sent) {
        const choices = chosen();
        if (choices.length < low || choices.length > high) {
          fault(choices.length > high ? place.over : place.few.replace("{left}", low - choices.length));
          return;
        }
        const body = { choices, stage: place.stage };
        const channel = form.elements.channel?.value;
        if (channel) body.channel = channel;
        state = { choices, sent: { attempt: form.elements.attempt.value, body: JSON.stringify(body) } };
        keep(state);
      }
      deliver();
    });

    list?.addEventListener("click", (event) => {
      const number = event.target.closest("[data-drop]")?.dataset.drop;
      const box = boxes.get(number);
      if (!box || state.sent) return;
      box.checked = false;
      box.dispatchEvent(new Event("change", { bubbles: true }));
      const rest = form.querySelector("[data-chosen]");
      (rest.hidden ? send || box : rest.querySelector("summary")).focus();
    });

    window.addEventListener("online", () => state.sent && deliver());
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      state = kept();
      restore();
    });

    function chosen() {
      return [...boxes].filter(([, box]) => box.checked).map(([number]) => number);
    }

    function restore() {
      const wanted = new Set(state.choices);
      for (const [number, box] of boxes) box.checked = wanted.has(number) && !box.disabled;
      lock(state.sent !== null);
      show();
    }

    // while nobody knows whether a ballot was stored, it is not changed: another one could be a second ballot
    function lock(on) {
      form.classList.toggle("is-sent", on);
      for (const card of cards) {
        const box = card.querySelector("input");
        if (!card.classList.contains("is-closed")) box.disabled = on;
      }
    }

    function show() {
      const numbers = chosen();
      const left = low - numbers.length;
      const words = numbers.length === 0 ? place.none : left > 0 ? place.more : place.full;
      tell(words.replace("{n}", numbers.length).replace("{left}", left));
      form.classList.toggle("is-ready", numbers.length >= low && numbers.length <= high);
      for (const card of cards) card.classList.toggle("is-chosen", card.querySelector("input").checked);
      const details = form.querySelector("[data-chosen]");
      details.hidden = numbers.length === 0;
      list.replaceChildren(...numbers.map(line));
    }

    function line(number) {
      const item = document.createElement("li");
      const title = boxes.get(number).closest("[data-case]").querySelector(".case-title").textContent;
      const drop = document.createElement("button");
      Object.assign(drop, { type: "button", className: "button button-secondary button-small" });
      drop.dataset.drop = number;
      drop.textContent = place.remove;
      drop.setAttribute("aria-label", `${place.remove}${place.colon}${title}`);
      item.append(`${title} `, drop);
      return item;
    }

    function tell(text) {
      if (said.textContent !== text) said.textContent = text;
    }

    function fault(text) {
      problem.textContent = text;
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
    }

    function clearProblem() {
      problem.hidden = true;
      problem.textContent = "";
    }

    function wait(on) {
      busy = on;
      send.setAttribute("aria-disabled", String(on));
      lock(state.sent !== null);
      if (on) tell(place.sending);
      else show();
    }

    async function deliver() {
      clearProblem();
      wait(true);
      const headers = { "Content-Type": "application/json", "Idempotency-Key": state.sent.attempt };
      if (place.token) headers.Authorization = `Bearer ${place.token}`;
      else headers["X-CSRFToken"] = form.elements.csrfmiddlewaretoken.value;
      let answer;
      try {
        Object.assign(headers, await window.guiguanVote?.headers?.(form));
        answer = await fetch(place.address, {
          method: "POST",
          body: state.sent.body,
          headers,
          credentials: "same-origin",
        });
      } catch {
        wait(false);
        fault(place.lost);
        setTimeout(() => !busy && state.sent && deliver(), 15_000);
        return;
      }
      let content = {};
      try {
        content = await answer.json();
      } catch {
        // an answer of something between us and the server
      }
      settle(answer, content);
    }

    function settle(answer, content) {
      if (answer.status === 201 && content.receipt) {
        keep({ choices: [], sent: null });
        location.assign(`/campaigns/${place.slug}/receipts/${content.receipt}`);
        return;
      }
      wait(false);
      if (answer.status >= 500 || answer.status === 429) {
        const seconds = Math.min(60, Number(answer.headers.get("Retry-After")) || 5);
        fault(answer.status === 503 ? place.busy : words(content));
        setTimeout(() => !busy && state.sent && deliver(), seconds * 1000);
        return;
      }
      if (answer.status === 401) {
        fault(words(content)); // a fresh page has a fresh token; the same ballot is sent with it
        return;
      }
      state = { choices: state.choices, sent: null };
      form.elements.attempt.value = fresh();
      keep(state);
      lock(false);
      fault(words(content));
    }

    // what the page says of a reason goes before the reason's own words
    function words(content) {
      const own = refusals[String(content.type ?? "").split("/").pop()];
      if (own) return own.replace("{n}", state.choices.length);
      const english = document.documentElement.lang.startsWith("en");
      return (english ? content.detail : content.title) || content.title || place.odd;
    }

    async function showCounts() {
      const answer = await fetch(place.counts);
      if (!answer.ok) return;
      const found = await answer.json();
      for (const one of found.entries ?? []) {
        const at = boxesOf(one.entry);
        if (!at) continue;
        at.textContent = ` · ${place.votes.replace("{n}", one.votes)}`;
        at.hidden = false;
      }
    }

    function boxesOf(number) {
      return form.querySelector(`[data-case="${CSS.escape(number)}"] .case-votes`);
    }
  }

  // after the page is usable; an answer that does not come leaves the page as it is
  function later(work) {
    const start = () => work().catch(() => {});
    if (document.readyState === "complete") start();
    else window.addEventListener("load", start);
  }

  function fresh() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  }

  function offerFinding(cards) {
    const box = document.querySelector("[data-find]");
    const text = box.querySelector("[data-find-text]");
    const category = box.querySelector("[data-find-category]");
    const said = box.querySelector("[data-find-said]");
    const texts = new Map();
    let waiting = 0;
    box.hidden = false;

    function find() {
      const word = text.value.trim().toLowerCase();
      const wanted = category?.value ?? "";
      let found = 0;
      for (const card of cards) {
        if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
        const fits = (!wanted || card.dataset.category === wanted) && texts.get(card).includes(word);
        card.hidden = !fits;
        found += fits;
      }
      const some = word || wanted;
      said.textContent = found ? (some ? said.dataset.some.replace("{n}", found) : "") : said.dataset.none;
    }

    text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(find, 120);
    });
    text.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    category?.addEventListener("change", find);
    if (text.value || category?.value) find();
  }
})();
