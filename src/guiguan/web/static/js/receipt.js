// Proves a receipt in the voter's own browser: the ballot box's signature, the leaf's place in the log, the log's signature, and
// that the log has only grown since this device last looked. The rules are those of docs/spec/log.md; nothing is taken on trust but the keys.
(() => {
  "use strict";
  const LATE = 20000; // what a receipt promises, in milliseconds
  const PAUSE = 2000;
  const MOST_TRIES = 18;
  const utf8 = new TextEncoder();

  class Wrong extends Error {} // something was changed or forged
  class Unable extends Error {} // this browser cannot tell

  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const same = (a, b) => hex(a) === hex(b);

  function unhex(text, length) {
    if (typeof text !== "string" || text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) throw new Wrong("hex");
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  }

  function unbase64(text) {
    try {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      if (btoa(String.fromCharCode(...bytes)) !== text) throw new Wrong("base64");
      return bytes;
    } catch (error) {
      throw new Wrong("base64");
    }
  }

  function joined(...parts) {
    const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const node = (left, right) => sha256(joined([1], left, right));

  // GGC1 of a flat object of texts, whole numbers and lists of texts: keys in order, no white space.
  const canonical = (value) => JSON.stringify(value, Object.keys(value).sort());

  async function signed(ed25519, key, message, signature) {
    if (key.length !== 32 || signature.length !== 64) return false;
    try {
      const known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, known, signature, message);
    } catch (error) {
      if (error.name !== "NotSupportedError") return false; // DataError: bytes that are no key
    }
    let library;
    try {
      library = await import(ed25519);
    } catch (error) {
      throw new Unable("ed25519");
    }
    try {
      return await library.verifyAsync(signature, message, key, { zip215: false });
    } catch (error) {
      return false;
    }
  }

  // RFC 9162, 2.1.3.2
  async function rootByInclusion(leaf, index, size, path) {
    if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) throw new Wrong("index");
    let at = index;
    let last = size - 1;
    let root = leaf;
    for (const digest of path) {
      if (last === 0) throw new Wrong("path");
      if (at % 2 === 1 || at === last) {
        root = await node(digest, root);
        while (at % 2 === 0 && at !== 0) {
          at /= 2;
          last = Math.floor(last / 2);
        }
      } else {
        root = await node(root, digest);
      }
      at = Math.floor(at / 2);
      last = Math.floor(last / 2);
    }
    if (last !== 0) throw new Wrong("path");
    return root;
  }

  // RFC 9162, 2.1.4.2. From an empty tree nothing can be shown, so nobody asks.
  async function isConsistent(old, oldRoot, size, root, path) {
    if (old === size) return path.length === 0 && same(oldRoot, root);
    if (!(old > 0 && old < size) || path.length === 0) return false;
    const digests = Number.isInteger(Math.log2(old)) ? [oldRoot, ...path] : [...path];
    let at = old - 1;
    let last = size - 1;
    while (at % 2 === 1) {
      at = (at - 1) / 2;
      last = Math.floor(last / 2);
    }
    let [smaller, larger] = [digests[0], digests[0]];
    for (const digest of digests.slice(1)) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        smaller = await node(digest, smaller);
        larger = await node(digest, larger);
        while (at % 2 === 0 && at !== 0) {
          at /= 2;
          last = Math.floor(last / 2);
        }
      } else {
        larger = await node(larger, digest);
      }
      at = Math.floor(at / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 && same(smaller, oldRoot) && same(larger, root);
  }

  function readReceipt(text) {
    let value;
    let written;
    try {
      written = new TextDecoder("utf-8", { fatal: true }).decode(
        Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)));
      value = JSON.parse(written);
    } catch (error) {
      throw new Wrong("receipt");
    }
    const kinds = { c: "string", day: "string", i: "number", key: "string", leaf: "string", n: "number", path: "object", sig: "string", t: "number" };
    const keys = Object.keys(kinds);
    if (value === null || typeof value !== "object" || Object.keys(value).sort().join() !== keys.join()) throw new Wrong("receipt");
    if (!keys.every((key) => typeof value[key] === kinds[key]) || !Array.isArray(value.path)) throw new Wrong("receipt");
    if (canonical(value) !== written) throw new Wrong("receipt");
    return {
      ...value, leaf: unhex(value.leaf, 32), key: unhex(value.key, 32), sig: unhex(value.sig, 64),
      path: value.path.map((digest) => unhex(digest, 32)),
    };
  }

  // c2sp.org/signed-note, c2sp.org/tlog-checkpoint
  async function openCheckpoint(ed25519, note, vkey) {
    const [name, id, encoded] = [vkey.slice(0, vkey.indexOf("+")), ...vkey.slice(vkey.indexOf("+") + 1).split(/\+(.*)/s)];
    const typed = unbase64(encoded || "");
    if (typed.length !== 33 || typed[0] !== 1) throw new Wrong("vkey");
    if (hex((await sha256(joined(utf8.encode(`${name}\n`), typed))).slice(0, 4)) !== id) throw new Wrong("vkey");
    const parted = note.lastIndexOf("\n\n");
    const text = note.slice(0, parted + 1);
    const lines = text.split("\n");
    if (parted < 0 || lines.length !== 4 || lines[3] !== "" || lines[0] !== name) throw new Wrong("checkpoint");
    if (!/^(0|[1-9][0-9]{0,15})$/.test(lines[1])) throw new Wrong("checkpoint");
    let holds = false;
    for (const line of note.slice(parted + 2).split("\n").slice(0, -1)) {
      if (!line.startsWith(`\u2014 ${name} `)) continue;
      const value = unbase64(line.slice(name.length + 3));
      if (hex(value.slice(0, 4)) !== id) continue;
      holds = await signed(ed25519, typed.slice(1), utf8.encode(text), value.slice(4));
      if (!holds) throw new Wrong("signature");
    }
    if (!holds) throw new Wrong("signature");
    return { origin: lines[0], size: Number(lines[1]), root: unbase64(lines[2]) };
  }

  function set(box, step, state) {
    for (const one of box.querySelectorAll(`[data-step="${step}"] [data-state]`)) one.hidden = one.dataset.state !== state;
  }

  function say(box, what) {
    for (const one of box.querySelectorAll("[data-say]")) one.hidden = one.dataset.say !== what;
    box.dataset.result = what;
    if (what !== "ok") return;
    // what was a promise when the page was made has come true before the voter's eyes
    for (const one of document.querySelectorAll("[data-until-proven]")) one.hidden = true;
    for (const one of document.querySelectorAll("[data-once-proven]")) one.hidden = false;
  }

  async function asked(address) {
    const answer = await fetch(address, { credentials: "omit", cache: "no-store" });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new TypeError(String(answer.status));
    return answer.json();
  }

  function remembered(origin) {
    try {
      const kept = JSON.parse(localStorage.getItem(`guiguan-log ${origin}`));
      return kept && Number.isSafeInteger(kept.size) && kept.size > 0 ? { size: kept.size, root: unhex(kept.root, 32) } : null;
    } catch (error) {
      return null;
    }
  }

  function remember(origin, newest) {
    try {
      localStorage.setItem(`guiguan-log ${origin}`, JSON.stringify({ size: newest.size, root: hex(newest.root) }));
    } catch (error) {
      // a browser that keeps nothing cannot compare next time; the other steps hold without it
    }
  }

  // One step: its state is shown, and whatever is wrong ends the whole.
  async function step(box, name, work) {
    try {
      const found = await work();
      set(box, name, "ok");
      return found;
    } catch (error) {
      set(box, name, error instanceof Wrong ? "bad" : error instanceof Unable ? "unknown" : "waiting");
      throw error;
    }
  }

  async function prove(box) {
    const { log, ed25519 } = box.dataset;
    if (!window.crypto || !crypto.subtle) throw new Unable("subtle");
    const receipt = await step(box, "form", async () => readReceipt(box.dataset.receipt));
    await step(box, "promise", async () => {
      const root = await rootByInclusion(receipt.leaf, receipt.i, receipt.n, receipt.path);
      const promised = canonical({ c: receipt.c, day: receipt.day, n: receipt.n, root: hex(root), t: receipt.t, v: 1 });
      const keys = await asked(`${log}receipt-keys`);
      if (!keys || !keys.keys.includes(hex(receipt.key)) || log !== `/log/${receipt.c}/`) throw new Wrong("key");
      if (!await signed(ed25519, receipt.key, utf8.encode(`gg/receipt/v1\0${promised}`), receipt.sig)) throw new Wrong("signature");
    });
    const proof = await found(box, receipt);
    if (!proof) return;
    const newest = await step(box, "checkpoint", () => openCheckpoint(ed25519, proof.checkpoint, proof.key));
    await step(box, "inclusion", async () => {
      const path = proof.path.map((digest) => unhex(digest, 32));
      if (!same(await rootByInclusion(receipt.leaf, proof.index, newest.size, path), newest.root)) throw new Wrong("inclusion");
    });
    await step(box, "history", () => compare(box, newest));
    for (const [name, value] of Object.entries({ index: proof.index, size: newest.size, key: proof.key })) {
      box.querySelector(`[data-fact="${name}"]`).textContent = value;
    }
    box.querySelector("[data-facts]").hidden = false;
    say(box, "ok");
  }

  async function found(box, receipt) {
    for (let tries = 1; ; tries += 1) {
      const proof = await asked(`${box.dataset.log}inclusion?leaf=${hex(receipt.leaf)}&time=${receipt.t}`);
      if (proof) return proof;
      const late = Date.now() - receipt.t > LATE && tries > 1;
      say(box, late ? "late" : "waiting");
      if (tries >= MOST_TRIES) return null;
      await new Promise((go) => setTimeout(go, PAUSE));
    }
  }

  // A smaller log than the one seen before, or one that does not begin with it, is another log under the same name.
  async function compare(box, newest) {
    const before = remembered(newest.origin);
    if (before) {
      if (newest.size < before.size) throw new Wrong("history");
      const proof = await asked(`${box.dataset.log}consistency?old=${before.size}`);
      // the log may have grown since the checkpoint was read: the proof's own checkpoint counts, and must be signed too
      const later = proof ? await openCheckpoint(box.dataset.ed25519, proof.checkpoint, proof.key) : null;
      const path = proof ? proof.path.map((digest) => unhex(digest, 32)) : [];
      if (!later || later.origin !== newest.origin) throw new Wrong("history");
      if (!await isConsistent(before.size, before.root, later.size, later.root, path)) throw new Wrong("history");
      remember(newest.origin, later);
      return;
    }
    remember(newest.origin, newest);
  }

  async function run(box) {
    const again = box.querySelector("[data-again]");
    again.hidden = true;
    for (const one of box.querySelectorAll("[data-step]")) set(box, one.dataset.step, "waiting");
    try {
      await prove(box);
    } catch (error) {
      say(box, error instanceof Wrong ? "bad" : error instanceof Unable ? "unknown" : "network");
      box.dataset.why = error.message;
    }
    again.hidden = false;
  }

  for (const box of document.querySelectorAll("[data-receipt-proof]")) {
    box.querySelector("[data-no-script]").hidden = true;
    box.querySelector("[data-steps]").hidden = false;
    box.querySelector("[data-again]").addEventListener("click", () => run(box));
    run(box);
  }
})();
