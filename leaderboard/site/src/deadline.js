// The deadline in the reader's own zone, and a countdown that no screen reader is made to
// read out every second: role "timer" is silent unless it is visited.
import { el } from "./dom.js";
import { instantText, leftText } from "./times.js";

export function showDeadline(root, deadline) {
  const section = root.querySelector(".podium-deadline");
  if (!section || Number.isNaN(deadline)) return;
  const left = el("p", { class: "podium-left", role: "timer" });
  section.querySelector("h3").after(left);
  section
    .querySelector("dl")
    .append(el("div", {}, el("dt", {}, "Your zone"), el("dd", {}, instantText(deadline, "local"))));
  const tick = () => {
    left.textContent = leftText(deadline, Date.now());
    if (Date.now() < deadline) setTimeout(tick, 1000 - (Date.now() % 1000));
  };
  tick();
}
