// What the page knows, and what follows from it.

import { $ } from "./dom.js";

export const state = {
  reviewer: "",
  items: [],
  total: 0,
  current: null,
  opened: null,
  highlighted: 0,
  all: false, // candidates, not only those with a key
  offset: 0,
  documents: new Map(),
  last: 0,
  selecting: false,
  busy: false,
};

export const blind = () => $("show").value === "second";

// A second look must not see the first: until one's own decision it is as if open.
export function decisionOf(item) {
  const others = blind() && item.decision.reviewer && item.decision.reviewer !== state.reviewer;
  return others ? { status: "open", reviewer: "" } : item.decision;
}

export const isToDo = (item) => ($("show").value === "open" || blind()) && decisionOf(item).status === "open";

// A mention as it is now, wherever it is shown.
export function patch(item) {
  state.items = state.items.map((one) => (one.number === item.number ? item : one));
  if (state.current?.number === item.number) state.current = item;
  const found = state.documents.get(item.document);
  if (!found) return;
  const items = found.items.filter((one) => one.number !== item.number);
  items.push(item);
  items.sort((a, b) => a.spans[0][0] - b.spans[0][0] || a.number - b.number);
  state.documents.set(item.document, { ...found, items });
}
