// Room for the names under the nodes: how much each takes, and moving nodes apart until no name covers another.

export const FONT = 11;
export const WIDEST = 116; // where a name is broken into lines
const LINE = 1.2 * FONT;
const ROUNDS = 200;

/** Estimate how wide words are written: Chinese characters are square, others about half as wide. */
function width(words) {
  let sum = 0;
  for (const character of words) sum += character > "\u2e7f" ? FONT : 0.56 * FONT;
  return sum;
}

/** Count the lines that words are broken into. */
function lines(words) {
  let [count, filled] = [1, 0];
  for (const word of words.split(/\s+/)) {
    const own = width(word);
    if (filled && filled + own > WIDEST) [count, filled] = [count + 1, 0];
    filled += own + 0.3 * FONT;
  }
  return count;
}

/** Give the box that a node and its name take: where the node stands, and how far the box reaches from there. */
export function bounds(node) {
  const words = node.data("short");
  const half = node.data("label") === "Product" ? 19 : 15;
  return { node, ...node.position(), side: Math.max(half, Math.min(WIDEST, width(words)) / 2 + 2), up: half, down: half + 4 + LINE * lines(words) };
}

/** Tell whether two boxes cover each other, or come nearer than a gap. */
export function covers(a, b, gap = 4) {
  return Math.abs(a.x - b.x) < a.side + b.side + gap && a.y - a.up < b.y + b.down + gap && b.y - b.up < a.y + a.down + gap;
}

/** Draw boxes together, or apart, into an area of the form of the page, ``loose`` times what they take by themselves. */
export function fill(boxes, form, loose) {
  if (boxes.length < 3) return;
  const [xs, ys] = ["x", "y"].map((name) => boxes.map((box) => box[name]));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left || 1, Math.max(...ys) - top || 1];
  const need = loose * boxes.reduce((sum, box) => sum + 2 * box.side * (box.up + box.down), 0);
  const height = Math.sqrt(need / form);
  for (const box of boxes) {
    box.x = ((box.x - left) / wide) * height * form;
    box.y = ((box.y - top) / high) * height;
  }
}

/** Move boxes apart, each pair along the way that is shorter, until none covers another. */
export function separate(boxes, gap = 4) {
  for (let round = 0; round < ROUNDS; round++) {
    let moved = false;
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i], boxes[j]];
        if (!covers(a, b, gap)) continue;
        moved = true;
        const across = a.side + b.side + gap - Math.abs(a.x - b.x);
        const [upper, lower] = a.y + (a.down - a.up) / 2 <= b.y + (b.down - b.up) / 2 ? [a, b] : [b, a];
        const along = upper.y + upper.down + gap - (lower.y - lower.up);
        if (across < along) {
          const [left, right] = a.x <= b.x ? [a, b] : [b, a];
          left.x -= across / 2 + 0.01;
          right.x += across / 2 + 0.01;
        } else {
          upper.y -= along / 2 + 0.01;
          lower.y += along / 2 + 0.01;
        }
      }
    }
    if (!moved) return;
  }
}
