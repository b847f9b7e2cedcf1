"""Further heads on the same vectors, each measured on data of its kind.

    python -m benchmarks.heads --data ../shared/data/fashion-photos --format fashion --json FILE
    python -m benchmarks.heads --data ../shared/data/amazon-musical-reviews --format amazon --json FILE
    python -m benchmarks.heads --data ../shared/data/amazon-beauty-kg --format pgpr --json FILE

Of photos with titles (``fashion``) the categories are told, and mistakes planted in them found. Of reviews
(``amazon``) the ratings are foretold. Of any other set with a test part the chances of a purchase are judged;
``--fusion none`` does so for the closed form alone, ``--trials 0`` with its default parameters.
"""

from __future__ import annotations

from benchmarks.common import Arguments, Figures, main
from benchmarks.heads_categories import measure_categories
from benchmarks.heads_purchases import measure_purchases
from benchmarks.heads_ratings import measure_ratings

OPTIONS = {"--planted": "0.05", "--held-out": "0.2", "--trials": "usual", "--fusion": "hybrid", "--memory-gib": "8"}


def measure(arguments: Arguments) -> Figures:
    """Measure the head that the data can judge."""
    own = {"fashion": measure_categories, "amazon": measure_ratings}
    return own.get(arguments.format or "", measure_purchases)(arguments)


if __name__ == "__main__":
    main("heads", measure, options=OPTIONS)
