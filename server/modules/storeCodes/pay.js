// Pays on the phone that has this page open: asks the server for a call that is signed now, hands it to the wallet’s bridge,
// and shows what the server says became of the payment. Plain functions: wallets open it in browsers of every age.
(function () {
  "use strict";
  const box = document.getElementById("paying");
  const status = document.getElementById("status");
  const button = document.getElementById("again");
  if (!box || !status || !button) return;
  const address = box.getAttribute("data-address");
  let started = false;
  let looks = 0;
  const looksMax = 40;

  function say(name) {
    status.textContent = box.getAttribute("data-" + name) || "";
    box.setAttribute("data-state", name);
  }

  function offerAgain(name) {
    say(name);
    button.hidden = false;
  }

  // Calls back with what the server says of the payment; with “gone” where the page is of no use any more; with null where
  // nothing came, or nothing that can be read.
  function ask(query, then) {
    const request = new XMLHttpRequest();
    request.open("GET", address + query);
    request.timeout = 15000;
    request.onload = function () {
      let view;
      try {
        view = JSON.parse(request.responseText);
      } catch (error) {
        view = null;
      }
      if (request.status === 200) return then(view);
      then([404, 409, 410].indexOf(request.status) >= 0 ? { state: "gone", call: null } : null);
    };
    request.onerror = request.ontimeout = function () {
      then(null);
    };
    request.send();
  }

  function shown(view) {
    if (!view || ["paid", "over", "gone"].indexOf(view.state) < 0) return false;
    say(view.state);
    button.hidden = true;
    return true;
  }

  // The bridge’s word counts for nothing: only the server knows.
  function watch() {
    looks += 1;
    ask("", function (view) {
      if (shown(view)) return;
      if (looks >= looksMax) return say("unclear");
      window.setTimeout(watch, 1500);
    });
  }

  function answered(result) {
    const said = (result && result.err_msg) || "";
    if (said === "get_brand_wcpay_request:ok") {
      say("confirming");
      looks = 0;
      return watch();
    }
    const cancelled = said === "get_brand_wcpay_request:cancel";
    say("confirming");
    // The channel is asked, and what it says is what is known.
    ask("?asked=1", function (view) {
      if (shown(view)) return;
      looks = 0;
      if (view && view.state === "unclear") return watch();
      if (view && view.state === "unpaid") return offerAgain(cancelled ? "cancelledunpaid" : "unpaid");
      offerAgain(cancelled ? "cancelled" : "failed");
    });
  }

  function begin() {
    button.hidden = true;
    say("opening");
    ask("?call=1", function (view) {
      if (shown(view)) return;
      if (!view) return offerAgain("lost");
      // Expired, or being closed: what became of it is known in a moment, and nobody is to pay it anew before that.
      if (!view.call) {
        say("unclear");
        looks = 0;
        return watch();
      }
      window.WeixinJSBridge.invoke("getBrandWCPayRequest", view.call, answered);
    });
  }

  function ready() {
    if (started || !window.WeixinJSBridge) return;
    started = true;
    begin();
  }

  button.addEventListener("click", begin);
  document.addEventListener("WeixinJSBridgeReady", ready, false);
  ready();
  window.setTimeout(function () {
    if (!started) say("nobridge");
  }, 3000);
})();
