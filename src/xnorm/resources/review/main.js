// The page: what is shown, what a reviewer does, and which keys do it.

import * as api from "./api.js";
import { $, el, many, told } from "./dom.js";
import { options, proposedAt, showCandidates, showMention } from "./panel.js";
import { showProgress, showQueue } from "./queue.js";
import { clearFound, search, showPlace } from "./search.js";
import { blind, decisionOf, isToDo, patch, state } from "./state.js";
import { beginSelecting, moveSelection, selected, showDocument } from "./text.js";

const BATCH = 50;
const LOOK = 3000; // milliseconds between looks at what others do
const KEPT = 30; // documents
const NARROW = matchMedia("(max-width: 760px)"); // as in the style sheet

function tell(error) {
  if (error.status === 401) {
    askForToken(error.message);
    return;
  }
  $("notice").textContent = error.message;
  $("notice").dataset.status = error.status;
  $("notice").hidden = false;
}

function say(words) {
  $("notice").hidden = true;
  $("status").textContent = words;
}

function draw() {
  showQueue(state, decisionOf, choose);
  const found = state.current && state.documents.get(state.current.document);
  if (found) showDocument(found, state.current, decisionOf, choose);
  $("panel").hidden = !state.opened;
  $("document").hidden = !found;
  if (!state.opened) return;
  showMention(state.opened, decisionOf(state.current), blind());
  drawCandidates();
}

function drawCandidates() {
  showCandidates(state.opened, state, { take: link, tree, more });
}

async function drawProgress() {
  const found = await api.progress();
  showProgress(found);
  if ($("show").value === "open") state.total = found.open;
}

async function documentOf(number) {
  if (!state.documents.has(number)) {
    if (state.documents.size >= KEPT) state.documents.delete(state.documents.keys().next().value);
    state.documents.set(number, await api.openDocument(number));
  }
}

async function choose(item) {
  try {
    const [opened] = await Promise.all([api.openMention(item.number), documentOf(item.document)]);
    state.current = opened.item;
    state.opened = opened;
    patch(opened.item);
    state.all = false;
    state.highlighted = proposedAt(opened, decisionOf(opened.item), state.all);
    clearFound();
    draw();
    if (NARROW.matches) $("document").scrollIntoView({ block: "start" });
  } catch (error) {
    tell(error);
  }
}

async function loadQueue(offset = 0) {
  const values = { show: $("show").value, order: $("order").value, reviewer: state.reviewer };
  try {
    let found = await api.queue({ ...values, offset, limit: BATCH });
    if (offset && !found.items.length) found = await api.queue({ ...values, limit: BATCH });
    state.items = found.items;
    state.total = found.total;
    state.current = state.opened = null;
    if (state.items.length) await choose(state.items[0]);
    else draw();
  } catch (error) {
    tell(error);
  }
}

// What stays in the queue before the next batch: all of a list that does not shrink, else what
// was passed over.
function nextBatch() {
  const passed = state.items.filter((item) => isToDo(item)).length;
  const shrinks = $("show").value === "open" || blind();
  state.offset = shrinks ? passed : state.offset + state.items.length;
  return loadQueue(state.offset);
}

const at = () => state.items.findIndex((item) => item.number === state.current?.number);

function step(by) {
  const next = at() + by;
  if (next >= state.items.length) return nextBatch();
  return next >= 0 ? choose(state.items[next]) : undefined;
}

function advance() {
  if (!state.items.some(isToDo)) {
    const shrinks = $("show").value === "open" || blind();
    return shrinks ? loadQueue() : step(1);
  }
  const here = at();
  const rest = [...state.items.slice(here + 1), ...state.items.slice(0, Math.max(here, 0))];
  return choose(rest.find(isToDo) ?? state.current);
}

// One action at a time: the next key waits for nobody, it is not taken.
async function doing(work) {
  if (state.busy) return;
  state.busy = true;
  document.body.classList.add("busy");
  try {
    await work();
  } catch (error) {
    tell(error);
    if (error.item) {
      patch(error.item);
      await choose(error.item);
      $("notice").hidden = false;
    }
  } finally {
    state.busy = false;
    document.body.classList.remove("busy");
  }
}

function decide(action, concept = "") {
  return doing(async () => {
    if (!state.current) return;
    const { number, version, text } = state.current;
    const what = { action, concept, version, reviewer: state.reviewer };
    const done = await api.act(number, what);
    patch(done.item);
    await look();
    const also = done.others ? `, and ${many(done.others, "other open mention")} with it` : "";
    say(`“${text}” is ${told({ ...done.item.decision, reviewer: "" })}${also}. u undoes.`);
    await advance();
  });
}

const highlighted = () => options(state.opened, state.all)[state.highlighted].db_id;

// While the terminology is looked at, a concept there is meant.
const looking = () => $("found").hasChildNodes();
const aimed = () => document.activeElement?.closest("#found .candidate")?.dataset.id ?? highlighted();

function link(concept) {
  return concept ? decide("link", concept) : decide("nil");
}

function always(concept) {
  return concept ? decide("always", concept) : decide("never");
}

function accept() {
  const concept = highlighted();
  return concept === state.current.proposal ? decide("accept") : link(concept);
}

function more() {
  state.all = true;
  drawCandidates();
}

function tree(concept) {
  if (concept) showPlace(concept, link, tell);
}

function undo() {
  return doing(async () => {
    const done = await api.undo(state.reviewer);
    patch(done.item);
    await look();
    await choose(done.item);
    const also = done.others ? ` and ${many(done.others, "other mention")}` : "";
    const kept = done.kept ? `; ${many(done.kept, "mention")} changed since and stay` : "";
    say(`Undone: “${done.item.text}”${also}${kept}.`);
  });
}

function addMention() {
  const words = selected();
  if (!words) {
    state.selecting = true;
    beginSelecting();
    say("Select with ← → by words, Shift for more of them, then press s; Esc leaves.");
    return undefined;
  }
  state.selecting = false;
  getSelection().removeAllRanges();
  return doing(async () => {
    const { document } = state.current;
    const given = { ...words, type: $("type").value, reviewer: state.reviewer };
    const done = await api.add(document, given);
    state.items = [...state.items.slice(0, at() + 1), done.item, ...state.items.slice(at() + 1)];
    patch(done.item);
    await look();
    await choose(done.item);
    say(`New mention “${done.item.text}”. Choose its concept.`);
  });
}

function highlight(by) {
  const count = options(state.opened, state.all).length;
  state.highlighted = (state.highlighted + by + count) % count;
  drawCandidates();
}

function moveFocus(by) {
  const buttons = [...$("found").querySelectorAll(".candidate")];
  const next = buttons.indexOf(document.activeElement) + by;
  buttons[Math.min(Math.max(next, 0), buttons.length - 1)]?.focus();
}

// What was done elsewhere: by others, or in another window.
async function look() {
  const found = await api.changes(state.last);
  const seen = state.current;
  state.last = found.last;
  if ($("notice").dataset.status === "0") $("notice").hidden = true;
  if (found.items.length) await drawProgress();
  if (!found.complete) {
    state.documents.clear();
    return loadQueue();
  }
  found.items.forEach(patch);
  const changed = found.items.find((item) => item.number === seen?.number);
  if (!state.busy && changed && changed.version !== seen.version) {
    await choose(changed);
    say(`“${changed.text}” was changed elsewhere: ${told(changed.decision)}.`);
  } else if (!state.busy && found.items.length) draw();
  return undefined;
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => decide("nil"),
  a: () => always(aimed()),
  x: () => decide("delete"),
  u: undo,
  s: addMention,
  t: () => tree(aimed()),
  Enter: () => looking() || accept(),
  ArrowDown: () => (looking() ? moveFocus(1) : highlight(1)),
  ArrowUp: () => (looking() ? moveFocus(-1) : highlight(-1)),
};

const WITHOUT_MENTION = new Set(["u"]);

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const field = event.target.closest("input, select, textarea");
  if (event.key === "Escape") {
    state.selecting = false;
    getSelection().removeAllRanges();
    if (field === $("words") || $("found").contains(event.target)) clearFound();
    event.target.blur();
    return;
  }
  if (field) return;
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (state.selecting && sideways) {
    moveSelection(event.key === "ArrowRight", event.shiftKey);
    event.preventDefault();
    return;
  }
  // Enter on a button that has the focus is that button's.
  if (event.key === "Enter" && event.target.closest("button, summary, a")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "?") $("help").showModal();
  else if (key === "/" && state.opened) $("words").focus();
  else if (/^[1-9]$/.test(key) && state.opened?.candidates[key - 1] && !looking()) {
    link(state.opened.candidates[key - 1].db_id);
  } else if (KEYS[key] && (state.opened || WITHOUT_MENTION.has(key))) KEYS[key]();
  else return;
  event.preventDefault();
}

function askForToken(why) {
  $("token-why").textContent = why.replace(/ Send the header.*/, " Whoever runs the page has one for you.");
  if (!$("token").open) $("token").showModal();
}

async function begin() {
  let session;
  try {
    session = await api.session();
  } catch (error) {
    return tell(error);
  }
  $("notice").hidden = true;
  state.reviewer = session.named ? session.reviewer : localStorage.getItem("xnorm-reviewer") || session.reviewer;
  $("reviewer").value = state.reviewer;
  $("reviewer").readOnly = session.named;
  $("corpus").textContent = `${session.corpus} → ${session.source}`;
  $("types").replaceChildren(...session.types.map((type) => el("option", { value: type })));
  $("type").value = session.types[0] ?? "";
  document.title = `${session.corpus} · xnorm review`;
  try {
    state.last = (await api.changes(Number.MAX_SAFE_INTEGER)).last;
    await drawProgress();
  } catch (error) {
    return tell(error);
  }
  return loadQueue();
}

$("show").addEventListener("change", () => loadQueue((state.offset = 0)));
$("order").addEventListener("change", () => loadQueue((state.offset = 0)));
$("further").addEventListener("click", nextBatch);
$("reviewer").addEventListener("change", () => {
  state.reviewer = $("reviewer").value.trim() || "reviewer";
  $("reviewer").value = state.reviewer;
  localStorage.setItem("xnorm-reviewer", state.reviewer);
  loadQueue((state.offset = 0));
});
$("accept").addEventListener("click", accept);
$("nil").addEventListener("click", () => decide("nil"));
$("always").addEventListener("click", () => always(highlighted()));
$("delete").addEventListener("click", () => decide("delete"));
$("undo").addEventListener("click", undo);
$("new-button").addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
$("new-button").addEventListener("click", addMention);
$("help-button").addEventListener("click", () => $("help").showModal());
$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = $("words").value.trim();
  if (words) search(words, state.documents.get(state.current.document).language, link, tell);
});
$("token").addEventListener("close", () => {
  api.keepToken($("secret").value.trim());
  $("secret").value = "";
  begin();
});
document.addEventListener("keydown", pressed);
setInterval(() => {
  if (document.visibilityState === "visible" && !state.busy && state.reviewer) look().catch(tell);
}, LOOK);
if (NARROW.matches) $("queue").open = false;
begin();
