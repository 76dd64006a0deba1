"""Two configurations side by side: which customer gets which."""
