// Keeps an open page true: asks each second for what changed, puts it in, says so when the server is
// gone, never gives up, and loads the page anew when the application itself has changed.
(function () {
  "use strict";
  var EVERY = 1000;
  var LONGEST = 10000;
  var TIMEOUT = 8000;
  var LOST_AFTER = 2; // failures in a row
  var ANEW_AFTER = 15000; // between two loads of the page by itself
  var root = document.documentElement;
  var revision = root.dataset.revision || null;
  var etag = null, pending = null, failures = 0, timer = null, isAsking = false;
  var address = null;

  function entry() { return document.getElementById("react-entry-point"); }

  // React has painted the screen: the block that stood in for it goes, so no figure is there twice.
  function isPainted() {
    var painted = entry() && entry().querySelector("[data-screen]");
    if (!painted) return false;
    var boot = document.getElementById("boot");
    if (boot) {
      boot.remove();
      document.dispatchEvent(new Event("barometer:painted"));
    }
    return true;
  }

  function find() {
    var screen = document.querySelector("[data-live]");
    return screen ? screen.dataset.live : null;
  }

  function apply() {
    if (!pending || !isPainted() || !window.dash_clientside || !window.dash_clientside.set_props) return;
    var payload = pending;
    pending = null;
    var watchdog = window.barometerWatchdog;
    var at = watchdog ? watchdog.now() : Date.now();
    var shift = Math.max(0, Math.round((at - Date.parse(payload.as_of)) / 1000));
    Object.keys(payload.regions).forEach(function (id) {
      var node = document.getElementById(id);
      var region = payload.regions[id];
      if (!node || node.dataset.hash === region.hash) return;
      window.dash_clientside.set_props(id, {
        children: region.props.children,
        "data-hash": region.hash,
        style: { "--shift": shift + "s" },
      });
    });
    var screen = entry().querySelector("[data-screen]");
    if (screen) screen.dataset.version = payload.version.join(".");
    requestAnimationFrame(function () { document.dispatchEvent(new Event("barometer:painted")); });
  }

  function found(ok) {
    failures = ok ? 0 : failures + 1;
    if (ok && root.dataset.link === "lost") {
      delete root.dataset.link;
      banner(false);
    } else if (!ok && failures >= LOST_AFTER && root.dataset.link !== "lost") {
      root.dataset.link = "lost";
      banner(true);
    }
  }

  function banner(isLost) {
    var node = document.getElementById("lost");
    if (!node) return;
    var at = window.barometerWatchdog ? window.barometerWatchdog.now() : Date.now();
    var options = { hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone };
    document.getElementById("lost-since").textContent =
      " since " + new Intl.DateTimeFormat("en-GB", options).format(new Date(at));
    node.hidden = !isLost;
  }

  // Loads the page anew, but not again and again: while the cause lasts, the page stands and says so.
  function loadAnew(why) {
    var now = Date.now();
    try {
      var last = Number(sessionStorage.getItem("barometer-anew"));
      if (now < last || now - last > ANEW_AFTER) {
        sessionStorage.setItem("barometer-anew", String(now));
        location.reload();
      }
    } catch (_) { // nothing can be kept here: the age of the page tells
      if (performance.now() > ANEW_AFTER) location.reload();
    }
    throw new Error(why);
  }

  function pause() {
    if (!failures) return EVERY;
    var wait = Math.min(LONGEST, EVERY * Math.pow(1.6, failures));
    return wait * (0.75 + Math.random() * 0.25); // many screens must not return in step
  }

  function again(wait) {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  }

  function ask() {
    if (isAsking) return;
    address = find() || address;
    isPainted();
    if (!address) return again(EVERY);
    isAsking = true;
    var stop = new AbortController();
    var limit = setTimeout(function () { stop.abort(); }, TIMEOUT);
    var headers = etag ? { "If-None-Match": etag } : {};
    fetch(address, { headers: headers, cache: "no-store", signal: stop.signal })
      .then(function (answer) {
        if (answer.status === 401) loadAnew("logged out");
        if (answer.status === 503) return null; // it is there, and still busy with the first figures
        if (answer.status !== 304 && !answer.ok) throw new Error("status " + answer.status);
        var date = Date.parse(answer.headers.get("Date") || "");
        if (window.barometerWatchdog && !isNaN(date)) window.barometerWatchdog.setServerTime(date + 500);
        return answer.status === 304 ? null : answer.json().then(function (payload) {
          if (revision && payload.revision !== revision) loadAnew("a new release");
          revision = payload.revision;
          etag = answer.headers.get("ETag");
          pending = payload;
        });
      })
      .then(function () { found(true); apply(); })
      .catch(function () { found(false); })
      .finally(function () {
        clearTimeout(limit);
        isAsking = false;
        again(pause());
      });
  }

  new MutationObserver(function () { if (isPainted()) apply(); })
    .observe(document.body, { childList: true, subtree: true });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) again(0); });
  window.addEventListener("online", function () { again(0); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) again(0); });
  var waiting = document.querySelector("[data-reload-s]");
  if (waiting) setTimeout(function () { location.reload(); }, 1000 * Number(waiting.dataset.reloadS));
  ask();
})();
