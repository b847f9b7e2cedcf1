"""Benchmark ``linking``: one command, and one measurement for each format of data."""
