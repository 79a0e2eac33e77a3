// Solves altcha's challenge (PBKDF2/SHA-256) in the background while somebody chooses, and hands the proof over with the ballot.
"use strict";

(() => {
  const KEPT = 4 * 60_000; // ms: a challenge is good for five minutes at most
  const DEVICE = "guiguan.device";
  let made = null; // { at, proof: Promise<string> } of the next ballot

  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const hex = (found) => [...found].map((b) => b.toString(16).padStart(2, "0")).join("");

  async function solve(challenge) {
    const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
    const subtle = globalThis.crypto?.subtle;
    if (!subtle) throw new Error("crypto.subtle needs https");
    const password = new Uint8Array(nonce.length / 2 + 4);
    password.set(bytes(nonce));
    const place = new DataView(password.buffer, nonce.length / 2);
    const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    for (let counter = 0; ; counter += 1) {
      place.setUint32(0, counter);
      const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      const derivedKey = hex(new Uint8Array(await subtle.deriveBits(algorithm, key, keyLength * 8)));
      if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    }
  }

  async function prove(form) {
    const place = form.querySelector("[data-challenge]");
    const headers = form.dataset.token ? { Authorization: `Bearer ${form.dataset.token}` } : {};
    const answer = await fetch(place.dataset.challenge, { headers, credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.status === 204) return "";
    const { challenge } = await answer.json();
    return btoa(JSON.stringify({ challenge, solution: await solve(challenge) }));
  }

  function begin(form) {
    if (made && Date.now() - made.at < KEPT) return;
    made = { at: Date.now(), proof: prove(form) };
    made.proof.catch(() => { made = null; }); // asked again when the ballot is sent
  }

  function device() {
    try {
      let found = localStorage.getItem(DEVICE);
      if (!found) {
        found = hex(crypto.getRandomValues(new Uint8Array(16)));
        localStorage.setItem(DEVICE, found);
      }
      return found;
    } catch {
      return ""; // a browser that keeps nothing
    }
  }

  window.guiguanVote = {
    ...window.guiguanVote,
    async headers(form) {
      begin(form);
      const proof = await made.proof;
      made = null; // each serves for one ballot
      const told = device();
      return { ...(proof && { "Guiguan-Challenge": proof }), ...(told && { "Guiguan-Device": told }) };
    },
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form");
    if (form?.querySelector("[data-challenge]")) begin(form);
  });
})();
