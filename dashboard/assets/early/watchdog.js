// Marks every figure that is past its deadline and keeps all ages going. Depends on nothing else on the
// page: where Dash, React or the live script fail, this goes on. No figure is believed for longer than
// its own deadline, measured on the server's clock.
(function () {
  "use strict";
  var NARROW = "\u202f";
  var base = serverNow();

  // The server's clock when the document was made, and both of the browser's clocks then. A wall clock
  // that jumps back must not make figures younger, one that stands still while the machine sleeps neither.
  function serverNow() {
    var meta = document.querySelector('meta[name="barometer-now"]');
    var told = meta ? Date.parse(meta.content) : NaN;
    var entry = performance.getEntriesByType("navigation")[0];
    var since = entry && entry.responseStart ? performance.now() - entry.responseStart : 0;
    return mark(isNaN(told) ? Date.now() : told + since);
  }

  function mark(at) {
    return { at: at, ticks: performance.now(), wall: Date.now() };
  }

  function now() {
    return base.at + Math.max(performance.now() - base.ticks, Date.now() - base.wall);
  }

  function age(seconds) {
    var whole = Math.max(0, Math.floor(seconds));
    if (whole < 60) return whole + NARROW + "s";
    if (whole < 3600) return Math.floor(whole / 60) + NARROW + "min";
    if (whole < 172800) return Math.floor(whole / 3600) + NARROW + "h";
    return String(Math.floor(whole / 86400)).replace(/\B(?=(\d{3})+$)/g, NARROW) + NARROW + "days";
  }

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  function write(node, text) {
    if (node && node.textContent !== text) node.textContent = text;
  }

  function sweep() {
    var at = now();
    each("[data-as-of][data-deadline-s]", function (node) {
      var asOf = Date.parse(node.dataset.asOf);
      if (isNaN(asOf)) return;
      var isStale = (at - asOf) / 1000 > Number(node.dataset.deadlineS);
      if (isStale && node.dataset.stale !== "true") node.dataset.stale = "true";
      if (!isStale && node.dataset.stale) delete node.dataset.stale;
    });
    each("[data-age-of]", function (node) {
      write(node.querySelector(".age"), age((at - Date.parse(node.dataset.ageOf)) / 1000));
    });
    each("[data-clock]", function (node) {
      write(node, new Intl.DateTimeFormat("en-GB", {
        hour: "2-digit", minute: "2-digit", timeZone: node.dataset.clock,
      }).format(new Date(at)));
    });
  }

  function safely() {
    try { sweep(); } catch (error) { console.error(error); }
  }

  window.barometerWatchdog = {
    // The live script passes the server's clock on. Small differences are the network's: left alone.
    setServerTime: function (at) {
      if (Math.abs(at - now()) > 1500) base = mark(at);
    },
    now: now,
    age: age,
    sweep: safely,
  };
  setInterval(safely, 1000);
  document.addEventListener("visibilitychange", safely);
  document.addEventListener("barometer:painted", safely);
  safely();
})();
