// Instants in the zones that matter here, and the time that is left.

const HOUR = 3600000;
const two = (number) => String(number).padStart(2, "0");

const digits = (date) => date.toISOString().slice(0, 19).replace("T", " ");

// Anywhere on Earth is UTC-12, by arithmetic: a zone of that name means UTC to most systems.
const AOE_OFFSET = -12 * HOUR;

function offsetText(minutes) {
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function localText(ms) {
  const minutes = -new Date(ms).getTimezoneOffset();
  return `${digits(new Date(ms + minutes * 60000))} ${offsetText(minutes)}`;
}

export const ZONES = ["UTC", "AoE", "local"];

export function instantText(ms, zone) {
  if (Number.isNaN(ms)) return "-";
  if (zone === "local") return localText(ms);
  return zone === "AoE" ? `${digits(new Date(ms + AOE_OFFSET))} AoE` : `${digits(new Date(ms))} UTC`;
}

const plural = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;

// A deadline is the first instant that is too late: at it, nothing is left.
export function leftText(deadline, now) {
  const left = deadline - now;
  const days = Math.floor(Math.abs(left) / (24 * HOUR));
  if (left <= 0) return days === 0 ? "Closed today." : `Closed ${plural(days, "day")} ago.`;
  const seconds = Math.ceil((left % (24 * HOUR)) / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return `${days > 0 ? `${plural(days, "day")} and ` : ""}${clock} left.`;
}

// Rewrites every instant of the page but those that say their zone themselves.
export function showZone(root, zone) {
  for (const time of root.querySelectorAll("time:not([data-zone])")) {
    const ms = Date.parse(time.getAttribute("datetime"));
    if (!Number.isNaN(ms)) time.textContent = instantText(ms, zone);
  }
}
