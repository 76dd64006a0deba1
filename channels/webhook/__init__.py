"""A system of the shop's own on both ends of signed webhooks: it sends customers' messages and gets replies and handoffs."""
