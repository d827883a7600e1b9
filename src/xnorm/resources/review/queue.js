// The list of mentions to look at.

import { $, el, many, mark, told } from "./dom.js";

export function showQueue(state, decisionOf, choose) {
  $("total").textContent = many(state.total, "mention");
  $("items").replaceChildren(
    ...state.items.map((item) => {
      const decision = decisionOf(item);
      const at = item.number === state.current?.number;
      const what = decision.status === "linked" ? decision.name : proposed(item, decision);
      return el(
        "li",
        {},
        el(
          "button",
          {
            type: "button",
            class: `${decision.status}${at ? " current" : ""}`,
            "aria-current": at ? "true" : null,
            "aria-label": `${item.text}, ${told(decision)}`,
            onclick: () => choose(item),
          },
          el("span", { class: "sign", "aria-hidden": "true" }, mark(decision)),
          el("span", { class: "words" }, item.text),
          item.repeats > 1 && el("span", { class: "repeats" }, `×${item.repeats}`),
          el("span", { class: "what" }, what),
        ),
      );
    }),
  );
  if (!state.items.length) {
    $("items").append(el("li", { class: "none" }, "Nothing here: all is done."));
  }
  $("items").querySelector(".current")?.scrollIntoView({ block: "nearest" });
}

function proposed(item, decision) {
  if (decision.status !== "open") return decision.status === "nil" ? "NIL" : "no mention";
  return item.proposal ? `${item.proposal_name}?` : "NIL?";
}

export function showProgress(found) {
  const done = found.linked + found.nil + found.deleted;
  const all = done + found.open;
  $("bar").max = Math.max(all, 1);
  $("bar").value = done;
  const parts = [`${done.toLocaleString("en")} of ${many(all, "mention")} done`];
  const { mentions, share, kappa } = found.agreement;
  if (share !== null) {
    const chance = kappa === null ? "" : `, κ ${kappa.toFixed(2)}`;
    parts.push(`reviewers agree on ${Math.round(100 * share)} % of ${mentions}${chance}`);
  }
  $("done").textContent = parts.join(" · ");
  $("done").title = Object.entries(found.reviewers)
    .map(([name, count]) => `${name}: ${many(count, "decision")}`)
    .join(", ");
}
