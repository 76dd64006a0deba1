"""One turn: what it looks at, the steps it takes, and what it leaves behind."""
