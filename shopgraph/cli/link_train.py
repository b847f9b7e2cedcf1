"""``shopgraph link-train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.options import JsonOption, open_project
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from linking.lexicon.lexicon import Lexicon
    from linking.training import TrainReport
    from linking.training.vectors import WordVectors

_MOST_REJECTS = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("link-train")(link_train)


def link_train(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of labelled text.")],
    language: Annotated[str, typer.Option("--language", "-l", help="Language of the texts, such as en or zh.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write the trained pipeline to.")],
    format_name: Annotated[
        str | None, typer.Option("--format", "-f", help="Format of the files.", show_default="found out")
    ] = None,
    component: Annotated[
        list[str] | None,
        typer.Option(
            help="What to train: crf, ner, spancat or entity_linker; give it once for each.",
            show_default="all, the entity linker where mentions name nodes",
        ),
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", "-p", help="Project whose graph gives names and aliases.")
    ] = None,
    unlabelled: Annotated[
        Path | None,
        typer.Option(help="File of plain text, one a line, such as reviews: words that are used alike are learned."),
    ] = None,
    vectors: Annotated[
        Path | None, typer.Option(help="Folder of an encoder (vocab.txt, model.safetensors) that gives word vectors.")
    ] = None,
    held_out: Annotated[float, typer.Option(help="Share of the texts to judge on.")] = 0.2,
    passes: Annotated[
        int | None,
        typer.Option(min=1, help="Passes of ner, spancat and the entity linker.", show_default="by number of texts"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random choice.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Train mention detection and linking on labelled text.

    A part of the texts is kept apart, and precision, recall and F1 are measured on it. One text a line:
    {"text": "The strap broke.", "language": "en", "mentions": [{"start": 4, "end": 9, "label": "Aspect", "node":
    "strap"}]}. SemEval XML, CoNLL characters and AE-110k are read too.

    Example: shopgraph link-train labelled.jsonl --language en --out trained
    """
    from linking.training import Schedule, train_linking
    from linking.training.lexical import alias_rows, gazetteer_of
    from shopgraph.cli.progress import Bar

    if unlabelled is not None and vectors is not None:
        raise typer.BadParameter("give --unlabelled or --vectors, not both", param_hint="--vectors")
    lexicon = _lexicon(project) if project is not None else None
    words = _vectors(unlabelled, vectors)
    with Bar() as bar:
        report = train_linking(
            files,
            out,
            language=language,
            format_name=format_name,
            components=component or None,
            gazetteer=gazetteer_of(lexicon) if lexicon is not None else (),
            vectors=words,
            aliases=alias_rows(lexicon) if lexicon is not None else (),
            fraction=held_out,
            schedule=Schedule(passes=passes),
            seed=seed,
            progress=bar,
        )
    if as_json:
        print_json(report.as_dict())
    else:
        print_report(report)


def print_report(report: TrainReport) -> None:
    """Print what each component found of the held-out part, and what was set aside."""
    rows = [
        (kind, label, own["precision"], own["recall"], own["f1"], own["labelled"])
        for kind, labels in report.detectors.items()
        for label, own in labels.items()
    ]
    title = f"Learned from {report.learned:,} texts, judged on {report.held_out:,} others ({report.seconds:.0f} s)"
    if rows:
        print_table(("detector", "label", "precision", "recall", "F1", "mentions"), rows, title=title)
    if report.entity_linker is not None:
        linked = report.entity_linker
        typer.echo(
            f"Of {linked['mentions']:,} mentions the entity linker gives {linked['right']:.1%} their node; "
            f"the likeliest node of the words alone is right for {linked['by prior']:.1%}."
        )
    if report.other_language:
        typer.echo(f"{report.other_language:,} texts are in another language and were left out.")
    if report.rejects:
        typer.echo(f"{len(report.rejects):,} lines were set aside:", err=True)
        for reject in report.rejects[:_MOST_REJECTS]:
            typer.echo(f"  {reject.file}, line {reject.line}: {reject.reason}", err=True)
        if len(report.rejects) > _MOST_REJECTS:
            typer.echo("  all of them: --json", err=True)
    used = f", which finds mentions by {report.detector}" if report.detector is not None else ""
    typer.echo(f"Wrote {report.folder}{used}.")


def _lexicon(folder: Path) -> Lexicon:
    from linking.lexicon.build import build_lexicon

    with open_project(folder).open_store() as store:
        return build_lexicon(store)[0]


def _vectors(unlabelled: Path | None, encoder: Path | None) -> WordVectors | None:
    from linking.training.vectors import learn_vectors, read_encoder_vectors, read_words

    if encoder is not None:
        return read_encoder_vectors(encoder)
    return learn_vectors(read_words(unlabelled)) if unlabelled is not None else None
