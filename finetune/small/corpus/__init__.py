"""What the small model is pre-trained on: turns of shops that are drawn anew for each one."""
