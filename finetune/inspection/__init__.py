"""Looking at a row as the model sees it."""
