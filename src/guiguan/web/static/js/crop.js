// Cuts a picture to exactly the size that a field wants. The whole picture is shown with a frame of the right shape on it;
// the frame is moved and resized with mouse, fingers, keys or buttons.
(() => {
  "use strict";
  const WIDEST = 960; // pixels of the drawing on the page, whatever the picture has
  const QUALITY = 0.9;

  // The picture of a file, upright. Rejects where the browser cannot open it.
  function opened(file) {
    return new Promise((resolve, reject) => {
      const address = URL.createObjectURL(file);
      const picture = new Image();
      picture.onload = () => { resolve(picture); };
      picture.onerror = () => { URL.revokeObjectURL(address); reject(new Error("picture")); };
      picture.src = address;
    });
  }

  // A part of the picture as a file of exactly width × height pixels.
  function cut(picture, frame, width, height, type) {
    const scale = Math.min(1, (4 * width) / frame.w); // phones cannot hold a canvas as large as their camera's pictures
    let source = canvasOf(Math.round(frame.w * scale), Math.round(frame.h * scale));
    source.getContext("2d").drawImage(picture, frame.x, frame.y, frame.w, frame.h, 0, 0, source.width, source.height);
    // By halves: some browsers leave out pixels when they shrink a picture in one go.
    while (source.width >= 2 * width && source.height >= 2 * height) {
      const half = canvasOf(Math.max(width, source.width >> 1), Math.max(height, source.height >> 1));
      shrink(source, half);
      source = half;
    }
    const made = canvasOf(width, height);
    shrink(source, made);
    return new Promise((resolve) => { made.toBlob(resolve, type, QUALITY); });
  }

  function canvasOf(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // what was transparent is paper
    pen.fillRect(0, 0, width, height);
    return canvas;
  }

  function shrink(from, to) {
    const pen = to.getContext("2d");
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(from, 0, 0, from.width, from.height, 0, 0, to.width, to.height);
  }

  // The largest frame of the right shape, in the middle.
  function largest(picture, width, height) {
    const across = Math.min(picture.naturalWidth, Math.floor((picture.naturalHeight * width) / height));
    const frame = { w: across, h: Math.round((across * height) / width), x: 0, y: 0 };
    frame.h = Math.min(frame.h, picture.naturalHeight);
    frame.x = Math.round((picture.naturalWidth - frame.w) / 2);
    frame.y = Math.round((picture.naturalHeight - frame.h) / 2);
    return frame;
  }

  // Asks for the frame; null where the person does not want the picture.
  function choose(picture, width, height, dialog, word) {
    const stage = dialog.querySelector("[data-stage]");
    const told = dialog.querySelector("[data-frame]");
    const scale = Math.min(1, WIDEST / picture.naturalWidth);
    stage.width = Math.round(picture.naturalWidth * scale);
    stage.height = Math.round(picture.naturalHeight * scale);
    const most = largest(picture, width, height);
    const frame = { ...most };
    const fingers = new Map();
    let timer = 0;

    function draw() {
      const pen = stage.getContext("2d");
      const [x, y, w, h] = [frame.x, frame.y, frame.w, frame.h].map((n) => n * scale);
      pen.drawImage(picture, 0, 0, stage.width, stage.height);
      pen.fillStyle = "rgba(0, 0, 0, 0.6)";
      pen.beginPath();
      pen.rect(0, 0, stage.width, stage.height);
      pen.rect(x, y, w, h);
      pen.fill("evenodd");
      pen.lineWidth = 6;
      pen.strokeStyle = "#000";
      pen.strokeRect(x, y, w, h);
      pen.lineWidth = 3;
      pen.strokeStyle = "#fff";
      pen.strokeRect(x, y, w, h);
      clearTimeout(timer);
      timer = setTimeout(tell, 250); // not while it is on the move
    }

    const whole = () => ({ ...frame, x: Math.round(frame.x), y: Math.round(frame.y) });

    function tell() {
      const { x, y, w, h } = whole();
      told.textContent = word.replace("{x}", x).replace("{y}", y).replace("{w}", w).replace("{h}", h);
    }

    function move(dx, dy) {
      frame.x = Math.min(Math.max(frame.x + dx, 0), picture.naturalWidth - frame.w); // not rounded: it would creep
      frame.y = Math.min(Math.max(frame.y + dy, 0), picture.naturalHeight - frame.h);
      draw();
    }

    function resize(factor) {
      const before = { ...frame };
      frame.w = Math.round(Math.min(Math.max(frame.w * factor, width), most.w));
      frame.h = Math.min(Math.round((frame.w * height) / width), most.h);
      move((before.w - frame.w) / 2, (before.h - frame.h) / 2);
    }

    const step = (much) => Math.max(1, Math.round((frame.w / 100) * (much ? 10 : 2)));
    const deeds = {
      left: (much) => move(-step(much), 0),
      right: (much) => move(step(much), 0),
      up: (much) => move(0, -step(much)),
      down: (much) => move(0, step(much)),
      larger: () => resize(1.05),
      smaller: () => resize(1 / 1.05),
    };
    const keys = {
      ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
      "+": "larger", "=": "larger", "-": "smaller", _: "smaller",
    };

    function dragged(event) {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const per = picture.naturalWidth / stage.getBoundingClientRect().width;
      if (fingers.size === 1) {
        move((now.x - before.x) * per, (now.y - before.y) * per);
      } else {
        const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
        const was = Math.hypot(before.x - other.x, before.y - other.y);
        resize(Math.hypot(now.x - other.x, now.y - other.y) / Math.max(was, 1));
      }
      fingers.set(event.pointerId, now);
    }

    return new Promise((resolve) => {
      const end = (chosen) => {
        clearTimeout(timer);
        if (dialog.open && dialog.close) dialog.close();
        dialog.remove();
        resolve(chosen);
      };
      stage.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Enter") end(whole());
        else if (keys[event.key]) deeds[keys[event.key]](event.shiftKey && event.key.startsWith("Arrow"));
        else return;
        event.preventDefault();
      });
      dialog.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        end(null);
      });
      stage.addEventListener("pointerdown", (event) => {
        stage.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      });
      stage.addEventListener("pointermove", dragged);
      ["pointerup", "pointercancel"].forEach((name) => {
        stage.addEventListener(name, (event) => fingers.delete(event.pointerId));
      });
      stage.addEventListener("wheel", (event) => {
        event.preventDefault();
        deeds[event.deltaY < 0 ? "larger" : "smaller"]();
      }, { passive: false });
      dialog.querySelectorAll("[data-move]").forEach((button) => {
        button.addEventListener("click", (event) => deeds[button.dataset.move](event.shiftKey));
      });
      dialog.querySelector("[data-use]").addEventListener("click", () => end(whole()));
      dialog.querySelector("[data-drop-it]").addEventListener("click", () => end(null));
      dialog.addEventListener("cancel", (event) => { event.preventDefault(); end(null); });
      document.body.append(dialog);
      if (dialog.showModal) {
        dialog.showModal();
      } else { // Safari before 15.4, Firefox before 98
        dialog.classList.add("is-plain");
        dialog.setAttribute("open", "");
        dialog.setAttribute("role", "dialog");
        dialog.setAttribute("aria-modal", "true");
      }
      stage.focus();
      draw();
    });
  }

  window.guiguanCrop = { opened, cut, largest, choose };
})();
