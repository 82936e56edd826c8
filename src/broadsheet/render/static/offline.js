// "Keep these days": the newest days of a static site, kept by the browser for when there is no network.
"use strict";
(() => {
  const root = document.currentScript.dataset.root;
  const place = document.querySelector("p.offline");
  const NAME = "broadsheet-days";
  const told = (key, n) => place.dataset[key].replace("{n}", n);
  const write = (...parts) => { place.replaceChildren(...parts); place.hidden = false; };
  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };

  if (location.protocol === "file:") {
    if (place) write(told("stick"));
    return;
  }
  if (!("serviceWorker" in navigator) || !window.isSecureContext) {
    if (place) write(told("insecure"));
    return;
  }
  if (!place) return;
  const base = new URL(root || "./", location.href).href;

  const readPage = async (address) => {
    const reply = await fetch(address);
    return reply.ok ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
  };
  // Where the headlines of a page lead: to articles, and to stories and edits, which no list of a day's articles names.
  const heads = (page, address) => [...page.querySelectorAll("main a.head")].map((one) => new URL(one.getAttribute("href"), address).href.split("#")[0]);

  // The days to keep: from this one back, as its pages link them. What their headlines lead to goes into `linked`.
  const readDays = async (count, linked) => {
    const days = [];
    for (let day = place.dataset.day; day && days.length < count;) {
      const address = `${base}days/${day}.html`, page = await readPage(address);
      if (!page) break;
      days.push(day);
      linked.push(...heads(page, address));
      day = /days\/(\d{4}-\d\d-\d\d)\.html$/.exec(page.querySelector(".sum a")?.getAttribute("href") || "")?.[1];
    }
    return days;
  };
  const keep = async (count) => {
    await navigator.serviceWorker.register(`${base}sw.js`);
    const cache = await caches.open(NAME);
    const frame = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((one) => one.href || one.src);
    const front = `${base}index.html`, linked = heads(await readPage(front), front);
    const days = await readDays(count, linked);
    const names = new Set(["index.html", "outlets.html", "about.html", "search.html"]);
    for (const day of days) for (const name of await (await fetch(`${base}days/${day}.offline.json`)).json()) names.add(name);
    const wanted = [...new Set([...frame, ...[...names].map((name) => base + name), ...linked])];
    let failed = 0;
    for (let at = 0; at < wanted.length; at += 8) {
      const some = wanted.slice(at, at + 8);
      const ends = await Promise.allSettled(some.map((address) => cache.add(new Request(address, { cache: "reload" }))));
      failed += ends.filter((end) => end.status === "rejected").length;
    }
    const asked = new Set(wanted);
    for (const old of await cache.keys()) if (!asked.has(old.url) && old.url !== `${base}kept-days`) await cache.delete(old);
    await cache.put(`${base}kept-days`, new Response(String(days.length)));
    if (failed) throw new Error(`${failed} of ${wanted.length}`);
  };
  const drop = async () => {
    await caches.delete(NAME);
    const registered = await navigator.serviceWorker.getRegistration(base);
    if (registered) await registered.unregister();
  };
  const show = async () => {
    const count = await (await caches.match(`${base}kept-days`))?.text();
    const choices = [1, 3, 7].map((days) => button(told("keep", days), () => act(() => keep(days))));
    if (count) write(told("kept", count), " ", button(told("drop"), () => act(drop)), " ", ...choices);
    else write(...choices);
    place.dataset.state = count ? `kept ${count}` : "none";
  };
  const act = async (deed) => {
    for (const one of place.querySelectorAll("button")) one.disabled = true;
    try {
      await deed();
      await show();
    } catch (error) {
      await show();
      place.append(" ", told("failed"));
      place.dataset.state = "failed";
    }
  };
  show().catch(() => {});
})();
