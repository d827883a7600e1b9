// The terminology: found by words, and walked through from concept to concept.

import * as api from "./api.js";
import { $, el, many } from "./dom.js";
import { evidence } from "./panel.js";

export function clearFound() {
  $("words").value = "";
  $("found").replaceChildren();
}

export async function search(words, language, take, tell) {
  try {
    const { candidates } = await api.search(words, language);
    const rows = candidates.map((one) =>
      el("li", {}, choice(one.db_id, one.name, evidence(one), take), walk(one.db_id, one.name, take, tell)),
    );
    const none = el("p", { class: "soft" }, "Nothing is near these words.");
    $("found").replaceChildren(rows.length ? el("ol", { class: "rows" }, ...rows) : none);
    $("found").querySelector("button")?.focus();
  } catch (error) {
    tell(error);
  }
}

export async function showPlace(id, take, tell) {
  try {
    const { concept, parents, children, more } = await api.place(id);
    const preferred = concept.names[0].text;
    const others = [...new Set(concept.names.slice(1).map((one) => one.text))].slice(0, 8);
    $("found").replaceChildren(
      el(
        "div",
        { class: "place" },
        level("Above", parents, take, tell),
        el("div", { class: "here" }, choice(concept.id, preferred, others.join(" · "), take)),
        concept.definition && el("p", { class: "soft" }, concept.definition),
        level("Below", children, take, tell),
        more > 0 && el("p", { class: "soft" }, `and ${many(more, "concept")} more`),
      ),
    );
    $("found").querySelector(".here button").focus();
  } catch (error) {
    tell(error);
  }
}

function level(title, neighbours, take, tell) {
  if (!neighbours.length) return null;
  const rows = neighbours.map((one) => {
    const below = one.children ? many(one.children, "concept") + " below" : "";
    return el("li", {}, choice(one.id, one.name, below, take), walk(one.id, one.name, take, tell));
  });
  return el("section", {}, el("h3", {}, title), el("ol", { class: "rows" }, ...rows));
}

function choice(id, name, more, take) {
  return el(
    "button",
    { type: "button", class: "candidate", "data-id": id, onclick: () => take(id) },
    el("span", { class: "name" }, name),
    el("span", { class: "id" }, id),
    more && el("span", { class: "evidence" }, more),
  );
}

function walk(id, name, take, tell) {
  return el(
    "button",
    {
      type: "button",
      class: "tree quiet",
      "aria-label": `Above and below ${name}`,
      title: "Above and below",
      onclick: () => showPlace(id, take, tell),
    },
    "⋮",
  );
}
