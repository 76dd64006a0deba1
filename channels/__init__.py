"""Ways in for customers and staff: the HTTP surface and the terminal."""
