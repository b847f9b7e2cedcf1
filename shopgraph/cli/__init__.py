"""The command line: one small file for each command, all that is heavy imported when a command runs."""

from __future__ import annotations

from shopgraph.cli.app import app, main

__all__ = ["app", "main"]
