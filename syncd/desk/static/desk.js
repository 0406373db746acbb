// The desk's own script: keys, dialogs, live changes. Every page works without it.
"use strict";
(() => {
  const body = document.body;
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const told = (text, button) => {
    const toast = make("div", { className: "toast" }, text);
    if (button) toast.append(button);
    document.getElementById("toasts").append(toast);
    if (!button) setTimeout(() => toast.remove(), 6000);
  };

  // Dialogs: a link with data-dialog shows the data-dialog-content of its page; without a script it is a link.
  const shown = (content) => {
    const close = make("button", { type: "button", className: "button plain close" }, "✕");
    close.setAttribute("aria-label", body.dataset.close);
    const dialog = make("dialog", {}, content, close);
    const heading = content.querySelector("h1");
    if (heading) { heading.id = "dialog-heading"; dialog.setAttribute("aria-labelledby", heading.id); }
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => dialog.remove());
    body.append(dialog);
    if (window.htmx) window.htmx.process(dialog);
    dialog.showModal();
    const first = dialog.querySelector("[autofocus], .field input, .field select, .field textarea");
    if (first) first.focus();
    keySwitches(dialog);
  };
  const openDialog = async (link) => {
    try {
      const answer = await fetch(link.href, { credentials: "same-origin", headers: { "X-Dialog": "1" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const content = page.querySelector("[data-dialog-content]");
      if (!answer.ok || answer.redirected || !content) { location.assign(link.href); return; }
      shown(document.adoptNode(content));
    } catch { location.assign(link.href); }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openDialog(link);
  });

  // Keys: j and k walk rows (data-key-row), others act on data-key, first within the row, then anywhere.
  const KEYS_OFF = "syncd-keys-off";
  const remembered = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keySwitches = (root) => {
    for (const box of root.querySelectorAll("[data-keys-switch]")) {
      box.closest("[hidden]")?.removeAttribute("hidden");
      box.checked = !remembered(KEYS_OFF);
      box.addEventListener("change", () => {
        try { box.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1"); } catch { /* not kept */ }
      });
    }
  };
  const rows = () => [...document.querySelectorAll("[data-key-row]")].filter((row) => row.offsetParent !== null);
  const current = () => document.querySelector("[data-key-row].at") || document.activeElement?.closest?.("[data-key-row]");
  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    const next = all[Math.min(Math.max(all.indexOf(current()) + step, 0), all.length - 1)];
    for (const row of all) row.classList.toggle("at", row === next);
    const link = next.querySelector("[data-key-open]") || next.querySelector("a[href]");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const act = (key) => {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const chosen = key !== "x" && document.querySelector("[data-choose]:checked") && document.querySelector(`[data-when-chosen] ${wanted}`);
    const found = chosen || current()?.querySelector(wanted) || document.querySelector(`main ${wanted}`) || document.querySelector(wanted);
    if (!found) return false;
    if (found.matches("input:not([type=checkbox]), textarea, select")) { found.focus(); found.select?.(); } else found.click();
    return true;
  };
  const typing = (element) => element?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  let leader = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (typing(event.target)) { if (event.key === "Escape" && event.target.type === "search") event.target.blur(); return; }
    if (remembered(KEYS_OFF) || document.querySelector("dialog[open]") || event.key.length !== 1) return;
    const key = leader ? `${leader} ${event.key}` : event.key;
    leader = "";
    if (key === "g") { leader = "g"; setTimeout(() => { leader = ""; }, 1200); return; }
    if ((key === "j" || key === "k") && rows().length) { event.preventDefault(); walk(key === "j" ? 1 : -1); return; }
    if (act(key)) event.preventDefault();
  });
  keySwitches(document);

  // Boxes that choose rows: data-choose-all on the head's box, data-chosen shows how many.
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches("input[type=checkbox]")) return;
    const form = box.form || document;
    if (box.matches("[data-choose-all]")) for (const one of form.querySelectorAll("[data-choose]")) one.checked = box.checked;
    const chosen = form.querySelectorAll("[data-choose]:checked").length;
    for (const place of form.querySelectorAll("[data-chosen]")) place.textContent = chosen;
    for (const bar of form.querySelectorAll("[data-when-chosen]")) bar.hidden = !chosen;
  });
  for (const bar of document.querySelectorAll("[data-when-chosen]")) bar.hidden = true;
  // Filters that act at once: data-at-once on a form of GET. Other forms are sent once, however often they are clicked.
  document.addEventListener("change", (event) => { event.target.closest("form[data-at-once]")?.requestSubmit(); });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches(":has([data-download]), [data-download]")) return; // a file leaves the page as it is
    if (form.dataset.sent) event.preventDefault(); else form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent; });
  document.addEventListener("htmx:afterRequest", (event) => { delete event.target.closest?.("form")?.dataset.sent; });
  document.addEventListener("htmx:responseError", () => told(body.dataset.failed));
  document.addEventListener("htmx:sendError", () => told(body.dataset.failed));
  for (const place of document.querySelectorAll("[data-print]")) place.addEventListener("click", () => print());

  // Live: what is named in data-live ("mismatch:ID", "pass:PAIR", "mismatch:*") gets the event "live", for hx-trigger.
  const waiting = new Set();
  const changed = (subject) => {
    const any = `${subject.split(":", 1)[0]}:*`;
    for (const element of document.querySelectorAll("[data-live]")) {
      const names = element.dataset.live.split(/\s+/);
      const concerns = (name) => name === subject || name === any || (subject === any && name.startsWith(any.slice(0, -1)));
      if (waiting.has(element) || !names.some(concerns)) continue;
      waiting.add(element);
      setTimeout(() => {
        waiting.delete(element);
        if (window.htmx) window.htmx.trigger(element, "live");
      }, 300 + Math.random() * 700);
    }
  };
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.requestConfig?.triggeringEvent?.type === "live") event.detail.elt.classList.add("fresh"); });
  if (body.dataset.liveFrom && document.querySelector("[data-live]") && window.EventSource) {
    const source = new EventSource(body.dataset.liveFrom);
    source.addEventListener("change", (event) => { try { changed(String(JSON.parse(event.data).subject)); } catch { /* not ours */ } });
    source.addEventListener("stale", () => {
      source.close();
      const button = make("button", { type: "button", className: "button small" }, body.dataset.reload);
      button.addEventListener("click", () => location.reload());
      told(body.dataset.stale, button);
    });
    addEventListener("pagehide", () => source.close());
  }

  // The queue: a row that is read anew keeps its tick and its place; menus close by themselves; long menus are narrowed.
  const kept = {};
  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    if (!target.matches?.("[data-key-row]")) return;
    const focused = target.contains(document.activeElement) ? document.activeElement : null;
    kept[target.id] = { at: target.classList.contains("at"), ticked: target.querySelector("[data-choose]")?.checked, focus: focused && (focused.matches("[data-choose]") ? "[data-choose]" : focused.dataset.key ? `[data-key="${CSS.escape(focused.dataset.key)}"]` : "[data-key-open]") };
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const was = target.id && kept[target.id];
    if (!was) return;
    delete kept[target.id];
    target.classList.toggle("at", was.at);
    const box = target.querySelector("[data-choose]");
    if (box) box.checked = was.ticked;
    if (was.focus) target.querySelector(was.focus)?.focus({ preventScroll: true });
  });
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  for (const box of document.querySelectorAll("[data-narrow]")) {
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.addEventListener("input", () => {
      const words = plain(box.value).split(/\s+/).filter(Boolean);
      for (const line of box.closest("details").querySelectorAll("li")) line.hidden = !words.every((word) => plain(line.textContent).includes(word));
    });
  }
  for (const place of document.querySelectorAll("[data-needs-script]")) place.hidden = false;
  for (const menu of document.querySelectorAll("details.menu")) menu.addEventListener("toggle", () => { if (menu.open) menu.querySelector(".narrow:not([hidden]) input, input[name=name]")?.focus(); });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
