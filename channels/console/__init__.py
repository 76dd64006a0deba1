"""The console: where a shop's people see conversations, take them over, and mend what the agent knows."""
