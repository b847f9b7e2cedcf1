"""The pipeline: from files to a judged model, each stage only where something it depends on has changed."""

from shopgraph.pipeline.imports import import_into
from shopgraph.pipeline.run import Happening, StageEvent, is_current, run_pipeline
from shopgraph.pipeline.stages import STAGES
from shopgraph.pipeline.state import StageState, State

__all__ = ["STAGES", "Happening", "StageEvent", "StageState", "State", "import_into", "is_current", "run_pipeline"]
