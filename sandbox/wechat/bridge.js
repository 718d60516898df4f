// Plays WeixinJSBridge in pages that the simulated WeChat opens: shows what is to be paid, takes the password, and tells the
// page how it ended, in the words of the real one.
(function () {
  "use strict";
  const english = !/^zh/i.test(document.documentElement.lang || navigator.language);
  const words = english
    ? {
        ...{ title: "WeChat Pay (sandbox)", password: "Password", pay: "Pay", cancel: "Cancel" },
        hint: "The demo password is 123456",
        cannotPay: "The chosen means cannot pay this. Choose another one in the wallet, then pay again.",
      }
    : {
        ...{ title: "微信支付（沙箱）", password: "支付密码", pay: "确认付款", cancel: "取消" },
        hint: "演示密码是 123456",
        cannotPay: "所选的付款方式付不了这笔款。请在钱包里换一种，再确认付款。",
      };

  const stop = english ? ". " : "。";

  function post(path, body) {
    const headers = {
      "content-type": "application/json",
      "x-huiyin-bridge": "1",
      "accept-language": english ? "en" : "zh-CN",
    };
    return fetch(path, { method: "POST", headers, body: JSON.stringify(body) }).then((answer) =>
      answer.json().then((value) => {
        if (value.code === "sandbox_payer_cannot_pay") throw new Error(words.cannotPay);
        if (!answer.ok) throw new Error([value.title, value.detail].filter(Boolean).join(stop));
        return value;
      }),
    );
  }

  function element(name, style, text) {
    const made = document.createElement(name);
    Object.assign(made.style, style);
    if (text) made.textContent = text;
    return made;
  }

  const wide = { display: "block", width: "100%", margin: "12px 0 0", padding: "12px", font: "inherit" };

  function cashier(trade, done) {
    const dialog = element("dialog", {
      ...{ border: "0", borderRadius: "16px", padding: "24px", width: "20rem", font: "16px/1.5 system-ui" },
    });
    const form = element("form", {});
    const password = element("input", { ...wide, boxSizing: "border-box", textAlign: "center" });
    password.type = "password";
    password.inputMode = "numeric";
    password.maxLength = 6;
    password.autocomplete = "off";
    password.setAttribute("aria-label", words.password);
    password.placeholder = words.password;
    const hint = element("p", { color: "#5a6b69", margin: "8px 0 0" }, words.hint);
    const note = element("p", { color: "#b3261e", margin: "8px 0 0" });
    note.setAttribute("role", "alert");
    const pay = element("button", {
      ...{ ...wide, border: "0", borderRadius: "8px", background: "#07c160", color: "#fff" },
    });
    pay.textContent = words.pay;
    const cancel = element("button", { ...wide, border: "0", background: "none" }, words.cancel);
    cancel.type = "button";
    const close = (said) => {
      dialog.close();
      dialog.remove();
      done(said);
    };
    cancel.addEventListener("click", () => close("cancel"));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close("cancel");
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      note.textContent = "";
      post("/wechat/bridge/confirmation", { tradeNo: trade.tradeNo, password: password.value }).then(
        () => close("ok"),
        (error) => {
          note.textContent = error.message;
          password.value = "";
          password.focus();
        },
      );
    });
    form.append(
      element("strong", {}, words.title),
      element("p", { margin: "12px 0 0" }, trade.merchantName),
      element("p", { fontSize: "32px", fontWeight: "700", margin: "0" }, `¥${trade.amountText}`),
      ...[password, hint, note, pay, cancel],
    );
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
    password.focus();
  }

  window.WeixinJSBridge = {
    invoke: (name, call, callback) => {
      if (name !== "getBrandWCPayRequest") return callback({ err_msg: "system:function_not_exist" });
      post("/wechat/bridge/payment", call).then(
        (trade) => cashier(trade, (said) => callback({ err_msg: `get_brand_wcpay_request:${said}` })),
        (error) => callback({ err_msg: "get_brand_wcpay_request:fail", err_desc: error.message }),
      );
    },
  };
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
})();
