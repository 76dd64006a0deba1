"""Training: a planned, watched and resumable run of LoRA on a base model."""
