// What the window says, in Chinese and in English.

const zh = {
  code: "zh-CN",
  launcher: "联系客服",
  unread: (n) => `联系客服，${n}条新消息`,
  dialog: (shop) => (shop ? `${shop}在线客服` : "在线客服"),
  log: "对话内容",
  close: "收起对话",
  input: "请输入您的问题",
  send: "发送",
  asPerson: "转人工",
  askPerson: "转人工",
  rate: "评价服务",
  bot: "智能客服",
  person: "人工客服",
  notice: "系统通知",
  you: "我",
  online: "在线，随时为您解答",
  queueing: "正在排队，同事看到后会马上回复您",
  registered: "已为您登记，同事上线后会回复您",
  withPerson: (name) => (name ? `${name} 正在为您服务` : "人工客服正在为您服务"),
  joined: (name) => (name ? `人工客服 ${name} 已接入` : "人工客服已接入"),
  queued: "已为您转接人工客服，请稍等",
  returned: (name) => `人工客服已结束服务，${name || "智能客服"}继续为您解答`,
  ended: "本次人工服务已结束，有问题随时再找我们",
  greeting: (shop, name) => `您好，我是${shop}的智能客服${name}。订单物流、退换货、商品和优惠，都可以问我。`,
  chips: ["我的订单到哪了", "怎么退换货", "多久发货", "现在有什么优惠"],
  productChips: ["这款还有货吗", "这款有优惠吗"],
  looking: "您正在看",
  there: "有货",
  few: (n) => `仅剩${n}件`,
  presale: (day) => (day ? `预售，预计${day}发货` : "预售"),
  none: (day) => (day ? `暂时缺货，预计${day}补货` : "暂时缺货"),
  from: (price) => `${price}起`,
  sources: "回答依据",
  moreSources: (n) => `还有${n}条依据`,
  kinds: { policy: "规则", product: "商品", promotion: "活动", order: "订单", shipment: "物流" },
  version: (n) => `第${n}版`,
  validity: (from, to) => (from && to ? `${from}至${to}有效` : from ? `${from}起有效` : to ? `${to}前有效` : ""),
  typing: "正在输入",
  sending: "发送中",
  waiting: "待发送",
  failed: "未发送",
  again: "重新发送",
  refused: {
    message_too_long: "消息太长啦，麻烦您分几条发送",
    message_garbled: "这条消息里没有可以识别的文字",
    token_invalid: "登录已过期，请刷新页面后重新发送",
    token_missing: "登录已过期，请刷新页面后重新发送",
    guests_not_served: "请先登录，再联系客服",
    other: "这条消息没有发送成功",
  },
  lost: "暂时连接不上客服，您的消息已保存，恢复后会自动发送",
  closed: (hours) => `现在不在人工服务时间${hours ? `（${hours}）` : ""}`,
  callBack: "智能客服照常为您解答；需要人工请直接留言，同事上线后会第一时间回复您。",
  hotline: (number) => `客服热线 ${number}`,
  days: { mon: "周一", tue: "周二", wed: "周三", thu: "周四", fri: "周五", sat: "周六", sun: "周日" },
  daySpan: (first, last) => (last ? `${first}至${last}` : first),
  hoursJoin: "，",
  rateAsk: "这次的服务您还满意吗？",
  rateSend: "提交评价",
  rateSkip: "暂不评价",
  rateThanks: "感谢您的评价，我们会继续努力。",
  rateAlready: "您已经评价过这次服务，谢谢。",
  rateLost: "评价没有提交成功，请稍后再试。",
  stars: ["", "很不满意", "不满意", "一般", "满意", "非常满意"],
  star: (n, said) => `${n}分，${said}`,
};

const en = {
  code: "en",
  launcher: "Chat with us",
  unread: (n) => `Chat with us, ${n} new ${n === 1 ? "message" : "messages"}`,
  dialog: (shop) => (shop ? `Chat with ${shop}` : "Chat"),
  log: "Conversation",
  close: "Close chat",
  input: "Type your question",
  send: "Send",
  asPerson: "Talk to a person",
  askPerson: "I would like to talk to a person (转人工)",
  rate: "Rate us",
  bot: "AI assistant",
  person: "Agent",
  notice: "Notice",
  you: "You",
  online: "Online, happy to help",
  queueing: "You are in the queue, we reply soon",
  registered: "Noted, we reply when we are back",
  withPerson: (name) => (name ? `${name} is helping you` : "A colleague is helping you"),
  joined: (name) => (name ? `${name} has joined` : "A colleague has joined"),
  queued: "You are being connected to a person, one moment please",
  returned: (name) => `Our colleague has left; ${name || "the assistant"} is here for you`,
  ended: "This conversation with our colleague has ended; write to us any time",
  greeting: (shop, name) => `Hello, I am ${name}, the AI assistant of ${shop}. Ask me about orders, returns, products and offers.`,
  chips: [],
  productChips: [],
  looking: "You are looking at",
  there: "In stock",
  few: (n) => `Only ${n} left`,
  presale: (day) => (day ? `Pre-order, ships around ${day}` : "Pre-order"),
  none: (day) => (day ? `Sold out, back around ${day}` : "Sold out"),
  from: (price) => `from ${price}`,
  sources: "Based on",
  moreSources: (n) => `${n} more`,
  kinds: { policy: "Policy", product: "Product", promotion: "Offer", order: "Order", shipment: "Parcel" },
  version: (n) => `version ${n}`,
  validity: (from, to) => (from && to ? `valid ${from} to ${to}` : from ? `valid from ${from}` : to ? `valid until ${to}` : ""),
  typing: "Typing",
  sending: "Sending",
  waiting: "Waiting to be sent",
  failed: "Not sent",
  again: "Send again",
  refused: {
    message_too_long: "This message is too long, please send it in parts",
    message_garbled: "There is no readable text in this message",
    token_invalid: "Your session has expired, please reload the page and send again",
    token_missing: "Your session has expired, please reload the page and send again",
    guests_not_served: "Please sign in first to chat with us",
    other: "This message could not be sent",
  },
  lost: "We cannot be reached right now. Your messages are kept and sent as soon as we are back",
  closed: (hours) => `Our colleagues are not on duty now${hours ? ` (${hours})` : ""}`,
  callBack: "The AI assistant goes on answering. Leave a message for a person and we will get back to you first thing.",
  hotline: (number) => `Hotline ${number}`,
  days: { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" },
  daySpan: (first, last) => (last ? `${first} to ${last}` : first),
  hoursJoin: ", ",
  rateAsk: "How was our service today?",
  rateSend: "Send rating",
  rateSkip: "Not now",
  rateThanks: "Thank you for your rating.",
  rateAlready: "You have rated this conversation already, thank you.",
  rateLost: "Your rating could not be sent, please try again later.",
  stars: ["", "very bad", "bad", "fair", "good", "very good"],
  star: (n, said) => `${n} of 5, ${said}`,
};

/** The words of a language; Chinese where it is not known. */
export function wordsOf(language) {
  return /^en\b/i.test(language || "") ? en : zh;
}

/** The shop's hours in words. */
export function sayHours(words, hours) {
  const name = (day) => words.days[day.trim().toLowerCase().slice(0, 3)] || day.trim();
  return hours
    .map(({ days, hours: span }) => {
      const [first, last] = days.split("-");
      return `${words.daySpan(name(first), last && name(last))} ${span}`;
    })
    .join(words.hoursJoin);
}

/** A price with its currency's sign. */
export function sayPrice(words, amount, currency) {
  const number = Number(amount);
  if (!Number.isFinite(number)) return String(amount);
  try {
    return new Intl.NumberFormat(words.code, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: Number.isInteger(number) ? 0 : 2,
    }).format(number);
  } catch {
    return `${amount} ${currency}`;
  }
}
