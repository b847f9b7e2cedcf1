"""The file of aliases: a CSV in which people list other names of brands, categories, attributes and products."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from linking.lexicon.build import AliasRow
from linking.mentions import NodeRef

LABELS: tuple[str, ...] = ("Brand", "Category", "Attribute", "Aspect", "Product")
_COLUMNS = ("label", "id", "alias")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out, and why."""

    line: int
    reason: str


def read_aliases(path: Path) -> tuple[tuple[AliasRow, ...], tuple[BadRow, ...]]:
    """Read ``label,id,alias`` rows; give the good ones, and the bad ones with the reason.

    Raises:
        InputError: the file is missing, is not UTF-8 text, or lacks a column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"The aliases in {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    reader = csv.DictReader(text.splitlines())
    if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
        raise InputError(
            f'{path} has no column "{missing[0]}". Its first line must be: {",".join(_COLUMNS)}; such as: '
            "Brand,Apple,苹果"
        )
    good: list[AliasRow] = []
    bad: list[BadRow] = []
    for row in reader:
        label, id_, alias = ((row[name] or "").strip() for name in _COLUMNS)
        if label not in LABELS:
            bad.append(BadRow(reader.line_num, f'no label "{label}"; there are {", ".join(LABELS)}'))
        elif not id_ or not alias:
            bad.append(BadRow(reader.line_num, "id and alias may not be empty"))
        else:
            good.append(AliasRow(NodeRef(label, id_), alias))
    return tuple(good), tuple(bad)
