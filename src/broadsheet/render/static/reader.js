// A little help for those who have JavaScript; every page works without it.
"use strict";
(() => {
  const field = document.querySelector("form[role=search] input");

  // j and k move through headlines, / goes to the search field, Escape leaves it.
  const move = (step) => {
    const heads = [...document.querySelectorAll("main .head")];
    if (!heads.length) {
      const beside = document.querySelector(`.beside [rel=${step > 0 ? "prev" : "next"}]`);
      if (beside) beside.click();
      return;
    }
    const at = heads.indexOf(document.activeElement);
    const next = heads[Math.min(Math.max(at + step, 0), heads.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "center" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/" && field) field.focus();
    else return;
    event.preventDefault();
  });

  // Times in the reader's own zone, where they have not chosen one.
  for (const slot of document.querySelectorAll(".yours[data-time]")) {
    const when = new Date(slot.dataset.time);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const shown = when.toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
    const told = slot.parentElement.querySelector("time").textContent;
    slot.append(`${shown} ${zone}`);
    slot.hidden = told.startsWith(shown);
  }

  // How long ago the last run was: a page that stands still cannot say it, and a mirror that stopped least of all.
  for (const slot of document.querySelectorAll(".run[data-last]")) {
    const hours = (Date.now() - new Date(slot.dataset.last)) / 3600000;
    if (hours < 0) continue;
    const every = Number(slot.dataset.every) / 3600;
    slot.append(` · ${slot.dataset.ago.replace("{n}", Math.round(hours))}`);
    if (hours > 3 * (every || 24)) {
      const late = document.createElement("strong");
      late.textContent = ` ${slot.dataset.late}`;
      slot.append(late);
    }
  }

  // Search as you type, on the search page.
  if (field && location.pathname === "/search") {
    let timer, asked = field.value, under;
    const ask = async () => {
      if (field.value === asked) return;
      asked = field.value;
      if (under) under.abort();
      under = new AbortController();
      const address = `/search?${new URLSearchParams({ q: asked })}`;
      try {
        const reply = await fetch(address, { signal: under.signal });
        const page = new DOMParser().parseFromString(await reply.text(), "text/html");
        const main = page.getElementById("main");
        if (main) document.getElementById("main").replaceChildren(...main.childNodes);
        document.title = page.title;
        history.replaceState(null, "", address);
      } catch (error) {
        if (error.name !== "AbortError") asked = null;
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 180);
    };
    field.addEventListener("input", (event) => event.isComposing || soon());
    field.addEventListener("compositionend", soon);
  }
})();
