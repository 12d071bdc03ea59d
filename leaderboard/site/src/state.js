// What the reader chose, kept in the address so that it can be sent to others:
// #track=2023&view=cost&find=graph&task=layout&sort=cpu&down=1&zone=AoE&team=NAME&seq=12

const KEYS = ["track", "view", "find", "task", "sort", "down", "zone", "team", "seq"];

export function linkTo(values) {
  const query = new URLSearchParams();
  for (const key of KEYS) if (values[key]) query.set(key, values[key]);
  return `#${query}`;
}

function parse(hash) {
  const query = new URLSearchParams(hash.slice(1));
  return Object.fromEntries(KEYS.map((key) => [key, query.get(key) ?? ""]));
}

// render(state) is called after every change, also by the browser's own buttons.
export function makeState(render) {
  const state = parse(location.hash);
  const show = () => render(state);
  window.addEventListener("hashchange", () => {
    Object.assign(state, parse(location.hash));
    show();
  });
  return {
    values: state,
    show,
    // A step that the browser's back button undoes, such as opening an entry.
    go(patch) {
      Object.assign(state, patch);
      history.pushState(null, "", linkTo(state));
      show();
    },
    // A change that leaves no step behind, such as a letter typed.
    set(patch) {
      Object.assign(state, patch);
      history.replaceState(null, "", linkTo(state));
      show();
    },
  };
}
