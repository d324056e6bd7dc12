// Comfort for who has scripts: keys, the place on the page after a tap, and what is said of taps that wait for a connection.
// Nothing here decides anything, and every page works without it.
"use strict";
(() => {
  const words = document.currentScript.dataset;
  const find = (what, where = document) => where.querySelector(what);
  const main = find("main");

  // The place: after a task was marked, the one behind it has the focus.
  const PLACE = "place";
  const rows = () => [...document.querySelectorAll(".task")].filter((row) => row.checkVisibility());
  const focus = (row) => (find(".title", row) || row).focus();

  document.addEventListener("submit", (event) => {
    const row = event.target.closest(".task");
    if (!row) return;
    const all = rows(), at = all.indexOf(row);
    const next = all[at + 1] || all[at - 1];
    sessionStorage.setItem(PLACE, JSON.stringify([location.pathname, next ? next.id : ""]));
  });

  const place = JSON.parse(sessionStorage.getItem(PLACE) || "[]");
  sessionStorage.removeItem(PLACE);
  if (place[0] === location.pathname) {
    const row = place[1] && document.getElementById(place[1]);
    const title = find("h1", main);
    if (row) focus(row);
    else if (title) {
      title.tabIndex = -1;
      title.focus();
    }
  }

  // A live region tells of what comes into it; what came with the page has to come in once more.
  const notices = find("#notices");
  if (notices) setTimeout(() => notices.append(...notices.childNodes), 150);

  // A field with something to copy gets a button for it.
  for (const field of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = field.dataset.copy;
    button.onclick = async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = field.dataset.copied;
    };
    field.after(button);
  }

  // Keys.
  const SILENT = "keys-off";
  const send = (path, where = main) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = path;
    where.append(form);
    form.requestSubmit();
  };
  // The task that a key is about: the one of the row with the focus, or the one of the page.
  const task = () => {
    const row = document.activeElement.closest(".task");
    const found = row ? /^task-(\d+)$/.exec(row.id) : /^\/tasks\/(\d+)$/.exec(location.pathname);
    return found && { row, path: `/tasks/${found[1]}` };
  };
  const mark = (verb) => {
    const found = task();
    if (!found) return;
    const where = found.row || main;
    const form = find(`form[action="${found.path}/${verb}"]`, where);
    if (form) form.requestSubmit();
    else if (verb === "skip" && find(`form[action="${found.path}/done"]`, where)) send(`${found.path}/skip`, where);
  };
  const go = (step) => {
    const all = rows(), at = all.indexOf(document.activeElement.closest(".task"));
    const next = at < 0 ? (step > 0 ? all[0] : all.at(-1)) : all[at + step];
    if (next) focus(next);
  };
  const KEYS = {
    j: () => go(1),
    k: () => go(-1),
    x: () => mark("done"),
    s: () => mark("skip"),
    m: () => {
      const found = task();
      if (!found) return;
      const fold = found.row ? null : find("details#move");
      if (!fold) return void (location.href = `${found.path}#move`);
      fold.open = true;
      find("summary", fold).focus();
    },
    u: () => {
      const told = find('#notices [action="/undo"]');
      told ? told.requestSubmit() : send("/undo");
    },
    "?": () => (location.href = "/keys"),
  };

  document.addEventListener("keydown", (event) => {
    const on = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    const menu = event.key === "Escape" && find("details.more[open]");
    if (menu) {
      menu.open = false;
      return find("summary", menu).focus();
    }
    if (on.matches("input:not([type=radio], [type=checkbox]), select, textarea")) return;
    if (localStorage.getItem(SILENT) || !main || words.out) return;
    const key = event.key;
    if (key === " " && on.matches("button, a, summary, input")) return;
    const button = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((each) => each.checkVisibility());
    const act = button ? () => button.click() : Object.hasOwn(KEYS, key) && KEYS[key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const keys = find("#keys-switch");
  if (keys) {
    const show = () => (keys.textContent = localStorage.getItem(SILENT) ? keys.dataset.on : keys.dataset.off);
    keys.addEventListener("click", () => {
      if (localStorage.getItem(SILENT)) localStorage.removeItem(SILENT);
      else localStorage.setItem(SILENT, "1");
      show();
    });
    show();
    keys.hidden = false;
  }

  // Without a connection: the worker keeps the page and the taps; here it is said.
  const kept = find("#kept[data-at] time");
  const hour = (at) => new Date(at).toLocaleString(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (kept) kept.textContent = hour(find("#kept").dataset.at);

  const worker = navigator.serviceWorker;
  if (!worker) return;
  const tell = (message) => worker.ready.then((it) => it.active.postMessage(message));

  // Who signed out leaves nothing behind, also where the browser does not clear by itself.
  const LEAVING = "leaving";
  if (words.out) {
    if (sessionStorage.getItem(LEAVING) && worker.controller) tell({ do: "clear" });
    sessionStorage.removeItem(LEAVING);
    return;
  }
  worker.register("/service-worker.js");

  const resend = () => document.visibilityState === "visible" && tell({ do: "send" });
  let again;
  const show = (waiting) => {
    clearTimeout(again);
    if (waiting.some(({ problem }) => !problem)) again = setTimeout(resend, 10000);
    document.querySelectorAll(".waiting").forEach((each) => each.remove());
    document.querySelectorAll(".task.sent-later").forEach((each) => each.classList.remove("sent-later"));
    for (const { id, url, at, problem } of waiting) {
      const [, number, verb] = /^\/tasks\/(\d+)\/(\w+)$/.exec(url) || [];
      const row = number && document.getElementById(`task-${number}`);
      const name = row ? find(".title", row).textContent : number ? `${words.task} ${number}` : "";
      const line = document.createElement("p");
      line.textContent = `${problem ? words.refused : words.waiting} ${words[verb] || words.answer}${name && ": "}${name} (${hour(at)})`;
      const box = document.createElement("div");
      box.className = problem ? "notice problem waiting" : "notice waiting";
      box.append(line);
      if (problem) {
        const why = document.createElement("p");
        why.className = "more";
        why.textContent = problem === true ? "" : problem;
        box.append(why);
      }
      const drop = document.createElement("button");
      drop.className = "quiet";
      drop.textContent = problem ? words.understood : words.drop;
      drop.addEventListener("click", () => tell({ do: "drop", id }));
      box.append(drop);
      notices.append(box);
      if (row && !problem && verb !== "note") row.classList.add("sent-later");
    }
  };
  let leaving = null;
  worker.addEventListener("message", ({ data }) => {
    if (data.sent && location.pathname === "/" && !leaving && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) location.reload();
    else show(data.waiting);
    if (leaving) leaving.submit();
  });
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname !== "/leave" || leaving) return;
    sessionStorage.setItem(LEAVING, "1");
    if (!worker.controller) return;
    event.preventDefault();
    leaving = event.target;
    tell({ do: "send" });
  });
  resend();
  addEventListener("online", resend);
  document.addEventListener("visibilitychange", resend);
  addEventListener("pageshow", (event) => event.persisted && resend());
})();
