// Who is served: a customer, or a visitor whose history lives in this tab alone.
const PLACE = "shopgraph.visitor";

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
  } catch {
    return {};
  }
}

const kept = read();

export const state = { user: new URLSearchParams(location.search).get("user") ?? kept.user ?? null, history: kept.history ?? [], hidden: kept.hidden ?? [], said: new Set() };

/** Keep it for the other pages of this tab. */
export function keep() {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ user: state.user, history: state.history, hidden: state.hidden }));
  } catch {
    // it holds until the page is left
  }
}

/** Give whom an answer is for, as the service wants it. */
export function asked() {
  if (state.user) return { user: state.user };
  return state.history.length ? { history: state.history.map((entry) => entry.id) } : {};
}
