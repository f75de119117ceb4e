// Sets the chosen theme before the first paint, and switches it. "auto" follows the system.
(function () {
  "use strict";
  var KEY = "barometer-theme";
  var root = document.documentElement;

  function kept() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; }
  }

  function isDark() {
    var theme = root.dataset.theme;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  var theme = kept();
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-action=theme]")) return;
    var next = isDark() ? "light" : "dark";
    root.dataset.theme = next;
    try { localStorage.setItem(KEY, next); } catch (error) { /* a private window: until it closes */ }
  });
})();
