// Keeps what is typed: each field is sent as it changes; what cannot be sent stays in this browser and is sent later.
// Nothing is overwritten unseen: a field that somebody else changed asks which text shall stand.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const base = form.dataset.autosave;
  const words = form.dataset;
  const state = form.querySelector("[data-save-state]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const PAUSE = 700;
  const POLL = 8000;
  const timers = new Map();
  const sending = new Map(); // field → true while one request is on its way; a later change waits for it
  let revision = Number(form.dataset.revision);
  let leaving = false;

  const boxes = () => [...form.querySelectorAll("[data-field]")].filter((box) => box.querySelector("[data-seen]"));
  const boxOf = (name) => form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const key = (name) => `guiguan:${base}:${name}`;
  const say = (text) => { state.textContent = text; };
  const fill = (text, by) => text.replace("{by}", by);

  // What the browser would send of one field, in the order of the page.
  function read(box) {
    const pairs = [];
    box.querySelectorAll("input[name], select[name], textarea[name]").forEach((control) => {
      if (control.type === "file" || control.disabled || control.name.endsWith("~seen")) return;
      if ((control.type === "radio" || control.type === "checkbox") && !control.checked) return;
      pairs.push([control.name, control.value]);
    });
    return pairs;
  }

  function write(box, pairs) {
    const left = pairs.map((pair) => [...pair]);
    const take = (name, value) => {
      const at = left.findIndex((p) => p[0] === name && (value === undefined || p[1] === value));
      return at < 0 ? undefined : left.splice(at, 1)[0][1];
    };
    const rows = box.querySelector("[data-rows]");
    if (rows) growRows(rows, pairs);
    box.querySelectorAll("input[name], select[name], textarea[name]").forEach((control) => {
      if (control.type === "file" || control.name.endsWith("~seen")) return;
      if (control.type === "radio" || control.type === "checkbox") {
        control.checked = take(control.name, control.value) !== undefined;
      } else {
        control.value = take(control.name) ?? "";
      }
      control.dispatchEvent(new Event("guiguan:filled", { bubbles: true }));
    });
  }

  function keep(name, pairs, seen) {
    try {
      localStorage.setItem(key(name), JSON.stringify({ pairs, seen }));
      return true;
    } catch {
      return false; // a browser that keeps nothing: the field stays marked as unsaved and is tried again
    }
  }
  const kept = (name) => {
    try {
      return JSON.parse(localStorage.getItem(key(name)));
    } catch {
      return null;
    }
  };
  const forget = (name) => {
    try {
      localStorage.removeItem(key(name));
    } catch { /* it kept nothing */ }
  };

  async function send(box) {
    const name = box.dataset.field;
    if (sending.get(name)) {
      schedule(box);
      return;
    }
    const seen = box.querySelector("[data-seen]");
    const pairs = read(box);
    keep(name, pairs, seen.value);
    sending.set(name, true);
    say(words.wordSaving);
    try {
      const body = new URLSearchParams(pairs);
      body.append(seen.name, seen.value);
      const answer = await fetch(`${base}answers/${name}`, {
        method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        box.classList.add("is-unsaved");
        say(words.wordLogin);
        return;
      }
      const said = answer.status === 200 || answer.status === 400 || answer.status === 409 ? await answer.json() : null;
      if (answer.status === 200) done(box, name, pairs, said);
      else if (answer.status === 409) conflict(box, said);
      else if (answer.status === 400) refused(box, said);
      else throw new Error(String(answer.status));
    } catch {
      box.classList.add("is-unsaved");
      say(words.wordKept);
    } finally {
      sending.delete(name);
    }
  }

  function done(box, name, pairs, said) {
    box.querySelector("[data-seen]").value = said.revision;
    box.classList.remove("is-unsaved");
    if (JSON.stringify(read(box)) === JSON.stringify(pairs)) forget(name);
    remark(box, said.errors.concat(said.warnings));
    if (![...boxes()].some((b) => b.classList.contains("is-unsaved"))) say(words.wordSaved);
  }

  function remark(box, texts) {
    const place = box.querySelector("[data-warning]");
    if (!place) return;
    place.textContent = texts.join("；");
    place.hidden = texts.length === 0;
  }

  function refused(box, said) {
    box.classList.add("is-unsaved");
    remark(box, said.errors);
    say(said.errors.join("；"));
  }

  function conflict(box, said) {
    box.classList.add("is-unsaved");
    const place = box.querySelector("[data-note]");
    place.replaceChildren();
    const told = document.createElement("span");
    told.textContent = fill(words.wordConflict, said.by);
    const theirs = document.createElement("blockquote");
    theirs.textContent = said.theirs;
    const mine = choice(words.wordMine, () => {
      box.querySelector("[data-seen]").value = said.revision;
      place.replaceChildren();
      send(box);
    });
    const other = choice(words.wordTheirs, () => {
      forget(box.dataset.field);
      leaving = true;
      location.reload();
    });
    place.append(told, theirs, mine, other);
  }

  function choice(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary button-small";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  function schedule(box) {
    const name = box.dataset.field;
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(() => { timers.delete(name); send(box); }, PAUSE));
  }

  function changed(event) {
    const box = event.target.closest("[data-field]");
    if (!box || !box.querySelector("[data-seen]") || event.target.type === "file") return;
    if (event.target.name && event.target.name.endsWith("~paste")) return; // pasted rows go with the button
    box.classList.add("is-unsaved");
    keep(box.dataset.field, read(box), box.querySelector("[data-seen]").value);
    schedule(box);
    showOnly();
  }

  // Another member's work: taken over where nothing of one's own waits in the field.
  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${base}changes?since=${revision}`, { redirect: "manual" });
      if (!answer.ok) return;
      const said = await answer.json();
      revision = said.revision;
      if (!said.editable) say(words.wordEnded);
      for (const [name, news] of Object.entries(said.fields)) {
        const box = boxOf(name);
        if (!box || box.classList.contains("is-unsaved")) continue;
        const seen = box.querySelector("[data-seen]");
        if (!seen || Number(seen.value) >= news.revision) continue;
        const only = box.querySelectorAll("input[name]:not([type=hidden]), textarea[name], select[name]");
        const place = box.querySelector("[data-note]");
        place.textContent = fill(words.wordChanged, news.by);
        if (only.length === 1 && only[0] !== document.activeElement && !["radio", "checkbox"].includes(only[0].type)) {
          only[0].value = news.text;
          seen.value = news.revision;
        } else {
          place.append(document.createElement("br"), document.createTextNode(news.text));
        }
      }
    } catch { /* the network is away: the next look finds it */ }
  }

  function again() {
    boxes().filter((box) => box.classList.contains("is-unsaved") && !timers.has(box.dataset.field) &&
      !box.querySelector("[data-note] blockquote")).forEach(send);
  }

  // What an earlier visit could not send is put back and sent now.
  function restore() {
    boxes().forEach((box) => {
      const found = kept(box.dataset.field);
      if (!found) return;
      if (JSON.stringify(found.pairs) === JSON.stringify(read(box))) {
        forget(box.dataset.field);
        return;
      }
      write(box, found.pairs);
      box.querySelector("[data-seen]").value = found.seen;
      box.classList.add("is-unsaved");
      send(box);
    });
  }

  // Fields that depend on another answer; and areas of the chosen category alone.
  function showOnly() {
    form.querySelectorAll("[data-shown-when]").forEach((box) => {
      const wanted = JSON.parse(box.dataset.shownWhen);
      const holds = Object.entries(wanted).every(([name, values]) => {
        const other = boxOf(name);
        return !other || read(other).some(([, value]) => values.includes(value));
      });
      box.hidden = !holds;
      const note = box.querySelector("[data-shown-note]");
      if (note) note.hidden = true;
    });
    const category = boxOf("category");
    const area = form.querySelector("[data-area] select");
    if (!category || !area) return;
    const chosen = read(category).map((pair) => pair[1]);
    area.querySelectorAll("optgroup").forEach((group) => {
      group.hidden = group.disabled = chosen.length > 0 && chosen[0] !== "" && !chosen.includes(group.label);
    });
  }

  function growRows(rows, pairs) {
    const numbers = pairs.map((p) => Number((p[0].match(/\.(\d+)\./) || [])[1] || 0));
    while (rows.querySelectorAll("[data-row]").length < Math.max(0, ...numbers)) addRow(rows);
  }

  function addRow(rows) {
    const all = rows.querySelectorAll("[data-row]");
    const last = all[all.length - 1];
    const fresh = last.cloneNode(true);
    const number = all.length + 1;
    const renumber = (text) => text.replace(/\.\d+\./, `.${number}.`);
    fresh.querySelector("[data-row-number]").textContent = number;
    fresh.querySelectorAll("[id], [for], [aria-labelledby]").forEach((part) => {
      if (part.id) part.id = renumber(part.id);
      if (part.htmlFor) part.htmlFor = renumber(part.htmlFor);
      if (part.hasAttribute("aria-labelledby")) part.setAttribute("aria-labelledby", renumber(part.getAttribute("aria-labelledby")));
    });
    fresh.querySelectorAll("[name]").forEach((control) => {
      control.name = renumber(control.name);
      if (control.type === "checkbox" || control.type === "radio") control.checked = false;
      else control.value = "";
    });
    last.after(fresh);
    return fresh;
  }

  form.querySelectorAll("[data-rows]").forEach((rows) => {
    rows.querySelector("[data-add]").hidden = false;
    rows.querySelector("[data-add-row]").addEventListener("click", () => {
      addRow(rows).querySelector("[name]").focus();
    });
  });

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { leaving = true; timers.forEach(clearTimeout); });
  window.addEventListener("online", again);
  window.addEventListener("pagehide", () => {
    if (!leaving) boxes().filter((box) => timers.has(box.dataset.field)).forEach((box) => {
      clearTimeout(timers.get(box.dataset.field));
      const body = new URLSearchParams(read(box));
      const seen = box.querySelector("[data-seen]");
      body.append(seen.name, seen.value);
      body.append("csrfmiddlewaretoken", token);
      navigator.sendBeacon(`${base}answers/${box.dataset.field}`, body);
    });
  });
  setInterval(again, 15000);
  setInterval(look, POLL);
  showOnly();
  restore();
})();
