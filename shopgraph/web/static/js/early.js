// Before anything is drawn: the theme that was chosen, so that nobody is dazzled at night.
"use strict";
try {
  const theme = localStorage.getItem("shopgraph.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // storage may be forbidden; the system's theme holds
}
