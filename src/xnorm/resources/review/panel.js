// One mention: what it is, what is proposed and why, and what was done with it.

import { $, el, mark, told } from "./dom.js";

const NIL = { db_id: "", name: "None of these (NIL)", evidence: [] };

const KEYED = 9;

// What can be highlighted: candidates with a key, or all of them, and then NIL.
export const options = (opened, all) => [...opened.candidates.slice(0, all ? undefined : KEYED), NIL];

// The place of what holds, or else of what is proposed.
export function proposedAt(opened, decision, all) {
  const wanted = decision.status === "linked" ? decision.concept : opened.item.proposal;
  const id = decision.status === "nil" ? "" : wanted;
  return Math.max(options(opened, all).findIndex((one) => one.db_id === id), 0);
}

export function showMention(opened, decision, blind) {
  const { item } = opened;
  const rows = [
    el(
      "h2",
      {},
      `“${item.text}”`,
      item.type && el("small", {}, item.type),
      opened.long_form && el("small", {}, `= ${opened.long_form}`),
    ),
    el(
      "p",
      { class: `state ${decision.status}` },
      el("span", { class: "sign", "aria-hidden": "true" }, mark(decision)),
      ` ${sentence(item, decision)}`,
    ),
  ];
  if (opened.rule !== null) {
    const rule = opened.rule === "NIL" ? "never any concept" : opened.rule;
    rows.push(el("p", { class: "rule" }, `These words are always: ${rule}`));
  }
  const stated = opened.gold.map((one) => one.db_id).join(", ");
  if (stated) rows.push(el("p", { class: "soft" }, `The corpus states ${stated}.`));
  if (decision.status === "open") rows.push(el("p", { class: "soft" }, why(opened)));
  $("mention").replaceChildren(...rows);
  $("history").hidden = blind || !opened.history.length;
  $("history").querySelector("ol").replaceChildren(
    ...opened.history.map((event) =>
      el(
        "li",
        {},
        el("time", { datetime: event.time }, new Date(event.time).toLocaleString()),
        ` ${event.reviewer}: ${event.action}, ${told({ ...event.decision, reviewer: "" })}`,
      ),
    ),
  );
}

function sentence(item, decision) {
  if (decision.status !== "open") {
    const words = told(decision);
    return `${words[0].toUpperCase()}${words.slice(1)}.`;
  }
  return item.proposal ? `Open. Proposed: ${item.proposal_name}.` : "Open. Proposed: NIL.";
}

function why(opened) {
  const parts = [`doubt ${Math.round(100 * opened.item.doubt)} %`];
  const [first, second] = opened.candidates;
  if (second) parts.push(`the second candidate is ${(first.score - second.score).toFixed(2)} behind`);
  if (opened.item.repeats > 1) parts.push(`${opened.item.repeats} open mentions of these words`);
  if (opened.reason && !opened.item.proposal) parts.push(opened.reason);
  return parts.join(" · ");
}

export function showCandidates(opened, { highlighted, all }, { take, tree, more }) {
  const left = opened.candidates.length - KEYED;
  const further = el("button", { type: "button", class: "quiet", onclick: more }, `${left} more`);
  $("candidates").replaceChildren(
    ...options(opened, all).map((one, at) => {
      const nil = one === NIL;
      const key = nil ? "n" : at < 9 ? String(at + 1) : "";
      return el(
        "li",
        { class: at === highlighted ? "at" : "" },
        el(
          "button",
          {
            type: "button",
            class: "candidate",
            "aria-current": at === highlighted ? "true" : null,
            onclick: () => take(one.db_id),
          },
          el("kbd", {}, key),
          el("span", { class: "name" }, one.name),
          !nil && el("span", { class: "id" }, one.db_id),
          !nil && bar(one.score),
          !nil && el("span", { class: "evidence" }, evidence(one)),
        ),
        !nil &&
          el(
            "button",
            {
              type: "button",
              class: "tree quiet",
              "aria-label": `Above and below ${one.name}`,
              title: "Above and below (t)",
              onclick: () => tree(one.db_id),
            },
            "⋮",
          ),
      );
    }),
    !all && left > 0 ? el("li", { class: "further" }, further) : "",
  );
  $("candidates").querySelector(".at")?.scrollIntoView({ block: "nearest" });
}

function bar(score) {
  const meter = el("meter", { min: 0, max: 1, value: score, title: `score ${score.toFixed(4)}` });
  return el("span", { class: "score" }, meter, ` ${score.toFixed(2)}`);
}

// By which names of the concept, and who found them.
export function evidence(candidate) {
  const names = new Map();
  for (const one of candidate.evidence) {
    const language = one.language ? ` (${one.language})` : "";
    const key = `“${one.name}”${language}${one.query ? ` for “${one.query}”` : ""}`;
    const by = one.retriever === "exact" ? "exact" : `${one.retriever} ${one.score.toFixed(2)}`;
    names.set(key, [...(names.get(key) ?? []), by]);
  }
  return [...names].map(([name, by]) => `${name} ${by.join(", ")}`).join("; ");
}

