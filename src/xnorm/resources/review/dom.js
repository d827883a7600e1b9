// Elements are made, never parsed: what comes from texts is only ever text.

export const $ = (id) => document.getElementById(id);

export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null && child !== "" && child !== false));
  return made;
}

export const many = (count, what) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

const MARKS = { open: "○", linked: "✓", nil: "∅", deleted: "✕" };
const WORDS = { open: "open", linked: "linked", nil: "NIL", deleted: "deleted" };

export const mark = (decision) => MARKS[decision.status];

export function told(decision) {
  const what = decision.status === "linked" ? `linked to ${decision.name}` : WORDS[decision.status];
  return decision.reviewer ? `${what} by ${decision.reviewer}` : what;
}
