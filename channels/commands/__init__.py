"""The commands that serve the shop or talk with it in the terminal."""
