// Answers from what the reader has chosen to keep, where the network does not answer. Keeps nothing by itself.
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith((async () => {
    try {
      return await fetch(request);
    } catch (error) {
      const address = new URL(request.url);
      if (address.pathname.endsWith("/")) address.pathname += "index.html";
      const kept = await caches.match(address.href, { ignoreSearch: address.pathname.endsWith(".html") });
      if (kept) return kept;
      throw error;
    }
  })());
});
