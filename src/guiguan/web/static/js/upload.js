// Files of an entry without leaving the page: sent in parts, gone on with after a break, ordered and removed in place.
// Without this script the form sends them in one go. The server alone decides what is taken.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  const boxes = document.querySelectorAll("[data-upload][data-purpose]");
  if (!form || !boxes.length || !window.AbortController) return;
  const SMALLEST = 256 * 1024;
  const LARGEST = 2 * 1024 * 1024;
  let line = Promise.resolve(); // one file at a time: the server checks each in a process of its own

  class Refused extends Error {
    constructor(texts) {
      super(texts.join(" "));
      this.texts = texts;
    }
  }
  class Gone extends Error {}
  class Login extends Error {}

  function token() {
    // From the cookie, which somebody who signed in again elsewhere has anew; else from the page.
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  async function ask(method, address, body, signal) {
    const answer = await fetch(address, {
      method, body, signal, redirect: "manual", headers: { "X-CSRFToken": token(), Accept: "application/json" },
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new Login();
    if (answer.status === 404) throw new Gone();
    if (answer.status === 204) return {};
    if (answer.status === 409) return answer.json();
    const said = answer.status === 200 || answer.status === 201 || answer.status === 400 || answer.status === 413
      ? await answer.json() : null;
    if (!said) throw new TypeError(String(answer.status)); // the server is away as the network may be
    if (answer.status >= 400) throw Object.assign(new Refused(said.errors), { list: said.list });
    return said;
  }

  const say = (box, text) => { box.querySelector("[data-say]").textContent = text; };
  const put = (text, facts) => Object.entries(facts).reduce((t, [k, v]) => t.replace(`{${k}}`, v), text);

  function fault(box, texts) {
    const place = box.querySelector("[data-fault]");
    place.textContent = texts.join(" ");
    place.hidden = texts.length === 0;
  }

  function relist(box, html) {
    if (html === undefined) return;
    box.querySelector("[data-files]").innerHTML = html;
    // the new rows push down what has the focus: who works by keyboard must go on seeing it
    const focused = document.activeElement;
    if (box.contains(focused)) focused.scrollIntoView({ block: "nearest" });
  }

  // ---- one file on its way
  function rowOf(box, name) {
    const rows = box.querySelector("[data-rows-up]");
    const row = box.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
    row.querySelectorAll("[data-name]").forEach((place) => { place.textContent = name; });
    row.querySelector("[data-state]").textContent = box.dataset.wordWaiting;
    rows.append(row);
    rows.hidden = false;
    return row;
  }

  function away(job) {
    const rows = job.row.parentElement;
    job.row.remove();
    if (rows) rows.hidden = !rows.children.length;
  }

  function state(job, text, part) {
    job.row.querySelector("[data-state]").textContent = text;
    if (part !== undefined) job.row.querySelector("[data-bar]").value = Math.floor(part * 100);
  }

  function failed(job, texts, again) {
    const place = job.row.querySelector("[data-error]");
    place.textContent = texts.join(" ");
    place.hidden = false;
    job.row.querySelector("[data-bar]").hidden = true;
    job.row.querySelector("[data-state]").textContent = "";
    job.row.querySelector("[data-again]").hidden = !again;
    job.row.querySelector("[data-cancel]").hidden = !again;
    job.row.querySelector("[data-close]").hidden = again;
    job.row.classList.toggle("is-refused", !again);
    say(job.box, `${put(job.box.dataset.wordRefused, { name: job.name })} ${texts.join(" ")}`);
  }

  function start(box, name) {
    const job = { box, name, row: rowOf(box, name), abort: new AbortController(), step: SMALLEST, id: "", key: "" };
    job.row.querySelector("[data-cancel]").addEventListener("click", () => cancel(job));
    job.row.querySelector("[data-close]").addEventListener("click", () => {
      away(job);
      box.querySelector("input[type=file]").focus();
    });
    job.row.querySelector("[data-again]").addEventListener("click", () => {
      job.row.querySelector("[data-error]").hidden = true;
      job.row.querySelector("[data-again]").hidden = true;
      job.row.querySelector("[data-bar]").hidden = false;
      queue(job);
    });
    return job;
  }

  function cancel(job) {
    job.abort.abort();
    remember(job, "");
    if (job.id) ask("DELETE", `${job.box.dataset.parts}/${job.id}`).catch(() => { /* it ends by itself in two days */ });
    const box = job.box;
    away(job);
    say(box, put(box.dataset.wordCancelled, { name: job.name }));
    box.querySelector("input[type=file]").focus();
  }

  // The same file chosen again after the page was closed goes on where it stood.
  function remember(job, id) {
    if (!job.key) return;
    try {
      if (id) localStorage.setItem(job.key, id);
      else localStorage.removeItem(job.key);
    } catch { /* a browser that keeps nothing begins anew */ }
  }
  function remembered(job) {
    try {
      return (job.key && localStorage.getItem(job.key)) || "";
    } catch {
      return "";
    }
  }

  function queue(job) {
    line = line.then(() => (job.abort.signal.aborted ? undefined : run(job)));
  }

  async function run(job) {
    const words = job.box.dataset;
    let tries = 0;
    let broken = false;
    for (;;) {
      const before = job.at || 0;
      try {
        await whole(job, () => {
          if (broken) say(job.box, put(words.wordResumed, { name: job.name }));
          broken = false;
        });
        return;
      } catch (error) {
        if (error.name === "AbortError") return;
        if (error instanceof Refused) {
          remember(job, "");
          job.id = "";
          relist(job.box, error.list);
          failed(job, error.texts, false);
          return;
        }
        if (error instanceof Login) {
          failed(job, [words.wordLogin], true);
          return;
        }
        if (error instanceof Gone) {
          if (!job.id) {
            failed(job, [words.wordGone], false);
            return;
          }
          remember(job, "");
          job.id = "";
          continue;
        }
        if (!(error instanceof TypeError)) throw error;
        tries = (job.at || 0) > before ? 0 : tries + 1;
        if (!broken) say(job.box, words.wordBroken);
        broken = true;
        state(job, words.wordBroken);
        await pause(job, Math.min(15000, 500 * 2 ** tries));
        if (job.abort.signal.aborted) return;
      }
    }
  }

  async function whole(job, going) {
    const { box, blob } = job;
    const { signal } = job.abort;
    if (!job.id) job.id = remembered(job);
    if (job.id) {
      job.at = (await ask("GET", `${box.dataset.parts}/${job.id}`, undefined, signal)).received;
    } else {
      const wish = new URLSearchParams({ name: job.name, size: blob.size, purpose: box.dataset.purpose });
      job.id = (await ask("POST", box.dataset.parts, wish, signal)).id;
      job.at = 0;
      remember(job, job.id);
    }
    going();
    while (job.at < blob.size) {
      state(job, put(box.dataset.wordSending, { percent: Math.floor((job.at / blob.size) * 100) }), job.at / blob.size);
      const began = performance.now();
      const part = blob.slice(job.at, job.at + job.step);
      job.at = (await ask("PUT", `${box.dataset.parts}/${job.id}?offset=${job.at}`, part, signal)).received;
      const took = performance.now() - began;
      if (took < 1000) job.step = Math.min(LARGEST, job.step * 2);
      else if (took > 4000) job.step = Math.max(SMALLEST, job.step / 2);
    }
    state(job, box.dataset.wordChecking, 1);
    const said = await ask("POST", `${box.dataset.parts}/${job.id}/finish`, undefined, signal);
    remember(job, "");
    away(job);
    relist(box, said.list);
    say(box, put(box.dataset.wordDone, { name: job.name }));
  }

  function pause(job, time) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        window.removeEventListener("online", end);
        job.abort.signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, time);
      window.addEventListener("online", end);
      job.abort.signal.addEventListener("abort", end);
    });
  }

  // ---- what was chosen
  async function take(box, files) {
    fault(box, []);
    const most = Number(box.dataset.most || 0);
    for (const file of files) {
      const there = box.querySelectorAll("[data-file], .is-waiting:not(.is-refused)").length;
      if (most && there >= most) {
        fault(box, [put(box.dataset.wordFull, { most })]);
        return;
      }
      const job = start(box, file.name);
      try {
        const ready = await prepared(box, file);
        if (ready) {
          job.blob = ready.blob;
          job.name = ready.name;
          if (ready.blob === file) job.key = `guiguan:upload:${box.dataset.purpose}:${file.name}:${file.size}:${file.lastModified}`;
          queue(job);
        } else {
          cancel(job);
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        failed(job, error.texts, false);
      }
    }
  }

  // The file as it shall be sent: a picture for a field of exact size is cut to it. Null where the person thinks better of it.
  async function prepared(box, file) {
    const asIs = { blob: file, name: file.name };
    if (!box.dataset.pixels || !/\.(jpe?g|png)$/i.test(file.name) || !window.guiguanCrop) return asIs;
    const [width, height] = box.dataset.pixels.split("x").map(Number);
    const words = box.dataset;
    let picture;
    try {
      picture = await window.guiguanCrop.opened(file);
    } catch {
      throw new Refused([words.wordUnreadable]);
    }
    try {
      const { naturalWidth: across, naturalHeight: down } = picture;
      if (across < width || down < height) {
        throw new Refused([put(words.wordSmall, { got: `${across}×${down}`, want: `${width}×${height}` })]);
      }
      if (words.pixelsAre !== "exact" || (across === width && down === height)) return asIs;
      let frame = window.guiguanCrop.largest(picture, width, height);
      if (frame.w !== across || frame.h !== down) {
        const dialog = box.querySelector("[data-crop-dialog]").content.firstElementChild.cloneNode(true);
        frame = await window.guiguanCrop.choose(picture, width, height, dialog, words.wordFrame);
      }
      if (!frame) return null;
      const accepted = box.querySelector("input[type=file]").accept;
      const png = accepted !== "" && !accepted.includes(".jpg");
      const blob = await window.guiguanCrop.cut(picture, frame, width, height, png ? "image/png" : "image/jpeg");
      return { blob, name: file.name.replace(/\.[^.]*$/, png ? ".png" : ".jpg") };
    } finally {
      URL.revokeObjectURL(picture.src);
    }
  }

  // ---- the files that stand in the field
  async function act(box, button) {
    const item = button.closest("[data-file]");
    const name = item.querySelector(".file-name").textContent;
    const { fileAct } = button.dataset;
    fault(box, []);
    button.disabled = true;
    try {
      const said = await ask("POST", button.getAttribute("formaction"));
      relist(box, said.list);
    } catch (error) {
      button.disabled = false;
      relist(box, error.list);
      fault(box, error instanceof Refused ? error.texts : error instanceof Login ? [box.dataset.wordLogin] : [box.dataset.wordFailed]);
      return;
    }
    const moved = box.querySelector(`[data-file="${CSS.escape(item.dataset.file)}"]`);
    if (fileAct === "remove" || !moved) {
      say(box, put(box.dataset.wordRemoved, { name }));
      box.querySelector("input[type=file]").focus();
      return;
    }
    const place = [...moved.parentElement.children].indexOf(moved) + 1;
    say(box, put(box.dataset.wordMoved, { name, place }));
    const same = moved.querySelector(`[data-file-act="${fileAct}"]`);
    (same.disabled ? moved.querySelector("[data-file-act]:not([disabled])") : same).focus();
  }

  boxes.forEach((box) => {
    const input = box.querySelector("input[type=file]");
    const drop = box.querySelector("[data-drop]");
    box.querySelector("[data-upload-send]").hidden = true;
    box.querySelector("[data-with-script]").hidden = false;
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = ""; // else the form's own button would send them once more
      take(box, files);
    });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-file-act]");
      if (!button) return;
      event.preventDefault();
      act(box, button);
    });
    drop.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      drop.classList.add("is-over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("is-over");
      take(box, [...event.dataTransfer.files]);
    });
  });

  window.addEventListener("beforeunload", (event) => {
    const busy = document.querySelector(".is-waiting:not(.is-refused) [data-bar]:not([hidden])");
    if (busy) event.preventDefault();
  });
})();
