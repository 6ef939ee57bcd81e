// The review's own script: sends the page's forms and puts the answers in place, follows the row
// that is worked on in the document, and takes the keyboard. Without it the forms work alone.
"use strict";

const body = document.body;
const base = body.dataset.base || "";
const inPage = body.classList.contains("reviewing");
const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
document.body.classList.add("with-script");
body.dataset.pane = "rows";

let revision = body.dataset.revision || "";
let isJudged = body.dataset.judged === "yes";
let isSending = false;
let activeKey = "";

// --- Asking the server -------------------------------------------------------------------------

async function ask(address, options = {}) {
  const response = await fetch(address, {
    credentials: "same-origin",
    ...options,
    headers: { "X-Review": "script", ...(options.headers || {}) },
  });
  const kind = response.headers.get("Content-Type") || "";
  const answer = kind.includes("json") ? await response.json() : { message: await response.text() };
  if (!response.ok && !answer.form) throw new Error(answer.message || "The server did not answer.");
  return answer;
}

function tell(words) {
  byId("told").textContent = words;
}

function place(html) {
  for (const [id, text] of Object.entries(html)) {
    const old = byId(id);
    if (!old) continue;
    if (id.startsWith("row-")) {
      const holder = document.createElement("template");
      holder.innerHTML = text.trim();
      old.replaceWith(holder.content);
    } else {
      const open = all("details[open]", old).map((each) => each.id);
      old.innerHTML = text;
      for (const each of open) if (each && byId(each)) byId(each).open = true;
    }
  }
  for (const group of all(".group")) {
    const left = group.querySelector(".left");
    group.classList.toggle("done", left && left.textContent.trim() === "Decided");
    // An answer for all is of those that are open still.
    for (const answers of all(".answers", group)) {
      const keys = all('input[name="key"]', answers);
      const open = keys.filter((each) => {
        const card = byId(`row-${each.value}`);
        return card && card.dataset.open === "yes";
      });
      if (open.length < keys.length) trim(answers, new Set(open));
    }
  }
}

// Takes what is decided out of an answer for all, and says for how many it is now.
function trim(answers, open) {
  for (const key of all('input[name="key"]', answers)) {
    if (open.has(key)) continue;
    const digest = key.nextElementSibling;
    if (digest && digest.name === "digest") digest.remove();
    key.remove();
  }
  answers.hidden = open.size === 0;
  for (const button of all("button", answers))
    button.textContent = button.textContent
      .replace(/\d+/, String(open.size))
      .replace(open.size === 1 ? "rows" : " ", open.size === 1 ? "row" : " ");
}

async function send(form, button) {
  if (isSending) return;
  isSending = true;
  const address = (button && button.getAttribute("formaction")) || form.getAttribute("action");
  const data = new URLSearchParams(new FormData(form));
  if (button && button.name) data.append(button.name, button.value);
  try {
    tell("");
    const answer = await ask(address, { method: "POST", body: data });
    if (answer.form) {
      showForm(form.parentElement, answer.form);
      return;
    }
    revision = answer.revision;
    isJudged = answer.judged;
    const before = form.closest(".card, .group");
    place(answer.html);
    moveOn(answer, before);
    soon();
  } catch (error) {
    tell(error.message);
    look();
  } finally {
    isSending = false;
  }
}

// After a decision: the next row that is open, in the order of the page; after an undo the row.
function moveOn(answer, before) {
  const changed = answer.focus && byId(answer.focus);
  let next = changed;
  if (answer.moves_on) {
    const cards = all(".card");
    const at = changed ? cards.indexOf(changed) : -1;
    next = cards.slice(at + 1).find(isOpen) || cards.find(isOpen) || changed;
    if (changed && changed.dataset.open === "no" && changed.closest("details")) {
      next = cards[at + 1] && cards[at + 1].closest("details") ? cards[at + 1] : changed;
    }
  }
  const target = next || (before && byId(before.id)) || byId("rows");
  focusOn(target);
}

function isOpen(card) {
  return card.dataset.open === "yes";
}

function focusOn(target) {
  if (!target) return;
  const holder = target.closest("details");
  if (holder) holder.open = true;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
}

// --- What changes without us: verdicts, and others' decisions -----------------------------------

let timer = 0;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, isJudged ? 3000 : 500);
}

async function look() {
  clearTimeout(timer);
  try {
    if (!document.hidden && !isSending) {
      const asked = new URLSearchParams({ revision, judged: isJudged ? "yes" : "no" });
      const answer = await ask(`${base}/state?${asked}`);
      if (isSending) return;
      byId("stale").hidden = answer.revision === revision;
      if (answer.verdicts && answer.revision === revision) {
        isJudged = answer.judged;
        for (const card of all(".card")) {
          const found = answer.verdicts[card.dataset.key];
          if (found) showVerdict(card.querySelector(".gate"), found);
        }
        for (const [id, html] of Object.entries(answer.html)) byId(id).innerHTML = html;
      }
    }
  } catch (error) {
    tell("The review no longer answers. Every decision is saved: start it again with the command.");
  }
  soon();
}

function showVerdict(place, found) {
  const words = {
    accepted: "Gate: accepts it",
    pending: "Gate: judging…",
    "left out": "Left out of the batch",
    duplicate: "In the log already",
    unknown: "Gate: cannot judge",
  };
  const said = words[found.verdict] || `Gate: ${found.verdict}: ${found.reason}`;
  if (place.textContent === said) return;
  place.dataset.verdict = found.verdict;
  place.textContent = said;
}

// --- The document --------------------------------------------------------------------------------

const paper = byId("document");
const marks = new Map();

function setView(view) {
  paper.dataset.view = view;
  for (const button of all(".views button"))
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  showActive(true);
}

function setPane(pane) {
  body.dataset.pane = pane;
  for (const button of all(".switch button"))
    button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
  if (pane === "document") showActive(true);
}

async function loadMarks(page) {
  if (marks.has(page)) return marks.get(page);
  const loading = ask(`${base}/marks/${page}`).then((found) => draw(page, found));
  marks.set(page, loading);
  return loading.catch(() => marks.delete(page));
}

function draw(page, found) {
  const sheet = byId(`page-${page}`).querySelector("svg");
  const rect = (box, name) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const [left, top, right, bottom] = box;
    made.setAttribute("x", left);
    made.setAttribute("y", top);
    made.setAttribute("width", Math.max(right - left, 1));
    made.setAttribute("height", Math.max(bottom - top, 1));
    made.setAttribute("rx", 1.5);
    made.setAttribute("class", name);
    sheet.append(made);
    return made;
  };
  sheet.replaceChildren();
  for (const block of found.blocks) {
    const boxes = block.boxes;
    const box = [
      Math.min(...boxes.map((each) => each[0])) - 2,
      Math.min(...boxes.map((each) => each[1])) - 1,
      Math.max(...boxes.map((each) => each[2])) + 2,
      Math.max(...boxes.map((each) => each[3])) + 1,
    ];
    rect(box, "block").dataset.block = block.block;
  }
  for (const row of found.rows)
    for (const box of row.boxes)
      rect(box, row.doubtful ? "words doubtful" : "words").dataset.row = row.key;
  // What the block under the words is, for a click on them.
  texts.set(page, found.blocks);
  if (activeKey) highlight(activeKey);
}

const texts = new Map();

function highlight(key) {
  for (const each of all(".sheet rect.active, .block mark.active, .card.active, .block.active"))
    each.classList.remove("active");
  if (!key) return;
  for (const each of all(`.sheet rect[data-row="${key}"], .block mark[data-rows~="${key}"]`))
    each.classList.add("active");
  const card = byId(`row-${key}`);
  if (card) card.classList.add("active");
}

function isNarrow() {
  return matchMedia("(max-width: 60rem)").matches;
}

// Bring what the active row rests on into the document's view.
async function showActive(isAsked = false) {
  const card = activeKey && byId(`row-${activeKey}`);
  highlight(activeKey);
  if (!card || (isNarrow() && body.dataset.pane !== "document")) return;
  const { page, block } = card.dataset;
  if (paper.dataset.view === "pages" && page && byId(`page-${page}`)) {
    const sheet = byId(`page-${page}`);
    const known = marks.has(Number(page));
    if (!known) scrollPaper(sheet, 40);
    await loadMarks(Number(page));
    const mark = sheet.querySelector("rect.active");
    if (activeKey === card.dataset.key) scrollPaper(mark || sheet, mark ? 160 : 40, !isAsked);
  } else if (block && byId(`block-${block}`)) {
    byId(`block-${block}`).classList.add("active");
    scrollPaper(byId(`block-${block}`), 120, !isAsked);
  }
}

function scrollPaper(target, above, onlyIfHidden = false) {
  const scroller = isNarrow() ? document.scrollingElement : paper;
  const view = isNarrow() ? { top: 0, bottom: innerHeight } : paper.getBoundingClientRect();
  const box = target.getBoundingClientRect();
  if (onlyIfHidden && box.top > view.top + 60 && box.bottom < view.bottom - 20) return;
  scroller.scrollTop += box.top - view.top - above;
}

function pickBlock(number, text) {
  const panel = byId("picked");
  panel.querySelector(".quote").textContent = `«${text}»`;
  panel.querySelector("input").value = number;
  panel.hidden = false;
  for (const each of all("rect.picked")) each.classList.remove("picked");
  for (const each of all(`rect.block[data-block="${number}"]`)) each.classList.add("picked");
}

// --- Forms in place --------------------------------------------------------------------------------

async function openForm(address, holder) {
  try {
    const answer = await ask(address);
    showForm(holder, answer.form);
    if (isNarrow()) setPane("rows");
  } catch (error) {
    tell(error.message);
  }
}

function showForm(holder, html) {
  if (!holder) return;
  holder.innerHTML = html;
  const form = holder.querySelector("form");
  for (const select of all("[data-scale-field]", form)) keepToScale(select);
  const first =
    form.querySelector('[aria-invalid="true"]') ||
    form.querySelector("select, textarea, input:not([type=hidden])");
  if (first) first.focus({ preventScroll: true });
  holder.scrollIntoView({ block: holder.id === "editor" ? "start" : "nearest" });
}

function closeForm(form) {
  const holder = form.parentElement;
  const card = form.closest(".card");
  form.remove();
  focusOn(card || (holder && holder.id === "editor" ? byId("rows") : null));
}

// A code belongs to a scale: the list shows those of the scale that is chosen.
function keepToScale(select) {
  const form = select.form;
  const field = form.elements[select.dataset.scaleField];
  const scale = (field && field.value) || select.dataset.defaultScale || "";
  for (const option of select.options) {
    const own = option.dataset.scale;
    option.hidden = option.disabled = Boolean(scale && own && own !== scale);
  }
  const chosen = select.selectedOptions[0];
  if (chosen && chosen.disabled) {
    const same = [...select.options].find((each) => each.value === chosen.value && !each.disabled);
    select.value = "";
    if (same) same.selected = true;
  }
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

// A day as people type it, as the log has it; empty where it is no day.
function dayOf(typed) {
  const text = typed.trim().toLowerCase();
  let year, month, day;
  let found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (found) [, year, month, day] = found.map(Number);
  else if ((found = /^(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3})[a-z]*,? (\d{4})$/.exec(text)))
    [day, month, year] = [Number(found[1]), MONTHS.indexOf(found[2]) + 1, Number(found[3])];
  else return "";
  const made = new Date(Date.UTC(year, month - 1, day));
  if (!month || made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return "";
  return made.toISOString().slice(0, 10);
}

function checkDate(input, isLeaving) {
  const small = byId(input.getAttribute("aria-describedby"));
  const day = input.value.trim() ? dayOf(input.value) : "";
  if (isLeaving && day) input.value = day;
  const isWrong = Boolean(input.value.trim()) && !day;
  input.setAttribute("aria-invalid", String(isWrong));
  let said = small.querySelector(".said");
  if (!said) {
    said = document.createElement("span");
    said.className = "said";
    small.prepend(said);
  }
  said.textContent = isWrong ? "This is no day; expected one such as 2023-02-15. " : "";
}

// --- Found by typing ---------------------------------------------------------------------------------

let findTimer = 0;
function findFor(input) {
  clearTimeout(findTimer);
  findTimer = setTimeout(async () => {
    const asked = new URLSearchParams({ kind: input.dataset.finds, q: input.value });
    let found = [];
    try {
      found = await ask(`${base}/find?${asked}`);
    } catch {
      found = [];
    }
    if (document.activeElement !== input) return;
    const list = byId(input.getAttribute("aria-controls"));
    list.replaceChildren(
      ...found.map((each, place) => {
        const option = document.createElement("span");
        option.setAttribute("role", "option");
        option.id = `${list.id}-${place}`;
        option.dataset.value = each.id;
        option.textContent = each.id;
        const words = document.createElement("small");
        words.textContent = each.words.slice(0, 200);
        option.append(words);
        return option;
      }),
    );
    showFound(input, found.length > 0);
  }, 120);
}

function showFound(input, isShown) {
  const list = byId(input.getAttribute("aria-controls"));
  list.hidden = !isShown;
  input.setAttribute("aria-expanded", String(isShown));
  if (!isShown) input.removeAttribute("aria-activedescendant");
}

function takeFound(input, option) {
  input.value = option.dataset.value;
  showFound(input, false);
}

function moveFound(input, step) {
  const list = byId(input.getAttribute("aria-controls"));
  const options = all("[role=option]", list);
  if (!options.length) return;
  const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const next = options[(at + step + options.length) % options.length];
  for (const each of options) each.setAttribute("aria-selected", String(each === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

// --- What happens -------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!inPage && !form.classList.contains("fields")) return;
  const method = (button && button.getAttribute("formmethod")) || form.getAttribute("method");
  const address = (button && button.getAttribute("formaction")) || form.getAttribute("action");
  if (method === "dialog") return;
  for (const input of all("[data-date]", form)) checkDate(input, true);
  if (!inPage) return;
  if (method === "post") {
    event.preventDefault();
    send(form, button);
  } else if (button && button.dataset.edits) {
    event.preventDefault();
    openForm(address, byId(`edit-${button.dataset.edits}`));
  } else if (address === `${base}/add`) {
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form));
    if (button && button.name) data.set(button.name, button.value);
    byId("picked").hidden = true;
    openForm(`${address}?${data}`, byId("editor"));
  }
});

document.addEventListener("click", (event) => {
  const target = event.target;
  const option = target.closest && target.closest("[role=option]");
  if (option) {
    const list = option.parentElement;
    takeFound(document.querySelector(`[aria-controls="${list.id}"]`), option);
    return;
  }
  const cancels = target.closest("[data-cancels]");
  if (cancels && inPage) {
    event.preventDefault();
    closeForm(cancels.closest("form"));
  }
  const leads = target.closest('a[href^="#row-"]');
  if (leads && inPage) {
    event.preventDefault();
    focusOn(byId(leads.getAttribute("href").slice(1)));
  }
  const closes = target.closest("[data-closes]");
  if (closes) byId(closes.dataset.closes).hidden = true;
  if (target.closest("#help")) byId("shortcuts").showModal();
  const view = target.closest(".views button");
  if (view) setView(view.dataset.view);
  const pane = target.closest(".switch button");
  if (pane) setPane(pane.dataset.pane);
  const shows = target.closest("[data-shows-page]");
  if (shows && paper.dataset.view === "pages") {
    event.preventDefault();
    if (isNarrow()) setPane("document");
    scrollPaper(byId(`page-${shows.dataset.showsPage}`), 40);
  }
  if (target.dataset && target.dataset.row && target.tagName === "rect") {
    goToRow(target.dataset.row);
    pickUnder(event, target.ownerSVGElement);
  } else if (target.dataset && target.dataset.block && target.tagName === "rect") {
    pickUnder(event, target.ownerSVGElement);
  }
  const mark = target.closest("mark[data-rows]");
  if (mark) goToRow(mark.dataset.rows.split(" ")[0]);
});

function goToRow(key) {
  if (isNarrow()) return;
  focusOn(byId(`row-${key}`));
}

// The smallest block under a click on a page.
function pickUnder(event, sheet) {
  const page = Number(sheet.parentElement.dataset.page);
  const under = all("rect.block", sheet).filter((each) => {
    const box = each.getBoundingClientRect();
    return (
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom
    );
  });
  if (!under.length) return;
  const size = (each) => Number(each.getAttribute("width")) * Number(each.getAttribute("height"));
  const smallest = under.reduce((one, other) => (size(other) < size(one) ? other : one));
  const number = Number(smallest.dataset.block);
  const block = (texts.get(page) || []).find((each) => each.block === number);
  if (block) pickBlock(number, block.text);
}

document.addEventListener("focusin", (event) => {
  const card = event.target.closest && event.target.closest(".card");
  if (card && card.dataset.key !== activeKey) {
    activeKey = card.dataset.key;
    showActive();
  }
});

document.addEventListener("focusout", (event) => {
  if (event.target.dataset && event.target.dataset.finds)
    setTimeout(() => showFound(event.target, false), 200);
  if (event.target.dataset && "date" in event.target.dataset) checkDate(event.target, true);
});

document.addEventListener("input", (event) => {
  const input = event.target;
  if (input.dataset && input.dataset.finds) findFor(input);
  if (input.dataset && "date" in input.dataset) checkDate(input, false);
});

document.addEventListener("change", (event) => {
  const input = event.target;
  if ("changesType" in input.dataset && inPage) {
    const block = input.form.elements.block;
    const asked = new URLSearchParams({ type: input.value, block: block ? block.value : "" });
    openForm(`${base}/add?${asked}`, input.form.parentElement);
    return;
  }
  for (const select of all("[data-scale-field]", input.form || document))
    if (input.name === select.dataset.scaleField) keepToScale(select);
});

// --- The keyboard ---------------------------------------------------------------------------------------

function isTyping(target) {
  return ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);
}

function currentCard() {
  const focused = document.activeElement && document.activeElement.closest(".card");
  return focused || (activeKey && byId(`row-${activeKey}`));
}

function press(card, ending) {
  if (!card) return;
  const button = all(".deeds button", card).find((each) => {
    const address = each.getAttribute("formaction") || each.form.getAttribute("action");
    return address.endsWith(ending) || address.includes(`${ending}/`);
  });
  if (button) button.click();
}

function step(items, by) {
  const seen = items.filter((each) => each.getClientRects().length);
  if (!seen.length) return;
  const current = document.activeElement && document.activeElement.closest(".card, .block, .group");
  let at = seen.indexOf(current);
  if (at < 0 && current) at = seen.findIndex((each) => current.contains(each)) - (by > 0 ? 1 : 0);
  const next = seen[Math.min(Math.max(at + by, 0), seen.length - 1)];
  if (next.classList.contains("block")) {
    for (const each of all(".block.active")) each.classList.remove("active");
    next.classList.add("active");
    next.querySelector("button").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  } else focusOn(next);
}

function nextOpen() {
  const open = all('.card[data-open="yes"]');
  if (!open.length) {
    tell("Nothing is left to decide.");
    return;
  }
  const current = document.activeElement;
  const next =
    open.find((each) => current && current.compareDocumentPosition(each) & 4 && !each.contains(current)) ||
    open[0];
  focusOn(next);
}

function submitTo(selector) {
  const form = document.querySelector(selector);
  if (form) form.requestSubmit();
}

const KEYS = {
  n: nextOpen,
  j: () => step(stepped(), 1),
  k: () => step(stepped(), -1),
  y: () => press(currentCard(), "/keep"),
  x: () => press(currentCard(), "/leave-out"),
  e: () => press(currentCard(), "/edit"),
  u: () => press(currentCard(), "/undo"),
  Y: () => {
    const group = document.activeElement.closest(".group") || (currentCard() && currentCard().closest(".group"));
    const form = group && group.querySelector('.answers[action$="/keep"]:not([hidden])');
    if (form) form.requestSubmit(form.querySelector("button"));
  },
  s: () => press(currentCard(), "/settle"),
  d: () => {
    if (isNarrow()) setPane("document");
    paper.focus();
  },
  r: () => {
    if (isNarrow()) setPane("rows");
    focusOn(currentCard() || byId("rows"));
  },
  v: () => setView(paper.dataset.view === "pages" ? "text" : "pages"),
  a: () => {
    if (!byId("picked").hidden) {
      submitTo("#picked form");
      return;
    }
    const block = document.activeElement.closest(".block") || document.querySelector(".block.active");
    const card = currentCard();
    const own = block || (card && card.dataset.block && byId(`block-${card.dataset.block}`));
    if (own) own.querySelector("button").click();
    else tell("Choose a piece of the text first: v shows the text, d goes there, j and k move in it.");
  },
  w: () => submitTo('form[action$="/changes"]'),
  A: () => submitTo('form[action$="/append"]'),
  q: () => {
    const back = document.querySelector(".bar .back");
    if (back) back.click();
  },
  "?": () => byId("shortcuts").showModal(),
};

function stepped() {
  const inPaper = document.activeElement && paper.contains(document.activeElement);
  return inPaper && paper.dataset.view === "text" ? all(".block") : all(".card");
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (target.dataset && target.dataset.finds) {
    const list = byId(target.getAttribute("aria-controls"));
    if (event.key === "ArrowDown" && list.hidden) findFor(target);
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      moveFound(target, event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const chosen = list.querySelector('[aria-selected="true"]');
    if (event.key === "Enter" && !list.hidden && chosen) {
      event.preventDefault();
      takeFound(target, chosen);
      return;
    }
    if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      showFound(target, false);
      return;
    }
  }
  if (!inPage || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    const form = target.closest && target.closest("form.fields");
    if (form) closeForm(form);
    else byId("picked").hidden = true;
    return;
  }
  if (isTyping(target) || byId("shortcuts").open) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

// --- The beginning ----------------------------------------------------------------------------------------

if (location.search.includes("token="))
  history.replaceState(null, "", location.pathname + location.hash);

if (inPage) {
  byId("help").hidden = false;
  document.querySelector(".switch").hidden = false;
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        if (entry.isIntersecting) loadMarks(Number(entry.target.dataset.page));
    },
    { root: null, rootMargin: "200px" },
  );
  for (const sheet of all(".sheet")) seen.observe(sheet);
  if (location.hash.startsWith("#row-")) focusOn(byId(location.hash.slice(1)));
  document.addEventListener("visibilitychange", look);
  soon();
}
