"""Training of mention detection and entity linking on labelled text."""
