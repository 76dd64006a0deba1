"""The mailroom: messages are accepted, worked in the background and delivered; nothing accepted is forgotten."""
