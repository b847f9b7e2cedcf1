"""Captions: photos to words."""
