"""Staff in DingTalk (钉钉): a card for each handoff, and the conversation with the customer in the chat with the robot."""
