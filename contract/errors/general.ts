// Errors that any route may answer.
import type { DeclaredError } from "./types.ts";

export const generalErrors = {
  request_invalid: {
    status: 400,
    retry: "afterFix",
    title: { zh: "请求内容不符合约定", en: "The request does not match the contract" },
    next: {
      zh: "请按 errors 中逐项列出的字段修改后重新提交。",
      en: "Correct the fields listed in errors and send it again.",
    },
  },
  body_not_json: {
    status: 400,
    retry: "afterFix",
    title: { zh: "请求正文不是有效的 JSON", en: "The request body is not valid JSON" },
    next: { zh: "请检查正文格式和 Content-Type。", en: "Check the body and its Content-Type." },
  },
  form_invalid: {
    status: 400,
    retry: "afterFix",
    title: { zh: "表单内容无法解析", en: "The form cannot be read" },
    next: {
      zh: "请检查编码和百分号转义，同名字段只能出现一次。",
      en: "Check the encoding and the percent escapes; a name may occur once only.",
    },
  },
  http_malformed: {
    status: 400,
    retry: "afterFix",
    title: { zh: "不是有效的 HTTP 请求", en: "This is not a valid HTTP request" },
    next: { zh: "请检查请求行和请求头。", en: "Check the request line and the headers." },
  },
  expectation_unsupported: {
    status: 417,
    retry: "afterFix",
    title: { zh: "不支持请求头 Expect 中的要求", en: "What the Expect header asks for is not supported" },
    next: {
      zh: "请去掉 Expect 请求头，或者只写 100-continue。",
      en: "Leave the Expect header out, or say 100-continue.",
    },
  },
  headers_too_large: {
    status: 431,
    retry: "afterFix",
    title: { zh: "请求头过大", en: "The request headers are too large" },
    next: { zh: "请减少请求头的内容。", en: "Send less in the headers." },
  },
  request_timeout: {
    status: 408,
    retry: "queryFirst",
    title: { zh: "请求没有在限定时间内发送完整", en: "The request was not received completely in time" },
    next: {
      zh: "请检查网络；重试前先查询原请求的结果。",
      en: "Check the network; query the outcome before retrying.",
    },
  },
  body_too_large: {
    status: 413,
    retry: "afterFix",
    title: { zh: "请求正文过大", en: "The request body is too large" },
    next: { zh: "请缩小到 {limitBytes} 字节以内。", en: "Keep it within {limitBytes} bytes." },
  },
  content_type_unsupported: {
    status: 415,
    retry: "afterFix",
    title: { zh: "不支持这种 Content-Type", en: "This Content-Type is not supported" },
    next: { zh: "请使用 application/json。", en: "Use application/json." },
  },
  route_not_found: {
    status: 404,
    retry: "never",
    title: { zh: "没有这个地址", en: "There is nothing at this address" },
    next: { zh: "请对照 /docs 检查路径和方法。", en: "Check the path and method against /docs." },
  },
  not_found: {
    status: 404,
    retry: "never",
    title: { zh: "没有找到 {what}", en: "{what} was not found" },
    next: {
      zh: "请检查编号是否正确、是否属于本商户。",
      en: "Check the id, and that it belongs to this merchant.",
    },
  },
  not_signed_in: {
    status: 401,
    retry: "afterFix",
    title: { zh: "没有提供有效的身份凭证", en: "No valid credential was given" },
    next: {
      zh: "请在 Authorization 头中携带有效密钥，或重新打开启动时打印的登录链接。",
      en: "Send a valid key in the Authorization header, or open the sign-in link printed at start again.",
    },
  },
  not_allowed: {
    status: 403,
    retry: "never",
    title: { zh: "当前身份无权执行此操作", en: "This identity may not do that" },
    next: { zh: "请使用具备权限的角色：{roles}。", en: "Use one of these roles: {roles}." },
  },
  internal_error: {
    status: 500,
    retry: "queryFirst",
    title: { zh: "平台内部出错，已记录", en: "The platform failed; this has been recorded" },
    next: {
      zh: "请先查询原请求的结果，不要重复收款；反馈时请附上 traceId。",
      en: "Query the outcome of the original request first, do not charge again; quote the traceId when reporting.",
    },
  },
  unavailable: {
    status: 503,
    retry: "later",
    title: { zh: "服务暂时不可用", en: "The service is unavailable for the moment" },
    next: { zh: "请稍后用同一个幂等键重试。", en: "Retry later with the same idempotency key." },
  },
  too_many_requests: {
    status: 429,
    retry: "later",
    title: { zh: "请求过于频繁", en: "Too many requests" },
    next: { zh: "请按 Retry-After 等待后再试。", en: "Wait as Retry-After says, then try again." },
  },
  overloaded: {
    status: 503,
    retry: "later",
    title: {
      zh: "平台正忙，这次请求没有受理",
      en: "The platform is busy; this request was not taken up",
    },
    next: {
      zh: "请按 Retry-After 等待后，用同一个幂等键重试；此前已受理的收款不受影响，可以随时查询。",
      en: "Wait as Retry-After says, then retry with the same idempotency key; payments taken up before go on and can be queried.",
    },
  },
  share_exceeded: {
    status: 429,
    retry: "later",
    title: {
      zh: "本商户同时等待处理的请求过多，这次请求没有受理",
      en: "Too many requests of this merchant are waiting; this one was not taken up",
    },
    next: {
      zh: "请放慢发送，按 Retry-After 等待后用同一个幂等键重试；此前已受理的收款不受影响，可以随时查询。",
      en: "Send fewer at once, wait as Retry-After says, then retry with the same idempotency key; payments taken up before go on and can be queried.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
