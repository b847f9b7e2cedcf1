"""The web pages: guide, graph browser, queries and report. Browsers read the files as they are; nothing is built."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
"""Folder of all files that browsers may have, but for ``pages/``, which is put into the frame first."""
