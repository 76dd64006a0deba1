"""What editors own: the shop pack, its checks and its releases."""
