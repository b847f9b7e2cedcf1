"""How well and how fast text is linked.

    python -m benchmarks.linking --data FOLDER --format FORMAT --json FILE

Each format of data has a measurement of its own, in the module that ``MEASUREMENTS`` names.
"""

from __future__ import annotations

from importlib import import_module

from benchmarks.common import Arguments, Figures, main

MEASUREMENTS: dict[str, str] = {
    "semeval": "aspects",  # aspect mentions and their polarity, five-fold
    "conll": "names",  # brands and products in Chinese titles, on the dev part
    "ae110k": "attributes",  # attribute values in product titles, five-fold
    "csv": "speed",  # reviews in a CSV: speed and memory
    "misspellings": "misspellings",  # names of any format, misspelt
    "demo": "demo",  # the demo shop against what was planted in it
}


def measure(arguments: Arguments) -> Figures:
    """Run the measurement for the format of the data."""
    if arguments.format not in MEASUREMENTS:
        raise SystemExit(f"Name the format of the data with --format: {', '.join(MEASUREMENTS)}")
    module = import_module(f"benchmarks.linking.{MEASUREMENTS[arguments.format]}")
    figures: Figures = module.measure(arguments)
    return figures


if __name__ == "__main__":
    main("linking", measure)
