// The document: text cut at the borders of mentions, and selections as offsets.

import { $, el, told } from "./dom.js";

export function showDocument(found, current, decisionOf, choose) {
  $("document-id").replaceChildren(found.id, el("small", {}, found.language));
  const box = $("text");
  if (found.language) box.lang = found.language;
  else box.removeAttribute("lang");
  const pieces = cut(found);
  box.replaceChildren(...pieces.map((piece) => shown(piece, current, decisionOf, choose)));
  const here = box.querySelector(".current");
  if (here) reveal(box, here);
}

// Where mentions overlap, the shorter one shows.
function cut(found) {
  const points = Array.from(found.text); // offsets count these, not UTF-16 units
  const borders = new Set([0, points.length]);
  const stretches = [];
  for (const item of found.items) {
    for (const [start, end] of item.spans) {
      borders.add(start).add(end);
      stretches.push({ start, end, item });
    }
  }
  stretches.sort((a, b) => b.end - b.start - (a.end - a.start));
  const cuts = [...borders].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, at) => {
    const end = cuts[at + 1];
    const over = stretches.filter((one) => one.start <= start && end <= one.end);
    const owner = over.at(-1);
    return {
      start,
      text: points.slice(start, end).join(""),
      item: owner?.item,
      last: owner ? end === owner.end : false,
    };
  });
}

function shown(piece, current, decisionOf, choose) {
  const item = piece.item;
  if (!item) return el("span", { "data-start": piece.start }, piece.text);
  const decision = decisionOf(item);
  const at = item.number === current?.number;
  const classes = [decision.status, at ? "current" : "", piece.last ? "last" : ""];
  return el(
    "mark",
    {
      class: classes.join(" ").trim(),
      "data-start": piece.start,
      role: "button",
      tabindex: at ? 0 : -1,
      "aria-label": `${piece.text}, ${told(decision)}`,
      "aria-current": at ? "true" : null,
      onclick: () => getSelection().isCollapsed && choose(item),
    },
    piece.text,
  );
}

function reveal(box, here) {
  const room = box.getBoundingClientRect();
  const place = here.getBoundingClientRect();
  if (place.top < room.top + 8 || place.bottom > room.bottom - 8) {
    box.scrollTop += place.top - room.top - room.height / 3;
  }
}

// The selected characters as offsets without blanks around them; null without any.
export function selected() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const box = $("text");
  if (!box.contains(range.startContainer) || !box.contains(range.endContainer)) return null;
  const words = range.toString();
  const start = offset(range.startContainer, range.startOffset);
  const before = words.length - words.trimStart().length;
  const kept = Array.from(words.trim()).length;
  return kept ? { start: start + before, end: start + before + kept } : null;
}

function offset(node, at) {
  if (node.nodeType === Node.TEXT_NODE) {
    const start = Number(node.parentElement.dataset.start);
    return start + Array.from(node.data.slice(0, at)).length;
  }
  const child = node.childNodes[at];
  if (child?.nodeType === Node.TEXT_NODE) return offset(child, 0);
  if (child) return Number(child.dataset.start);
  const last = node.lastChild ?? node;
  return last.nodeType === Node.TEXT_NODE ? offset(last, last.length) : offset(last, last.childNodes.length);
}

// Selects by words with the arrow keys, from the current mention on.
export function beginSelecting() {
  const box = $("text");
  const from = box.querySelector(".current.last") ?? box.firstChild;
  box.focus();
  const selection = getSelection();
  selection.collapse(from, from.childNodes.length);
  selection.modify("move", "forward", "word");
  selection.modify("move", "backward", "word");
  selection.modify("extend", "forward", "word");
}

export function moveSelection(forward, extend) {
  const selection = getSelection();
  const direction = forward ? "forward" : "backward";
  if (extend) {
    selection.modify("extend", direction, "word");
    return;
  }
  if (forward) selection.collapseToEnd();
  else selection.collapseToStart();
  selection.modify("move", direction, "word");
  if (forward) selection.modify("move", "backward", "word");
  selection.modify("extend", "forward", "word");
}
