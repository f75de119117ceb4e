// Sends the filter form as soon as something is chosen, and keeps empty choices out of the address.
(function () {
  "use strict";
  document.documentElement.dataset.scripts = "on";
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("[data-filters]");
    if (!form) return;
    var chosen = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (value) chosen.set(name, value); });
    var text = chosen.toString();
    location.assign(location.pathname + (text ? "?" + text : ""));
  });
})();
