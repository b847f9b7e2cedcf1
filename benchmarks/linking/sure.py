"""What confidence is worth: of what was found with confidence .9, nine in ten should be right."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language

from linking.disambiguation.calibration import expected_calibration_error
from linking.training.labelled import LabelledText

_SURE = 0.9
_ABOUT = 0.05


def sure_figures(found: Sequence[tuple[float, bool]], what: str) -> dict[str, float | None]:
    """Give the share that is right of what was found with confidence .9 and more, and of about .9 (.85 to .95).

    Of nothing found there is no share.

    Args:
        found: confidence of each, and whether it is right.
        what: was found, for the names of the figures.
    """
    sure = [right for confidence, right in found if confidence >= _SURE]
    about = [right for confidence, right in found if abs(confidence - _SURE) < _ABOUT]
    return {
        f"right among {what} of confidence .9 and more": sum(sure) / len(sure) if sure else None,
        f"share of {what} that are of confidence .9 and more": len(sure) / len(found) if found else None,
        f"right among {what} of confidence .85 to .95": sum(about) / len(about) if about else None,
        f"calibration error of {what}": expected_calibration_error(*map(list, zip(*found, strict=True)))
        if found
        else None,
    }


def sureness(nlp: Language, labelled: Sequence[LabelledText]) -> list[tuple[float, bool]]:
    """Give the confidence of each mention that a detector finds, and whether its place and label are right."""
    found = []
    for doc, text in zip(nlp.pipe(one.text for one in labelled), labelled, strict=True):
        wanted = {(span.start, span.end, span.label) for span in text.spans}
        found += [(ent._.confidence, (ent.start_char, ent.end_char, ent.label_) in wanted) for ent in doc.ents]
    return found
