// Small comforts on top of pages that work without scripts. Nothing here holds a rule.
"use strict";

(() => {
  const root = document.documentElement;

  // Display choices: the form is sent as it is, but the page stays, so that typed text is not lost.
  // If anything goes wrong, the form is submitted the plain way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.matches("[data-display]") || !button || button.hasAttribute("data-language")) return;
    event.preventDefault();
    const sent = new FormData(form);
    sent.append(button.name, button.value);
    fetch(form.action, { method: "POST", body: sent, redirect: "manual", credentials: "same-origin" })
      .then((answer) => {
        if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(String(answer.status));
        show(button);
      })
      .catch(() => {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: button.name, value: button.value });
        form.append(field);
        form.submit();
      });
  });

  function show(button) {
    if (button.name === "theme") {
      root.dataset.theme = button.value;
      button.form.querySelectorAll("[name=theme]").forEach((one) => {
        one.setAttribute("aria-pressed", String(one === button));
      });
      return;
    }
    const elder = button.value === "1";
    if (elder) root.dataset.mode = "elder";
    else delete root.dataset.mode;
    button.value = elder ? "0" : "1";
    button.querySelector("[data-text]").textContent = elder ? button.dataset.on : button.dataset.off;
    offerReading();
  }

  // Read aloud, in the elderly-friendly mode and where the browser can speak.
  function offerReading() {
    const offered = "speechSynthesis" in window && root.dataset.mode === "elder";
    document.querySelectorAll("[data-read-box]").forEach((box) => {
      box.hidden = !offered;
    });
    if (!offered && "speechSynthesis" in window) speechSynthesis.cancel();
  }

  function textOf(part) {
    const skipped = "nav, script, style, [hidden], [aria-hidden=true], [data-read-box], button, select, textarea";
    const copy = part.cloneNode(true);
    copy.querySelectorAll(skipped).forEach((one) => one.remove());
    copy.querySelectorAll("p, li, dt, dd, h1, h2, h3, h4, th, td, tr, label, legend, div").forEach((one) => {
      one.append("\n");
    });
    const lines = copy.textContent.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
    return lines.filter((line) => line !== "");
  }

  function setReading(button, reading) {
    const label = button.querySelector("[data-text]");
    button.dataset.start ??= label.textContent;
    button.setAttribute("aria-pressed", String(reading));
    label.textContent = reading ? button.dataset.stop : button.dataset.start;
  }

  function read(button) {
    const reading = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    setReading(button, !reading);
    if (reading) return;
    const part = document.getElementById(button.dataset.read);
    // line by line: long utterances are cut off by some browsers
    textOf(part).forEach((line, index, lines) => {
      const saying = new SpeechSynthesisUtterance(line);
      saying.lang = root.lang.startsWith("zh") ? "zh-CN" : root.lang;
      saying.rate = 0.9;
      if (index === lines.length - 1) saying.onend = () => setReading(button, false);
      speechSynthesis.speak(saying);
    });
  }

  function copy(button) {
    const box = button.parentElement;
    navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim()).then(() => {
      box.querySelector("[data-copied]").textContent = button.dataset.done;
      button.querySelector("[data-text]").textContent = button.dataset.done;
    });
  }

  document.addEventListener("click", (event) => {
    const reader = event.target.closest("[data-read]");
    if (reader) read(reader);
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // Characters as the rules count them (core/values/chinese): white space and invisible characters do not count.
  const INVISIBLE = /[\s\p{Cc}\p{Cf}]/u;
  function count(counter) {
    const field = document.getElementById(counter.dataset.counter);
    if (!field) return;
    const used = Array.from(field.value.normalize("NFC")).filter((c) => !INVISIBLE.test(c)).length;
    const left = Number(counter.dataset.max) - used;
    const words = left < 0 ? counter.dataset.over : counter.dataset.left;
    counter.textContent = words.replace("{used}", used).replace("{left}", left).replace("{over}", -left);
    counter.classList.toggle("is-over", left < 0);
  }

  document.addEventListener("input", (event) => {
    document.querySelectorAll("[data-counter]").forEach((counter) => {
      if (counter.dataset.counter === event.target.id) count(counter);
    });
  });

  function prepare(part) {
    part.querySelectorAll("[data-counter]").forEach(count);
    part.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = !navigator.clipboard; // browsers offer the clipboard on https and localhost only
    });
    offerReading();
  }

  document.addEventListener("DOMContentLoaded", () => {
    prepare(document);
    document.querySelector("[data-focus]")?.focus();
  });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  window.addEventListener("pagehide", () => window.speechSynthesis?.cancel());
})();
