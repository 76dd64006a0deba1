"""WeCom's customer service (微信客服): customers write in WeChat, servicers (接待人员) answer in WeCom's own client."""
