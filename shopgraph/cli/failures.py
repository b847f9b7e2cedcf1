"""How the command line fails: one clear line, the right exit code, and a traceback only when asked for."""

from __future__ import annotations

import logging
import sys
import traceback
import warnings
from typing import Any

import typer
from typer.core import TyperGroup

from kg.errors import ShopgraphError

INTERRUPTED = 130
_RESUMED = {"import": "run", "run": "run", "demo": "run", "ablate": "ablate"}
"""By command, the one that goes on where it was interrupted."""


class ShopGroup(TyperGroup):
    """Commands whose errors are shown to people."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Let ``--debug`` stand anywhere in the line."""
        if "--debug" in args:
            args = ["--debug", *(word for word in args if word != "--debug")]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn what goes wrong into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            again = _RESUMED.get(ctx.invoked_subcommand or "")
            hint = f" The next: shopgraph {again} goes on where it stopped." if again else ""
            typer.echo(f"\nInterrupted.{hint}", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except (ShopgraphError, OSError) as error:
            _show(error, debug=_debug(ctx))
        except MemoryError as error:
            _show(error, debug=_debug(ctx), text="There is not enough memory for this. See: shopgraph doctor")
        except Exception as error:
            if hasattr(error, "exit_code"):  # wrong usage, which is shown with its own code
                raise
            said = f"{type(error).__name__}: {error}. This is an error of shopgraph; --debug shows where it is."
            _show(error, debug=_debug(ctx), text=said)
        raise typer.Exit(1)


def set_up_logging(*, debug: bool) -> None:
    """Log to stderr: warnings, or everything of ours with ``debug``; libraries' hints to developers only then."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", force=True
    )
    if not debug:
        for handler in logging.getLogger().handlers:
            handler.setLevel(logging.WARNING)  # some libraries set the level of their own loggers
        warnings.filterwarnings("ignore", category=FutureWarning)
    else:
        for package in ("kg", "linking", "embeddings", "recommender", "shopgraph"):
            logging.getLogger(package).setLevel(logging.DEBUG)


def _show(error: BaseException, *, debug: bool, text: str | None = None) -> None:
    if debug:
        typer.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    typer.secho(f"Error: {text or error}", err=True, fg=typer.colors.RED)


def _debug(ctx: Any) -> bool:
    return bool((ctx.obj or {}).get("debug"))
