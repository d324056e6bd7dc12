// What a device does without a connection: it shows the last page of today, and keeps what was tapped until it can be sent.
// The server puts `FILES`, the addresses of all that pages are shown with, and `VERSION` in front.
"use strict";
const SHELL = `studyplan-${VERSION}`, PAGES = "studyplan-pages", MADE = "x-kept-at";
const ALONE = "/offline", TODAY = "/";
// What may wait. A replan, a move or an undo must be made on the plan as it is.
const WAITS = /^\/tasks\/\d+\/(done|skip|reopen|note)$|^\/review\/answer$/;
// How the server marks its answers: "taken" or "refused". Any other may be a proxy's that wants somebody to sign in: better later.
const TAP = "studyplan-tap";

self.addEventListener("install", (event) => {
  const fill = async () => {
    await (await caches.open(SHELL)).addAll([...FILES, ALONE]);
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("studyplan-") && name !== SHELL && name !== PAGES);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, { pathname, origin } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "GET" && pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode !== "navigate") return;
  else if (request.method === "GET") event.respondWith(page(request, pathname));
  else if (WAITS.test(pathname)) event.respondWith(tap(request, pathname));
  else event.respondWith(fetch(request).catch(alone));
});

const file = async (request) => (await caches.match(request)) || fetch(request);

const alone = async () => {
  const found = await caches.match(ALONE);
  return found ? new Response(found.body, { status: 503, headers: found.headers }) : Response.error();
};

async function page(request, pathname) {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    answer = null;
  }
  if (pathname === "/enter" && answer?.status === 403) await caches.delete(PAGES);
  if (pathname !== TODAY) return answer || alone();
  if (answer && ![502, 503, 504].includes(answer.status)) {
    if (answer.status === 200) await keep(answer.clone());
    return answer;
  }
  const found = await (await caches.open(PAGES)).match(TODAY);
  if (!found) return answer || alone();
  // The line that says so is on every page of today, hidden.
  const marked = (await found.text()).replace('id="kept" hidden', `id="kept" data-at="${found.headers.get(MADE)}"`);
  return new Response(marked, { headers: found.headers });
}

async function keep(answer) {
  const headers = new Headers(answer.headers);
  headers.set(MADE, new Date().toISOString());
  // What was told was told once.
  const page = (await answer.text()).replace(/<!--told-->[^]*?<!--\/told-->/, "");
  await (await caches.open(PAGES)).put(TODAY, new Response(page, { headers }));
}

// A tap goes behind those that wait, and all are sent at once where that is possible. Where it is not known whether one came through it
// is sent once more, under its own name, by which the server knows it again.
async function tap(request, url) {
  const entry = {
    id: crypto.randomUUID(),
    at: new Date().toISOString(),
    url,
    type: request.headers.get("content-type") || "application/x-www-form-urlencoded",
    body: await request.clone().text(),
    from: request.referrer.startsWith(location.origin) ? request.referrer : undefined,
  };
  try {
    await store("readwrite", (all) => all.put(entry));
  } catch {
    // This browser keeps nothing.
    return fetch(request).catch(alone);
  }
  return (await send(entry.id)) || Response.redirect(TODAY, 303);
}

async function post(entry, body, accept) {
  const headers = { "content-type": entry.type, "idempotency-key": entry.id, accept }, signal = AbortSignal.timeout(30000);
  try {
    return await fetch(entry.url, { method: "POST", body, headers, redirect: "manual", referrer: entry.from, signal });
  } catch {
    return null;
  }
}

// The queue, in the order of the taps.
function store(mode, work) {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("studyplan", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("taps", { keyPath: "id" }).createIndex("at", "at");
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      const base = asked.result, deal = base.transaction("taps", mode);
      const found = work(deal.objectStore("taps"));
      deal.oncomplete = () => (base.close(), done(found.result));
      deal.onabort = deal.onerror = () => (base.close(), fail(deal.error));
    };
  });
}

const waiting = () => store("readonly", (all) => all.index("at").getAll());

// The tasks or cards that a tap is about.
const subject = ({ url }) => url.replace(/\w+$/, "");
const drop = (id) => store("readwrite", (all) => all.delete(id));
// Adds to what is kept of a tap; not to one that was dropped meanwhile.
const amend = (entry, more) => store("readwrite", (all) => {
  const found = all.get(Object.assign(entry, more).id);
  found.onsuccess = () => found.result && all.put(entry);
  return found;
});

// How many came through that no page was told of yet.
let came = 0, sending = null;
// One after the other; `fresh`, the tap that a page waits for, has to be among those that are sent.
async function send(fresh) {
  while (fresh && sending) await sending;
  return (sending ||= sendAll(fresh).finally(() => (sending = null)));
}

// What the page of `fresh` is to show; nothing if that one waits.
async function sendAll(fresh) {
  const all = await waiting(), late = new Set();
  let next;
  for (const entry of all) {
    // What was tapped on one task stays in turn; the other tasks do not wait for it.
    if (entry.problem || late.has(subject(entry))) continue;
    const form = new URLSearchParams(entry.body);
    form.set("done_at", entry.at);
    if (entry.known) form.set("known_at", entry.known);
    const answer = await post(entry, entry.id === fresh ? entry.body : form.toString(), "application/json");
    if (!answer) break;
    const said = answer.headers.get(TAP);
    if (said === "taken") {
      await drop(entry.id);
      if (entry.id === fresh) next = Response.redirect(answer.headers.get("location"), 303);
      else came += 1;
      const known = answer.headers.get("studyplan-at");
      for (const each of all) if (each.at > entry.at && subject(each) === subject(entry)) await amend(each, { known });
    } else if (said === "refused") {
      if (entry.id === fresh) next = await post(entry, entry.body, "text/html");
      if (next && entry.id === fresh) await drop(entry.id);
      else await amend(entry, { problem: (await answer.json()).error.message });
    } else late.add(subject(entry));
  }
  // Its page tells of the others too.
  if (next) came = 0;
  return next;
}

self.addEventListener("message", (event) => {
  const act = async () => {
    const { do: what, id } = event.data;
    if (what === "send") await send();
    if (what === "drop") await drop(id);
    if (what === "clear") {
      await caches.delete(PAGES);
      await store("readwrite", (all) => all.clear());
    }
    const left = await waiting(), clients = await self.clients.matchAll(), sent = came;
    came = 0;
    for (const client of clients) client.postMessage({ sent, waiting: left });
  };
  event.waitUntil(act());
});
